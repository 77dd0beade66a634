import Artifacts
import CAP
import Essentials
import FoundationEssentials
import Reporting
import Runs

extension RunRecord {
    /// Collects what a run's artifacts say about it.
    ///
    /// The artifacts of earlier stages are looked for where they were when later ones read them, and beside
    /// `labels.h5`; what is not there any more, or has changed since, the report leaves out.
    init(
        model: ArtifactReader<ModelSchema>, images: ArtifactReader<ImagesSchema>, features: ArtifactReader<FeaturesSchema>,
        labels: ArtifactReader<LabelsSchema>, classes: RunClasses,
        test: TestImages, zeroShot: TestPredictions, adapted predictions: TestPredictions,
        scores: (zeroShot: Scores, adapted: Scores)?,
        evaluation: Provenance, output: String, cost: (seconds: Double, peakMemory: Int?)
    ) throws {
        let classCount = classes.names.count
        let mismatch = labels.madeFrom(.mismatch)
        let descriptions = labels.madeFrom(.descriptions)
        let pseudolabels = try model.pseudolabels(classCount: classCount, imageCount: features.count(\.images.name))
        let runnersUp = predictions.runnersUp
        let names = try images.values(\.images.name)
        let said = Predictions(
            paths: test.images.map { names[$0] }, labels: test.labels, zeroShot: zeroShot.predicted,
            adapted: predictions.predicted, confidences: predictions.confidences, nextConfidences: runnersUp.map(\.confidence),
            runnersUp: runnersUp.map(\.label))
        let galleries = try Galleries(
            images: images, pseudolabels: pseudolabels, test: test, predictions: said, classes: classes)
        let chain: [(any Artifact)?] = [images, features, mismatch, descriptions, labels, model]
        self.init(
            dataSet: RunComparison.Run.dataSet(of: images),
            paradigm: try labels.value(\.paradigm).rawValue, method: try RunComparison.Run.method(of: model),
            classNames: classes.names,
            labeledCount: try labels.count(\.labeled.image), unlabeledCount: try labels.count(\.unlabeledImages),
            evaluation: scores.map { scores in
                Evaluation(
                    imageCount: test.scoredPositions.count, zeroShot: Performance(scores.zeroShot),
                    adapted: Performance(scores.adapted), supports: scores.adapted.confusion.supports)
            },
            mismatches: try mismatch.map { try Self.mismatches($0, descriptions, classes) },
            epochs: try ModelArtifact.epochs(in: model).map(Epoch.init),
            pseudolabelsPerClass: pseudolabels.map(\.count),
            featureMap: try FeatureMap(features: features, test: test, predicted: predictions.predicted),
            galleries: galleries.byClass,
            stages: try chain.compactMap { $0 }.map { artifact in
                Stage(
                    file: artifact.path, command: try artifact.common(\.command) ?? "",
                    parameters: Self.rows(try artifact.parameters()),
                    // Training may have been interrupted; what it took in all is recorded with the model.
                    seconds: try (artifact as? ArtifactReader<ModelSchema>)?.valueIfPresent(\.seconds)
                        ?? artifact.common(\.elapsed),
                    peakMemory: try artifact.common(\.peakMemory))
            } + [
                Stage(
                    file: output, command: evaluation.command, parameters: Self.rows(evaluation.parameters),
                    seconds: cost.seconds, peakMemory: cost.peakMemory)
            ],
            software: evaluation.software.sorted { $0.key < $1.key }.map { ($0.key, $0.value) })
        self.predictions = said
        leastSure = galleries.leastSure
    }

    private static func mismatches(
        _ mismatch: ArtifactReader<MismatchSchema>, _ descriptions: ArtifactReader<DescriptionsSchema>?, _ classes: RunClasses
    ) throws -> [Mismatch] {
        let mismatched = try mismatch.indices(\.classes.mismatched, in: classes.ofDataSet.indices)
        let counts = try mismatch.ints(\.classes.zeroShotCount)
        let frequencies = mismatch.has(\.classes.foundFrequency) ? try mismatch.values(\.classes.foundFrequency) : nil
        let candidates = try descriptions?.values(\.candidates.text) ?? []
        let chosen = try descriptions?.values(\.chosen.text) ?? []
        let described = try descriptions?.indices(\.classes.described, in: classes.ofDataSet.indices) ?? []
        let rows = Dictionary(uniqueKeysWithValues: described.enumerated().map { ($1, $0) })
        let width = chosen.isEmpty ? 0 : candidates.count / chosen.count
        return mismatched.map { label in
            let row = rows[label]
            let text = row.map { chosen[$0] }
            let all = row.map { candidates[$0 * width..<($0 + 1) * width] } ?? []
            return Mismatch(
                label: classes.ofDataSet[label], zeroShotCount: counts[label], description: text,
                alternatives: all.filter { !$0.isEmpty && $0 != text },
                foundFrequency: frequencies.map { Double($0[label]) })
        }
    }

    private static func rows(_ parameters: [String: JSONValue]) -> [(name: String, value: String)] {
        parameters.sorted { $0.key < $1.key }.map { name, value in
            if case .string(let text) = value { return (name, text) }
            return (name, value.text)
        }
    }
}

extension RunRecord.Epoch {
    init(_ epoch: EpochRecord) {
        self.init(
            losses: .init(
                pseudolabeled: epoch.lossPseudolabeled, unlabeled: epoch.lossUnlabeled, labeled: epoch.lossLabeled),
            learningRate: epoch.learningRate, pseudolabelCount: epoch.pseudolabelCount,
            pseudolabelAccuracy: epoch.pseudolabelAccuracy, confidentCount: epoch.confidentCount,
            confidentPerClass: epoch.confidentPerClass, marginScale: epoch.marginScale.map(Double.init))
    }
}
