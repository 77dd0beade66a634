/// What is wrong with a parameter's value, or with giving it at all.
public struct ParameterError: Error, Sendable, CustomStringConvertible {
    /// The parameter; nil where what is wrong is of none.
    public let name: String?
    /// What its stage's command calls it.
    public let option: String?
    /// What is wrong, said behind the name: "must be positive, not -1".
    public let problem: String

    public init(_ name: String? = nil, problem: String, option: String? = nil) {
        self.name = name
        self.option = option ?? name
        self.problem = problem
    }

    public init(_ parameter: Parameter, problem: String) {
        self.init(parameter.name, problem: problem, option: parameter.option)
    }

    /// How whoever gave the value names parameters.
    public enum Naming: Sendable {
        /// As options of a stage's command: `--seed`.
        case option
        /// As options of cap-run: `--detection-seed`.
        case long
        /// As Make's variables: `DETECTION_SEED`.
        case make
        /// As in a file of `pipelines/`.
        case file(String)

        public func name(_ name: String) -> String {
            switch self {
            case .option, .long: "--\(name)"
            case .make: name.uppercased().replacing("-", with: "_")
            case .file(let path): "\(path): \(name)"
            }
        }
    }

    /// The sentence for whoever names parameters that way.
    public func text(_ naming: Naming) -> String {
        guard let name, let option else { return problem }
        let shown = if case .option = naming { option } else { name }
        return "\(naming.name(shown)) \(problem)"
    }

    public var description: String { text(.option) }
}
