import FoundationEssentials
import Methods
import Parameters
import Vocabulary

/// What is asked for: goals, and values as Make's variables or cap-run's options have them.
public struct Request: Sendable {
    /// `dtd-ssl`, `table1`, `check-dtd`, or the path of an artifact.
    public var goals: [String]
    /// Values of parameters, by name.
    public var values: [String: String] = [:]
    /// The folder that holds the data sets.
    public var data = "data"
    /// Whether `data` was given, not taken for granted.
    public var isDataGiven = false
    /// Where artifacts go.
    public var runs = "runs"
    /// A data set's folder anywhere, and the name that its runs go by: cap-run's.
    public var folder: String?
    /// The data set of the goals `ul`, `ssl`, `trzsl` and `check`.
    public var dataSet: String?
    public var method = Method.cap
    /// nil for the method's own, which is then no part of a run's folder.
    public var modality: Modality?
    /// Of tables; nil for their own, and for the data sets that are there.
    public var methods: [Method]?
    public var dataSets: [String]?
    public var paradigm: Paradigm?
    public var seeds = ["1", "2", "3"]
    /// Another CLIP for table7.
    public var large: String?
    /// A file of values of one's own.
    public var config: String?
    /// The parameter and the values of the goal `sweep`.
    public var sweep: (name: String, values: [String])?
    /// How commands are started.
    public var launching = Launching()
    /// How whoever asks names parameters.
    public var naming = ParameterError.Naming.make

    public init(goals: [String]) {
        self.goals = goals
    }

    /// The names besides those of parameters that Make's command line may have, with what they mean.
    public static let variables: [(name: String, meaning: String)] =
        [
            ("DATA", "the folder that holds the data sets"),
            ("RUNS", "where artifacts go: RUNS/DATASET/PARADIGM/*.h5"),
            ("DATASET", "the data set of make ul, ssl, trzsl and check, whatever its name"),
            ("CONFIG", "file of values like those in pipelines/data-sets"),
            ("DATASETS", "the data sets of a table"), ("METHODS", "the methods of a table"),
            ("PARADIGM", "the one paradigm of a table"), ("SEEDS", "the seeds of a table"),
            ("LARGE", "another CLIP for table7"), ("P", "the parameter of make sweep"), ("VALUES", "its values"),
        ] + Launching.variables

    /// The parameters that are no variables: what data sets and goals say.
    private static let goalsSay: Set = ["paradigm", "benchmark"]

    /// The parameters that are variables of Make.
    public static let parameters = Parameters.all.filter { !goalsSay.contains($0.name) }

    /// Takes a variable of Make's command line.
    ///
    /// - Throws: ``PipelineError`` where there is none of that name, or the value is none.
    public mutating func set(_ name: String, to value: String) throws {
        guard !value.contains(where: \.isNewline) else { throw PipelineError("\(name): a value is one line.") }
        switch name {
        case "DATA": (data, isDataGiven) = (value, true)
        case "RUNS": runs = value
        case "DATASET": dataSet = value.isEmpty ? nil : value
        case "CONFIG": config = value.isEmpty ? nil : value
        case "DATASETS": dataSets = words(value)
        case "METHODS": methods = try words(value)?.map(method)
        case "PARADIGM":
            guard !value.isEmpty else { return }
            guard let paradigm = Paradigm(rawValue: value) else {
                throw PipelineError(
                    "PARADIGM=\(value): the paradigms are \(Paradigm.allCases.map(\.rawValue).joined(separator: ", ")).")
            }
            self.paradigm = paradigm
        case "SEEDS": seeds = words(value) ?? seeds
        case "LARGE": large = value.isEmpty ? nil : value
        case "P": sweep = (value, sweep?.values ?? [])
        case "VALUES": sweep = (sweep?.name ?? "", words(value) ?? [])
        default: if try !launching.set(name, to: value) { try setParameter(named: name, to: value) }
        }
    }

    private mutating func setParameter(named makeName: String, to value: String) throws {
        guard let parameter = Self.parameters.first(where: { $0.makeName == makeName }) else {
            let names = Self.parameters.map(\.makeName) + Self.variables.map(\.name)
            throw PipelineError(
                "There is no variable \(makeName)\(Suggestion.clause(for: makeName, in: names)) (make help lists them)")
        }
        guard !value.isEmpty else { return }
        try set(parameter, to: value)
    }

    /// Gives a parameter a value.
    public mutating func set(_ parameter: Parameter, to value: String) throws {
        do {
            let read = try parameter.value(value)
            if let method = read as? Method { self.method = method }
            if let modality = read as? Modality { self.modality = modality }
        } catch let error as ParameterError {
            throw PipelineError(error.text(naming) + ".")
        }
        guard !["method", "modality"].contains(parameter.name) else { return }
        let here = URL(fileURLWithPath: FileManager.default.currentDirectoryPath, isDirectory: true)
        values[parameter.name] = parameter.kind == .file ? HomePath.expanded(value, relativeTo: here) : value
    }

    private func method(_ name: String) throws -> Method {
        guard let method = Method(parameterText: name) else {
            throw PipelineError("There is no method \(name)\(Suggestion.clause(for: name, in: Method.all.map(\.name))).")
        }
        return method
    }

    private func words(_ text: String) -> [String]? {
        let words = text.split(separator: " ").map(String.init)
        return words.isEmpty ? nil : words
    }
}
