import Tensors

/// The three adapters of training: of text, of images that are learned from labels, of images that are learned from
/// the model's own confidence; the last two may be one.
public struct Adapters: Sendable {
    public let text: Adapter
    public let main: Adapter
    public let pseudo: Adapter

    private let isShared: Bool

    /// - Parameter sharesVisual: whether all images go through the main adapter.
    public init(dim: Int, device: Device, seed: UInt64, sharesVisual: Bool = false) throws {
        var generator = SeededGenerator(seed: seed, stream: RandomStream.adapters)
        text = try Adapter(dim: dim, device: device, using: &generator)
        main = try Adapter(dim: dim, device: device, using: &generator)
        pseudo = sharesVisual ? main : try Adapter(dim: dim, device: device, using: &generator)
        isShared = sharesVisual
    }

    public var parameters: [NamedParameter] {
        let all = [("text", text), ("main", main)] + (isShared ? [] : [("pseudo", pseudo)])
        return all.flatMap { name, adapter in
            adapter.parameters.map { $0.of(name).within(.adapters) }
        }
    }
}

/// The numbers of the seed's streams that are drawn from once.
enum RandomStream {
    static let prompts: UInt64 = 1 << 60
    static let adapters: UInt64 = 2 << 60
}
