import Artifacts
import Essentials
import FoundationEssentials
import Parameters
import Reporting

extension RunComparison.Run {
    /// What an `eval.h5` says, and the files that it was made from where they still are.
    public init(_ evaluation: ArtifactReader<EvaluationSchema>, named name: String) throws {
        let labels = evaluation.madeFrom(.labels)
        let images = evaluation.madeFrom(.images)
        let model = evaluation.madeFrom(.model)
        let chain: [(any Artifact)?] = [images, evaluation.madeFrom(.features), labels, model]
        try self.init(
            name: name,
            dataSet: images.map(Self.dataSet) ?? "unknown",
            paradigm: evaluation.value(\.paradigm).rawValue, method: Self.method(of: evaluation),
            seed: model.flatMap(Self.seed),
            parameters: Self.parameters(of: chain.compactMap { $0 }, evaluation: evaluation.parameters()),
            classNames: evaluation.values(\.classes.name),
            scores: evaluation.has(\.adapted.metrics.accuracy)
                ? (
                    RunRecord.Performance(\.zeroShot, in: evaluation), RunRecord.Performance(\.adapted, in: evaluation)
                ) : nil)
    }

    /// Opens the `eval.h5` that `path` names, or that lies in the folder `path`.
    public static func evaluation(at path: String) throws -> ArtifactReader<EvaluationSchema> {
        try ArtifactReader(finished(path), schema: .evaluation)
    }

    /// The `eval.h5` of a run that is finished.
    ///
    /// - Throws: `ArtifactError` where the folder `path` has none.
    public static func finished(_ path: String) throws -> String {
        let file = file(at: path)
        guard !FileBytes.isFolder(path) || FileManager.default.fileExists(atPath: file) else {
            throw ArtifactError(
                "\(path): has no eval.h5, so it is no finished run: make it to the end, or name the folder of one "
                    + "(cap-report --watch shows one that is training)")
        }
        return file
    }

    /// The `eval.h5` that `path` names, or that lies in the folder `path`.
    public static func file(at path: String) -> String {
        FileBytes.isFolder(path) ? URL(fileURLWithPath: path).appendingPathComponent("eval.h5").path : path
    }

    /// How the method of a model or an evaluation is called.
    public static func method(of artifact: ArtifactReader<some ModalityKind>) throws -> String {
        try artifact.method().title(artifact.modality())
    }

    /// The data set's name, or its folder's.
    public static func dataSet(of images: ArtifactReader<ImagesSchema>) -> String {
        (try? images.value(\.dataSet))
            ?? URL(fileURLWithPath: images.path).standardizedFileURL.deletingLastPathComponent().lastPathComponent
    }

    /// The seed of training.
    public static func seed(_ model: ArtifactReader<ModelSchema>) -> Int? {
        if case .int(let value)? = try? model.parameters()["seed"] { value } else { nil }
    }

    /// Every parameter of a run that can change its result, by command and name.
    ///
    /// - Parameter artifacts: those that are at hand; of labels also what they were made from.
    public static func parameters(
        of artifacts: [any Artifact], evaluation: [String: JSONValue]
    ) throws -> [String: String] {
        let labels = artifacts.first { $0.schema.name == ArtifactSchema.labels.name }
        let earlier: [(any Artifact)?] = [labels?.madeFrom(.mismatch), labels?.madeFrom(.descriptions)]
        let recipes =
            try (artifacts + earlier.compactMap { $0 }).compactMap(Recipe.init)
            + [Recipe(.eval, parameters: evaluation, inputs: [:], sources: [:])]
        var result: [String: String] = [:]
        for recipe in recipes {
            for (name, value) in recipe.parameters where !(recipe.stage == .finetune && name == "seed") {
                result["\(recipe.stage.command) \(name)"] = value.plainText
            }
        }
        return result
    }
}
