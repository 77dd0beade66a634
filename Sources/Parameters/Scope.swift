import Methods

extension Parameter {
    /// The methods that a parameter belongs to.
    public enum Scope: Sendable, Equatable {
        /// All, as far as they run the stage.
        case all
        /// Those that train anything.
        case trained
        /// CAP and its ablations: three streams, adapters and a margin.
        case streams
        /// Methods of prompt tuning in rounds.
        case rounds
        /// Methods that pick pseudolabels anew in several rounds.
        case repeated
        /// Methods whose rounds weigh labels against pseudolabels: IFPL and GRIP.
        case weighed
        /// Methods that pick pseudolabels.
        case picking
        /// FPL, IFPL and GRIP, whose first pseudolabels are scored with texts of their own.
        case leaderboard
        /// CPL.
        case candidates
        /// Methods that give mismatched classes descriptions.
        case aligning

        public func includes(_ method: Method) -> Bool {
            switch self {
            case .all: true
            case .trained: method.training != .none
            case .streams: if case .streams = method.training { true } else { false }
            case .rounds: method.rounds != nil
            case .repeated: (method.rounds?.count ?? 1) > 1
            case .weighed: method.selection == .leaderboard && (method.rounds?.count ?? 1) > 1
            case .picking: method.selection != .none
            case .leaderboard: method.selection == .leaderboard
            case .candidates: method.selection == .candidates
            case .aligning: method.alignsConcepts
            }
        }

        /// The methods' names; nil where it is for all.
        public var names: [String]? { self == .all ? nil : Method.all.filter(includes).map(\.name) }

        /// The methods in a few words: CAP and its ablations together.
        public var text: String? {
            guard let names else { return nil }
            let family = Method.all.filter(Scope.streams.includes).map(\.name)
            guard Set(family).isSubset(of: names) else { return names.joined(separator: ", ") }
            return (["cap and its ablations"] + names.filter { !family.contains($0) }).joined(separator: ", ")
        }
    }
}
