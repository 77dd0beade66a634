import Essentials
import FoundationEssentials
import Methods
import Parameters
import Vocabulary

/// What a table or figure is made of, as `pipelines/tables.yaml` says.
struct TableDeclaration: Sendable {
    let name: String
    let title: String
    var methods: [Method] = [.cap]
    var paradigms: [Paradigm] = [.ul]
    /// The parameter that runs differ in, and its values; nil for those of the seeds.
    var sweep: (parameter: Parameter, values: [String]?)?
    /// How many of the seeds are used; nil for all, 0 for tables of what comes before training.
    var seedCount: Int?
    /// What cap-table shows.
    var show: String?
    /// The artifact of a run that it reads.
    var file = "eval.h5"
    /// Whether it may be of another CLIP, LARGE.
    var mayBeLarge = false

    /// All tables, in the file's order.
    static func all(in files: PipelineFiles) throws -> [TableDeclaration] {
        let file = files.folder.appendingPathComponent("tables.yaml")
        let text: String
        do {
            text = try String(contentsOf: file, encoding: .utf8)
        } catch {
            throw PipelineError("\(file.path): cannot be read: \(SystemReason.text(error))")
        }
        guard let tables = try? YAML.document(in: text)?.entries else { throw PipelineError("\(file.path): is no YAML") }
        return try tables.map { key, node in
            guard let name = key.text, node.entries != nil else {
                throw PipelineError("\(file.path): expected are names of tables with what they are made of")
            }
            return try TableDeclaration(name, node, file: file.path)
        }
    }

    private init(_ name: String, _ parts: YAML, file: String) throws {
        self.name = name
        title = parts["title"]?.text ?? name
        func refuse(_ what: String) -> PipelineError { PipelineError("\(file): \(name): \(what)") }
        func names(_ node: YAML) -> [String] { node.items?.compactMap(\.text) ?? [] }
        for (key, node) in parts.entries ?? [] {
            switch key.text {
            case "title": break
            case "methods": methods = try names(node).map(Method.init(named:))
            case "paradigms":
                paradigms = try names(node).map { text in
                    guard let paradigm = Paradigm(rawValue: text) else { throw refuse("there is no paradigm \(text)") }
                    return paradigm
                }
            case "sweep":
                guard let (name, values) = node.entries?.first, let text = name.text, let parameter = Parameters.named(text)
                else { throw refuse("sweep needs a parameter and its values") }
                sweep = (parameter, values.items.map { $0.compactMap(\.text) })
            case "seeds": seedCount = node.text.flatMap { Int($0) }
            case "show": show = node.text
            case "file": self.file = node.text ?? self.file
            case "large": mayBeLarge = node.isTrue
            default: throw refuse("there is no \(key.text ?? "such part")")
            }
        }
    }

    /// The table of any parameter's values.
    init(sweeping parameter: Parameter, values: [String]) {
        name = "sweep-\(parameter.name)"
        title = parameter.makeName
        sweep = (parameter, values)
    }
}
