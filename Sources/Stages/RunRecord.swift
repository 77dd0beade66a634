import Artifacts
import CAP
import Foundation
import Reporting
import Runs

extension RunRecord {
    /// Collects what a run's artifacts say about it.
    ///
    /// The artifacts of earlier stages are looked for where they were when later ones read them, and beside
    /// `labels.h5`; what is not there any more, or has changed since, the report leaves out.
    init(
        model: ArtifactReader, images: ArtifactReader, features: ArtifactReader, labels: ArtifactReader,
        test: TestImages, adapted predictions: TestPredictions, scores: (zeroShot: Scores, adapted: Scores)?,
        evaluation: Provenance, output: String, cost: (seconds: Double, peakMemory: Int?)
    ) throws {
        let classCount = try features.count("classes/name")
        let mismatch = labels.madeFrom(.mismatch)
        let descriptions = labels.madeFrom(.descriptions)
        let pseudolabels = try model.pseudolabels(classCount: classCount, imageCount: features.count("images/name"))
        let chain = [images, features, mismatch, descriptions, labels, model].compactMap { $0 }
        self.init(
            dataSet: RunComparison.Run.dataSet(of: images),
            paradigm: try labels.string(attribute: "paradigm"), method: try RunComparison.Run.method(of: model),
            classNames: try features.strings("classes/name"),
            labeledCount: try labels.count("labeled/image"), unlabeledCount: try labels.count("unlabeled/image"),
            evaluation: scores.map { scores in
                Evaluation(
                    imageCount: test.scoredPositions.count, zeroShot: Performance(scores.zeroShot),
                    adapted: Performance(scores.adapted), supports: scores.adapted.confusion.supports)
            },
            mismatches: try mismatch.map { try Self.mismatches($0, descriptions, classCount: classCount) },
            epochs: try ModelArtifact.epochs(in: model).map { epoch in
                Epoch(
                    pseudolabelCount: epoch.pseudolabelCount, pseudolabelAccuracy: epoch.pseudolabelAccuracy,
                    confidentPerClass: epoch.confidentPerClass, marginScale: epoch.marginScale.map(Double.init))
            },
            pseudolabelsPerClass: pseudolabels.map(\.count),
            featureMap: try FeatureMap(features: features, test: test, predicted: predictions.predicted),
            galleries: try Galleries(
                images: images, pseudolabels: pseudolabels, test: test, predictions: predictions,
                classNames: features.strings("classes/name")
            ).byClass,
            stages: try chain.map { artifact in
                Stage(
                    file: artifact.path, command: try artifact.string(attribute: "command"),
                    parameters: Self.rows(try artifact.parameters()),
                    // Training may have been interrupted; what it took in all is recorded with the model.
                    seconds: (try? artifact.double(attribute: "seconds"))
                        ?? (try? artifact.double(attribute: "elapsed")),
                    peakMemory: (try? artifact.int(attribute: "peak_memory")))
            } + [
                Stage(
                    file: output, command: evaluation.command, parameters: Self.rows(evaluation.parameters),
                    seconds: cost.seconds, peakMemory: cost.peakMemory)
            ],
            software: evaluation.software.sorted { $0.key < $1.key }.map { ($0.key, $0.value) })
    }

    private static func mismatches(
        _ mismatch: ArtifactReader, _ descriptions: ArtifactReader?, classCount: Int
    ) throws -> [Mismatch] {
        let mismatched = try mismatch.indices("classes/mismatched", in: 0..<classCount)
        let counts = try mismatch.ints("classes/zero_shot_count")
        let candidates = try descriptions?.strings("candidates/text") ?? []
        let chosen = try descriptions?.strings("chosen/text") ?? []
        let width = chosen.isEmpty ? 0 : candidates.count / chosen.count
        return mismatched.enumerated().map { row, label in
            let text = chosen.indices.contains(row) ? chosen[row] : nil
            let all = text == nil ? [] : candidates[row * width..<(row + 1) * width]
            return Mismatch(
                label: label, zeroShotCount: counts[label], description: text,
                alternatives: all.filter { !$0.isEmpty && $0 != text })
        }
    }

    private static func rows(_ parameters: [String: JSONValue]) -> [(name: String, value: String)] {
        parameters.sorted { $0.key < $1.key }.map { name, value in
            if case .string(let text) = value { return (name, text) }
            return (name, value.text)
        }
    }
}
