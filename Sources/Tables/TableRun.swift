import Artifacts
import Foundation
import Methods
import Reporting
import Runs

/// One run that is to be shown beside others.
struct TableRun: Sendable {
    let evaluation: ArtifactReader
    let model: ArtifactReader
    let method: Method
    let modality: Modality
    let column: Column
    let seed: Int

    /// What runs were made on, for which there is a column or a figure.
    struct Column: Sendable, Hashable {
        let dataSet: String
        let paradigm: String

        var label: String { "\(dataSet) \(paradigm.uppercased())" }

        /// For file names.
        var suffix: String {
            let safe = dataSet.lowercased().map { $0.isLetter || $0.isNumber || $0 == "_" ? $0 : "-" }
            return "-" + String(safe) + "-" + paradigm
        }
    }

    /// Whether the prompts are those that the method's authors learned.
    var hasUsualPrompts: Bool { modality == method.defaultModality }

    /// How the method is called, with its prompts where they are not the usual ones.
    var title: String { method.title(modality) }

    /// Where its method stands in tables.
    var place: Int { Method.all.firstIndex { $0.name == method.name } ?? 0 }

    /// - Parameter path: an `eval.h5`, with its `model.h5` beside it or where it was.
    init(_ path: String) throws {
        evaluation = try ArtifactReader(path, schema: .evaluation)
        guard let model = evaluation.madeFrom(.model) else {
            throw ArtifactError("\(path): its model.h5 is gone or has changed; run cap-eval again")
        }
        self.model = model
        method = try evaluation.method()
        modality = try evaluation.modality()
        column = try Column(
            dataSet: evaluation.attribute("dataset") == nil ? "images" : evaluation.string(attribute: "dataset"),
            paradigm: evaluation.string(attribute: "paradigm"))
        seed = try evaluation.attribute("training_seed") == nil ? 0 : evaluation.int(attribute: "training_seed")
    }

    static func runs(_ paths: [String]) throws -> [TableRun] { try paths.map(TableRun.init) }

    /// The labels it was trained with.
    func labels() throws -> ArtifactReader { try input(.labels, of: model, "cap-finetune") }
    func features() throws -> ArtifactReader { try input(.features, of: evaluation, "cap-eval") }
    func mismatch() throws -> ArtifactReader { try input(.mismatch, of: labels(), "cap-label") }

    /// Which CLIP the features are of; nil where they are gone, or do not say.
    func encoder() throws -> PublishedResults.Encoder? {
        guard let features = evaluation.madeFrom(.features), try features.attribute("patch_size") != nil,
            let dim = try features.shape("images/features").last
        else { return nil }
        return try PublishedResults.Encoder(dim: dim, patchSize: features.int(attribute: "patch_size"))
    }

    private func input(_ schema: ArtifactSchema, of artifact: ArtifactReader, _ command: String) throws -> ArtifactReader {
        guard let input = artifact.madeFrom(schema) else {
            throw ArtifactError("\(artifact.path): its \(schema.fileName) is gone or has changed; run \(command) again")
        }
        return input
    }

    /// The value of a parameter of its training, or of its detection.
    func parameter(_ name: String) throws -> JSONValue {
        if let value = try model.parameters()[name] { return value }
        if let value = try labels().madeFrom(.mismatch)?.parameters()[name] { return value }
        throw ArtifactError(
            "\(model.path): neither cap-finetune nor cap-detect has a parameter \(name) with the method \(method.name)")
    }

    /// Refuses a run that says nothing about what is asked for.
    func require(_ dataset: String) throws {
        guard evaluation.has(dataset) else {
            throw ArtifactError(
                "\(evaluation.path): has no \(dataset), since no test image has a label: it cannot stand in a table")
        }
    }
}

extension Array where Element == TableRun {
    /// Data sets by name, paradigms in their usual order.
    var columns: [TableRun.Column] { Set(map(\.column)).sorted() }

    /// Titles of the methods, in the order of tables.
    var titles: [String] {
        let places = Dictionary(
            map { ($0.title, $0.place) }, uniquingKeysWith: { first, _ in first })
        return places.sorted { ($0.value, $0.key) < ($1.value, $1.key) }.map(\.key)
    }

    /// What tells files about `column`, and about `method` where it is given, from those about the other runs: nothing where
    /// there are no others.
    func suffix(_ column: TableRun.Column, _ method: Method? = nil) -> String {
        (columns.count > 1 ? column.suffix : "") + (method.map { titles.count > 1 ? "-\($0.name)" : "" } ?? "")
    }

    var colors: MethodColors { MethodColors(titles) }
}

/// The colour of each method by its title: zero-shot CLIP's and CAP's are the same in all figures.
struct MethodColors: Sendable {
    private var colors: [String: String] = [:]

    init(_ titles: [String]) {
        var others = FigureSeries.otherColors.makeIterator()
        for title in titles {
            switch title {
            case Method.zeroShot.title: colors[title] = FigureSeries.zeroShotColor
            case Method.cap.title: colors[title] = FigureSeries.capColor
            default: colors[title] = others.next()
            }
        }
    }

    subscript(title: String) -> String { colors[title] ?? FigureSeries.spareColor }
}

extension TableRun.Column: Comparable {
    static func < (a: Self, b: Self) -> Bool {
        let paradigms = ["ul", "ssl", "trzsl"]
        let (first, second) = (paradigms.firstIndex(of: a.paradigm) ?? 3, paradigms.firstIndex(of: b.paradigm) ?? 3)
        return (a.dataSet, first) < (b.dataSet, second)
    }
}
