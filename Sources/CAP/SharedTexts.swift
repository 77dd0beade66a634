import Tensors

/// The text features of an iteration, cut off from the encoder behind them: what the losses say of them goes on into the encoder once
/// all have added theirs. Each of several processes encodes the texts of its own classes.
struct SharedTexts {
    /// T, `[classes, dim]`: a leaf.
    let all: Tensor
    private let own: Tensor
    private let model: PromptedCLIP
    private let isCut: Bool

    private var isShared: Bool { model.textShare.count < model.classPrompts.count }

    /// - Parameters:
    ///   - own: what ``PromptedCLIP/ownTextFeatures()`` has given.
    ///   - isCut: false where the losses' own pass backward goes into the encoder; then nothing can be shared.
    init(_ own: Tensor, of model: PromptedCLIP, isCut: Bool = true) throws {
        (self.own, self.model, self.isCut) = (own, model, isCut)
        guard isCut else {
            all = own
            return
        }
        let isShared = model.textShare.count < model.classPrompts.count
        all = try (isShared ? model.group.allGather(rows: own.detached(), of: model.classPrompts.count) : own).asLeaf()
    }

    /// Makes the gradient that of the losses of all processes. Called by all of them where any has a loss.
    func sumGradient() throws {
        guard isCut, isShared else { return }
        let gradient = try all.grad?.contiguous() ?? .zeros(all.shape, device: all.device)
        try model.group.sum(gradient)
        try all.setGrad(gradient)
    }

    /// Takes the gradient on into what is learned.
    func backward() throws {
        guard isCut, model.modality.changesTexts, let gradient = try all.grad else { return }
        let share = model.textShare
        try own.backward(isShared ? gradient.narrow(dim: 0, start: share.lowerBound, length: share.count) : gradient)
    }
}
