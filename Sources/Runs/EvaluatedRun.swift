import Artifacts
import Foundation
import Reporting

extension RunComparison.Run {
    /// Parameters that say where things are and how to compute, not what.
    private static let circumstances: Set<String> = [
        "also", "checkpoint", "data_set", "report", "threads", "device", "seed", "answers", "language_model", "classes",
        "phrases",
    ]

    /// What an `eval.h5` says, and the files that it was made from where they still are.
    public init(_ evaluation: ArtifactReader, named name: String) throws {
        let labels = evaluation.madeFrom(.labels)
        let images = evaluation.madeFrom(.images)
        let model = evaluation.madeFrom(.model)
        let chain = [images, evaluation.madeFrom(.features), labels, model].compactMap { $0 }
        try self.init(
            name: name,
            dataSet: images.map(Self.dataSet) ?? "unknown",
            paradigm: evaluation.string(attribute: "paradigm"), method: Self.method(of: evaluation),
            seed: model.flatMap(Self.seed),
            parameters: Self.parameters(of: chain, evaluation: evaluation.parameters()),
            classNames: evaluation.strings("classes/name"),
            scores: evaluation.has("metrics/adapted/accuracy")
                ? (
                    RunRecord.Performance("zero_shot", in: evaluation), RunRecord.Performance("adapted", in: evaluation)
                ) : nil)
    }

    /// Opens the `eval.h5` that `path` names, or that lies in the folder `path`.
    public static func evaluation(at path: String) throws -> ArtifactReader {
        try ArtifactReader(file(at: path), schema: .evaluation)
    }

    /// The `eval.h5` that `path` names, or that lies in the folder `path`.
    public static func file(at path: String) -> String {
        var isFolder: ObjCBool = false
        let exists = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
        return exists && isFolder.boolValue ? URL(fileURLWithPath: path).appendingPathComponent("eval.h5").path : path
    }

    /// How the method of a model or an evaluation is called.
    public static func method(of artifact: ArtifactReader) throws -> String {
        try artifact.method().title(artifact.modality())
    }

    /// The data set's name, or its folder's.
    public static func dataSet(of images: ArtifactReader) -> String {
        (try? images.string(attribute: "dataset"))
            ?? URL(fileURLWithPath: images.path).standardizedFileURL.deletingLastPathComponent().lastPathComponent
    }

    /// The seed of training.
    public static func seed(_ model: ArtifactReader) -> Int? {
        if case .int(let value)? = try? model.parameters()["seed"] { value } else { nil }
    }

    /// Every parameter of a run that can change its result, by command and name.
    ///
    /// - Parameter artifacts: those that are at hand; of labels also what they were made from.
    public static func parameters(
        of artifacts: [ArtifactReader], evaluation: [String: JSONValue]
    ) throws -> [String: String] {
        let labels = artifacts.first { $0.schema.name == ArtifactSchema.labels.name }
        let earlier = [labels?.madeFrom(.mismatch), labels?.madeFrom(.descriptions)].compactMap { $0 }
        let stages =
            try (artifacts + earlier).map { ($0.schema.command, try $0.parameters()) }
            + [(ArtifactSchema.evaluation.command, evaluation)]
        var result: [String: String] = [:]
        for (command, parameters) in stages {
            for (name, value) in parameters where !circumstances.contains(name) {
                let text: String
                if case .string(let plain) = value { text = plain } else { text = value.text }
                result["\(command) \(name)"] = text
            }
        }
        return result
    }
}
