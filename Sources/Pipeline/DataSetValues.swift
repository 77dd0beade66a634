import FoundationEssentials
import Methods
import Parameters
import Vocabulary

/// What a data set's file says: values of parameters, some for a method or a paradigm alone.
///
///     domain: a photo of {} texture
///     methods:
///       cap: {k: 6}                  # and its ablations
///       cpl-visual: {beta: 0.97}     # with prompts of images
///     paradigms:
///       trzsl:
///         methods: {cpl: {beta: auto*2}}
struct DataSetValues: Sendable {
    let path: String
    /// The benchmark that it is.
    var benchmark: String?
    /// The images that the demonstration renders.
    var isRendered = false
    private var everywhere = Values()
    private var paradigms: [Paradigm: Values] = [:]

    private struct Values: Sendable {
        var shared: [String: String] = [:]
        var methods: [String: [String: String]] = [:]

        func values(_ method: Method, _ modality: Modality) -> [String: String] {
            var names = [method.name, "\(method.name)-\(modality.rawValue)"]
            if Parameter.Scope.streams.includes(method), method != .cap { names.insert(Method.cap.name, at: 0) }
            return names.reduce(shared) { values, name in values.merging(methods[name] ?? [:]) { $1 } }
        }
    }

    init(contentsOf file: URL, relativeTo base: URL) throws {
        path = file.path
        let read = try ValueFile(
            contentsOf: file, relativeTo: base, known: ["rendered", "methods", "paradigms"])
        var values = read.values
        benchmark = values.removeValue(forKey: "benchmark")
        isRendered = read.others["rendered"] != nil
        everywhere = try Self.values(read, shared: values)
        guard let sections = read.others["paradigms"] else { return }
        for (key, node) in sections.entries ?? [] {
            guard let name = key.text, let paradigm = Paradigm(rawValue: name) else {
                throw PipelineError(
                    "\(path): the paradigms are \(Paradigm.allCases.map(\.rawValue).joined(separator: ", ")), "
                        + "not \(key.text ?? "a list")")
            }
            let section = try ValueFile(node, file: file, base: base, known: ["methods"])
            paradigms[paradigm] = try Self.values(section, shared: section.values)
        }
    }

    private static func values(_ read: ValueFile, shared: [String: String]) throws -> Values {
        var values = Values(shared: shared)
        for (key, node) in read.others["methods"]?.entries ?? [] {
            let name = key.text ?? ""
            guard let method = method(name) else {
                throw PipelineError(
                    "\(read.file.path): there is no method \(name)\(Suggestion.clause(for: name, in: Method.all.map(\.name)))")
            }
            let section = try ValueFile(node, file: read.file, base: read.base)
            for (parameter, _) in section.values {
                guard let declared = Parameters.named(parameter), declared.scope.includes(method) else {
                    throw PipelineError("\(read.file.path): the method \(name) has no parameter \(parameter)")
                }
            }
            values.methods[name] = section.values
        }
        return values
    }

    /// The method of a section's name, which may have a modality behind it.
    private static func method(_ name: String) -> Method? {
        if let method = Method(parameterText: name) { return method }
        return Modality.allCases.lazy.compactMap { modality -> Method? in
            let ending = "-" + modality.rawValue
            return name.hasSuffix(ending) ? Method(parameterText: String(name.dropLast(ending.count))) : nil
        }.first
    }

    /// The values for a run, by the parameter's name.
    func values(_ paradigm: Paradigm, _ method: Method, _ modality: Modality) -> [String: String] {
        let narrower = paradigms[paradigm]?.values(method, modality) ?? [:]
        return everywhere.values(method, modality).merging(narrower) { $1 }
    }
}
