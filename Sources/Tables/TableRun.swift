import Artifacts
import Essentials
import FoundationEssentials
import Methods
import Parameters
import Reporting
import Runs
import Vocabulary

/// One run that is to be shown beside others.
struct TableRun: Sendable {
    let evaluation: ArtifactReader<EvaluationSchema>
    let model: ArtifactReader<ModelSchema>
    let method: Method
    let modality: Modality
    let column: Column
    let seed: Int

    /// What runs were made on, for which there is a column or a figure.
    struct Column: Sendable, Hashable {
        let dataSet: String
        let paradigm: Paradigm

        var label: String { "\(dataSet) \(paradigm.rawValue.uppercased())" }

        /// For file names.
        var suffix: String {
            let safe = dataSet.lowercased().map { $0.isLetter || $0.isNumber || $0 == "_" ? $0 : "-" }
            return "-" + String(safe) + "-" + paradigm.rawValue
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
            dataSet: evaluation.valueIfPresent(\.dataSet) ?? "images",
            paradigm: evaluation.value(\.paradigm))
        seed = try evaluation.valueIfPresent(\.trainingSeed) ?? 0
    }

    static func runs(_ paths: [String]) throws -> [TableRun] { try paths.map(TableRun.init) }

    /// The labels it was trained with.
    ///
    /// - Throws: `ArtifactError` where its classes are not those of the data set, which rows of a table stand for.
    func labels() throws -> ArtifactReader<LabelsSchema> {
        let labels = try input(.labels, of: model, "cap-finetune")
        guard try RunClasses(labels, features()).areAsInDataSet else {
            throw ArtifactError(
                "\(labels.path): its review counts classes of the data set as one, so it cannot stand in this table beside others; "
                    + "leave the run out")
        }
        return labels
    }
    func features() throws -> ArtifactReader<FeaturesSchema> { try input(.features, of: evaluation, "cap-eval") }
    func mismatch() throws -> ArtifactReader<MismatchSchema> { try input(.mismatch, of: labels(), "cap-label") }

    /// Which CLIP the features are of; nil where they are gone, or do not say.
    func encoder() throws -> PublishedResults.Encoder? {
        guard let features = evaluation.madeFrom(.features), let patchSize = try features.valueIfPresent(\.patchSize),
            let dim = try features.shape(\.images.features).last
        else { return nil }
        return PublishedResults.Encoder(dim: dim, patchSize: patchSize)
    }

    private func input<Kind: ArtifactKind>(
        _ kind: Kind, of artifact: any Artifact, _ command: String
    ) throws -> ArtifactReader<Kind> {
        guard let input = artifact.madeFrom(kind) else {
            throw ArtifactError("\(artifact.path): its \(Kind.schema.fileName) is gone or has changed; run \(command) again")
        }
        return input
    }

    /// The value of a parameter of any stage that it went through.
    func value(of parameter: Parameter) throws -> JSONValue {
        for stage in parameter.stages {
            if let value = try artifact(of: stage).parameters()[parameter.recordedName] { return value }
        }
        throw ArtifactError(
            "\(evaluation.path): its stages have no parameter \(parameter.name) with the method \(method.name)")
    }

    private func artifact(of stage: Stage) throws -> any Artifact {
        switch stage {
        case .decode: try input(.images, of: features(), "cap-embed")
        case .embed: try features()
        case .detect: try mismatch()
        case .describe: try input(.descriptions, of: labels(), "cap-label")
        case .label: try labels()
        case .finetune: model
        case .eval: evaluation
        }
    }

    /// Refuses a run that says nothing about what is asked for.
    func require<Value>(_ key: KeyPath<EvaluationSchema, DatasetKey<Value>>) throws {
        guard evaluation.has(key) else {
            throw ArtifactError(
                "\(evaluation.path): has no \(EvaluationSchema()[keyPath: key].path), since no test image has a label: it cannot stand in a table"
            )
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
        func place(_ paradigm: Paradigm) -> Int { Paradigm.allCases.firstIndex(of: paradigm) ?? 0 }
        return (a.dataSet, place(a.paradigm)) < (b.dataSet, place(b.paradigm))
    }
}
