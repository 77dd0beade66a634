/// A method of adapting CLIP: what its pseudolabels are picked by and how it learns from them.
///
///     let method = try Method(named: "grip")
///     method.selection                        // .leaderboard, 10 rounds of a growing number
///
/// The parts are the same for all methods; a method is a choice among them.
public struct Method: Sendable, Equatable {
    /// How it is named on a command line and in artifacts.
    public let name: String
    /// How it is called in tables.
    public let title: String
    /// How the pseudolabels are picked that training starts with.
    public let selection: Selection
    public let training: Training
    /// The context that its authors learned, or the one that stood first in their tables.
    public let defaultModality: Modality

    public enum Selection: Sendable, Equatable {
        /// No pseudolabels.
        case none
        /// CAP: the leaderboard, sorted while it fills; with `alignment` mismatched classes follow their descriptions.
        case aligned(alignment: Bool)
        /// FPL: the leaderboard in order of arrival.
        case leaderboard
        /// CPL: candidate sets, matched to classes of equal capacity.
        case candidates
    }

    public enum Training: Sendable, Equatable {
        /// Nothing is trained.
        case none
        /// CAP's loop over three streams; without `margin` its loss is cross-entropy, and with a shared adapter
        /// images that are learned from labels and from the model's own confidence go through the same one.
        case streams(margin: Bool, sharesAdapter: Bool)
        /// Rounds of prompt tuning, each with pseudolabels of its own.
        case rounds(Rounds)
    }

    /// How a method of rounds goes from one to the next.
    public struct Rounds: Sendable, Equatable {
        /// 1 for methods that pick pseudolabels once.
        public let count: Int
        /// Whether k grows from round to round until all images are used.
        public let grows: Bool
        /// Where the prompts of a round start from.
        public let restart: Restart

        static let once = Rounds(count: 1, grows: false, restart: .fresh)
    }

    public static let zeroShot = Method(
        name: "zero-shot", title: "Zero-shot CLIP", selection: .none, training: .none, defaultModality: .none)
    public static let supervised = Method(
        name: "supervised", title: "Labels only", selection: .none, training: .rounds(.once), defaultModality: .text)
    public static let fpl = Method(
        name: "fpl", title: "FPL", selection: .leaderboard, training: .rounds(.once), defaultModality: .text)
    public static let ifpl = Method(
        name: "ifpl", title: "IFPL", selection: .leaderboard,
        training: .rounds(Rounds(count: 10, grows: false, restart: .reference)), defaultModality: .text)
    public static let grip = Method(
        name: "grip", title: "GRIP", selection: .leaderboard,
        training: .rounds(Rounds(count: 10, grows: true, restart: .reference)), defaultModality: .text)
    public static let cpl = Method(
        name: "cpl", title: "CPL", selection: .candidates,
        training: .rounds(Rounds(count: 10, grows: true, restart: .fresh)), defaultModality: .text)
    public static let cap = Method(named: "cap", "CAP", alignment: true, margin: true)
    public static let capWithoutAlignment = Method(
        named: "cap-no-alignment", "CAP without alignment", alignment: false, margin: true)
    public static let capWithoutMargin = Method(
        named: "cap-no-margin", "CAP without margin", alignment: true, margin: false)
    public static let capWithoutBoth = Method(
        named: "cap-neither", "CAP without both", alignment: false, margin: false)
    public static let capSharedAdapter = Method(
        named: "cap-shared-adapter", "CAP, one visual adapter", alignment: true, margin: true, sharesAdapter: true)

    /// In the order of tables.
    public static let all = [
        zeroShot, supervised, fpl, ifpl, grip, cpl, cap, capWithoutAlignment, capWithoutMargin, capWithoutBoth,
        capSharedAdapter,
    ]

    /// The method of that name.
    public init(named name: String) throws {
        guard let method = Self.all.first(where: { $0.name == name }) else {
            throw MethodError(
                "There is no method \"\(name)\"; there are \(Self.all.map(\.name).joined(separator: ", ")).")
        }
        self = method
    }

    private init(
        name: String, title: String, selection: Selection, training: Training, defaultModality: Modality
    ) {
        self.name = name
        self.title = title
        self.selection = selection
        self.training = training
        self.defaultModality = defaultModality
    }

    private init(
        named name: String, _ title: String, alignment: Bool, margin: Bool, sharesAdapter: Bool = false
    ) {
        self.init(
            name: name, title: title, selection: .aligned(alignment: alignment),
            training: .streams(margin: margin, sharesAdapter: sharesAdapter), defaultModality: .maple)
    }

    /// How the method is called when it learned `modality`, which goes without saying where it is its authors' choice.
    public func title(_ modality: Modality) -> String {
        modality == defaultModality ? title : "\(title), \(modality.rawValue)"
    }

    /// Whether mismatched classes get descriptions in place of their names.
    public var alignsConcepts: Bool { selection == .aligned(alignment: true) }

    /// The rounds of prompt tuning; nil for methods that train otherwise.
    public var rounds: Rounds? {
        if case .rounds(let rounds) = training { rounds } else { nil }
    }

    /// Refuses a context that the method cannot be learned with.
    public func check(_ modality: Modality) throws {
        switch (training, modality) {
        case (.none, .none): return
        case (.none, _):
            throw MethodError(
                "The method \(name) learns no prompts, so it does not go with the modality \(modality.rawValue): "
                    + "leave the modality out.")
        case (_, .none):
            throw MethodError(
                "The method \(name) learns prompts: choose one of the modalities text, visual, multimodal and maple.")
        default: return
        }
    }
}
