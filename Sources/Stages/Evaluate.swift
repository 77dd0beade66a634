import Artifacts
import CAP
import CLIP
import FoundationEssentials
import ImageArchive
import Outputs
import Parameters
import Reporting
import Runs
import Tensors
import Terminal

/// Predicts the test images with the adapted model and compares with zero-shot CLIP: `model.h5`, `images.h5`,
/// `features.h5`, `labels.h5` and a checkpoint in, `eval.h5` and a report out.
///
/// Adapters are off, as they are in the reference. A data set without a test part gets predictions of all its
/// images, and one without labels predictions only. The other images are predicted too, for whoever wants the classes of
/// their pictures, and for cap-review.
public struct Evaluate {
    public var model: String
    public var images: String
    public var features: String
    public var labels: String
    public var settings: Settings<EvaluateParameters>
    public var output: StageOutput
    /// The page to write; nil for none.
    public var report: String?
    /// The table of every image's class to write; nil for none.
    public var table: String?
    /// Runs that differ from this one in their seed alone, as `eval.h5` files or folders with one: the report gives the mean.
    public var also: [String] = []
    /// How several processes share the images, where a launcher has started them.
    public var processes = ProcessOptions.standard
    /// Called with what is worth telling a person.
    public var note: (String) -> Void = { _ in }
    public var quiet = false

    public init(
        model: String, images: String, features: String, labels: String, settings: Settings<EvaluateParameters>,
        output: StageOutput
    ) {
        self.model = model
        self.images = images
        self.features = features
        self.labels = labels
        self.settings = settings
        self.output = output
    }

    /// What a run found.
    public struct Result {
        public let predictedImages: Int
        /// Images whose class is in the table.
        public let tabledImages: Int
        /// Before and after; nil without labeled test images.
        public let zeroShot: Scores?
        public let adapted: Scores?
        /// What is to be said where adaptation did harm.
        public var harm: AdaptationHarm? {
            guard let zeroShot, let adapted else { return nil }
            return AdaptationHarm(zeroShot: .init(zeroShot), adapted: .init(adapted))
        }
        /// How the method is called.
        public let method: String
        /// With several runs: how many there are, and mean and standard deviation of what the paradigm is judged by.
        public let overAllRuns: (count: Int, spread: String)?
        public let seconds: Double
    }

    public func run() throws -> Result {
        let start = ContinuousClock.now
        let group = try processes.join()
        var settings = settings
        let device = try settings.begin(note: note)
        let model = try ArtifactReader(model, schema: .model)
        let images = try ArtifactReader(images, schema: .images)
        let features = try ArtifactReader(features, schema: .features)
        let labels = try ArtifactReader(labels, schema: .labels)
        let checkpoint = try settings.checkpointChoice
        let (clip, identity) = try checkpoint.open(matching: features)
        let provenance = try Provenance(
            parameters: settings.parameters.merging(checkpoint.parameters(identity: identity)) { $1 },
            inputs: [model, images, features, labels], sources: checkpoint.sources(),
            software: SoftwareVersions.of(device), seed: nil)
        let method = try RunComparison.Run.method(of: model)
        let classes = try RunClasses(labels, features)
        let repetitions =
            try also.isEmpty
            ? nil
            : Repetitions(
                also,
                besides: RunComparison.Run(
                    name: output.path, dataSet: RunComparison.Run.dataSet(of: images),
                    paradigm: labels.value(\.paradigm).rawValue, method: method, seed: RunComparison.Run.seed(model),
                    parameters: RunComparison.Run.parameters(
                        of: [images, features, labels, model], evaluation: provenance.parameters),
                    classNames: classes.names, scores: nil), images: images)
        var output = output
        output.companions = [report, table].compactMap { $0 }
        // A mean over other runs is in the report alone.
        if !also.isEmpty { output.isKeptUnchanged = false }
        // Of several processes the first has it.
        let writer = try output.writer(.eval, schema: .evaluation, provenance: provenance, in: group)

        let test = try TestImages(features, classes: classes)
        let seen = try labels.indices(\.split.seen, in: test.classes)
        let unseen = try labels.indices(\.split.unseen, in: test.classes)
        let zeroShot = try TestPredictions(
            probabilities: classes.summed(rows(test.images, of: \.zeroShotProbabilities, in: features)), test: test)
        var imageLabels = try ImageLabels(classes, features: features, labels: labels, model: model)
        let adapted = try TestPredictions(
            probabilities: predict(
                test.images, and: test.others(of: features.count(\.images.name)), to: &imageLabels,
                with: AdaptedClassifier(
                    model, clip, identity: identity, precision: settings.precision.dtype, device: device),
                images: images, in: group),
            test: test)
        let scores =
            try test.isScored
            ? (Scores(zeroShot, test, seen: seen, unseen: unseen), Scores(adapted, test, seen: seen, unseen: unseen))
            : nil

        func result(_ runs: [RunComparison.Run], tabled: Int = 0) -> Result {
            Result(
                predictedImages: test.images.count, tabledImages: tabled, zeroShot: scores?.0, adapted: scores?.1, method: method,
                overAllRuns: RunComparison(runs).settings.first.map { ($0.runs.count, RunComparison.spread($0.adapted)) },
                seconds: (ContinuousClock.now - start) / .seconds(1))
        }
        guard let writer else {
            try group.barrier()
            return result([])
        }
        try writer.set(\.checkpoint.path, to: checkpoint.path)
        try writer.set(\.checkpoint.identity, to: identity)
        try writer.set(\.paradigm, to: labels.value(\.paradigm))
        if let method = try model.valueIfPresent(\.method) { try writer.set(\.method, to: method) }
        if let modality = try model.valueIfPresent(\.modality) { try writer.set(\.modality, to: modality) }
        if let dataSet = try images.valueIfPresent(\.dataSet) { try writer.set(\.dataSet, to: dataSet) }
        if let seed = try model.common(\.seed) { try writer.set(\.trainingSeed, to: seed) }
        try writer.write(classes.names, to: \.classes.name)
        try writer.write(seen, to: \.split.seen)
        try writer.write(unseen, to: \.split.unseen)
        try writer.write(test.images, to: \.test.image)
        try writer.write(test.labels, to: \.test.label)
        try zeroShot.write(as: \.zeroShot, to: writer)
        try adapted.write(as: \.adapted, to: writer)
        try writer.write(
            adapted.probabilities, shape: [test.images.count, test.classes.count], to: \.adapted.probabilities)
        if let (zeroShot, adapted) = scores {
            try writer.write(adapted.confusion.supports, to: \.perClassCount)
            try writer.write(
                [0] + adapted.calibration.bins.map { Float($0.upper) }, to: \.calibrationEdge)
            try zeroShot.write(as: \.zeroShot, to: writer)
            try adapted.write(as: \.adapted, to: writer)
        }
        let others = imageLabels.others(than: test)
        if !others.isEmpty {
            try writer.write(others.map(\.image), to: \.training.image)
            try writer.write(others.map(\.top.label), to: \.training.predicted)
            try writer.write(others.map(\.top.probability), to: \.training.confidence)
            try writer.write(others.map(\.top.runnerUp), to: \.training.runnerUp)
            try writer.write(others.map(\.top.runnerUpProbability), to: \.training.runnerUpConfidence)
        }
        let runs = scores.flatMap { scores in repetitions?.runs(scores: scores) } ?? []
        if let report {
            var record = try RunRecord(
                model: model, images: images, features: features, labels: labels, classes: classes, test: test,
                zeroShot: zeroShot, adapted: adapted, scores: scores, evaluation: provenance, output: output.path,
                cost: ((ContinuousClock.now - start) / .seconds(1), PeakMemory.ofThisProcess))
            record.repetitions = runs
            record.nextSteps = try NextSteps(record, images: images, features: features, labels: labels, model: model).steps
            try PartialFile.write(Data(page(record, at: report).utf8), to: report)
        }
        let tabled = try table.map { try imageLabels.write(to: $0) } ?? 0
        try writer.commit()
        try group.barrier()
        return result(runs, tabled: tabled)
    }

    /// The adapted model's probability of every class for the test images, row-major `[test, classes]`; each process asks it about
    /// its share of them. What it says of the others goes to `labels` alone, which keeps less.
    private func predict(
        _ test: [Int], and others: [Int], to labels: inout ImageLabels, with classifier: AdaptedClassifier,
        images: ArtifactReader<ImagesSchema>, in group: ProcessGroup
    ) throws -> [Float] {
        let (own, ownOthers) = (Array(test[group.share(of: test.count)]), Array(others[group.share(of: others.count)]))
        let pixels = try TrainingPixels(
            StoredImages(images), view: classifier.view, seed: 0, threads: settings.threads)
        let progress = ProgressBar("evaluating", total: own.count + ownOthers.count, unit: "images", quiet: quiet)
        defer { progress.finish() }
        var (probabilities, kept): ([Float], [Float]) = ([], [])
        // In batches of their own, so that what is said of test images is the same whatever others there are.
        try predict(own, on: pixels, with: classifier) { _, row in
            probabilities += row
            progress.advance()
        }
        try predict(ownOthers, on: pixels, with: classifier) { image, row in
            kept += labels.kept(of: image, row)
            progress.advance()
        }
        let classCount = classifier.classNames.count
        probabilities = try gathered(probabilities, width: classCount, of: test.count, in: group)
        kept = try gathered(kept, width: ImageLabels.keptCount, of: others.count, in: group)
        for (row, image) in test.enumerated() {
            let row = probabilities[row * classCount..<(row + 1) * classCount]
            labels.add(image, kept: labels.kept(of: image, row)[...])
        }
        for (row, image) in others.enumerated() {
            labels.add(image, kept: kept[row * ImageLabels.keptCount..<(row + 1) * ImageLabels.keptCount])
        }
        return probabilities
    }

    /// The rows of all processes, in their order.
    private func gathered(_ rows: [Float], width: Int, of count: Int, in group: ProcessGroup) throws -> [Float] {
        guard !group.isAlone, count > 0 else { return rows }
        return try group.allGather(rows: Tensor(rows, shape: [rows.count / width, width]), of: count).floats()
    }

    /// Hands on the probability of every class for each image, in their order.
    private func predict(
        _ images: [Int], on pixels: TrainingPixels, with classifier: AdaptedClassifier,
        take: (_ image: Int, ArraySlice<Float>) throws -> Void
    ) throws {
        let device = classifier.device
        _ = try BatchedViews(
            count: images.count, batch: device.imagesAtOnce, size: pixels.size, threads: settings.threads, device: device
        ).run {
            for (position, index) in images[$0].enumerated() {
                let length = pixels.size * pixels.size * 3
                try pixels.render(
                    .plain(index), into: UnsafeMutableBufferPointer(rebasing: $1[position * length..<(position + 1) * length]))
            }
        } compute: {
            try [classifier.probabilities($0)]
        } take: { first, results in
            let (count, classCount) = (results[0].shape[0], results[0].shape[1])
            let values = try results[0].floats()
            for row in 0..<count { try take(images[first + row], values[row * classCount..<(row + 1) * classCount]) }
        }
    }

    /// Rows of a matrix, in the order of `indices`.
    private func rows(
        _ indices: [Int], of key: KeyPath<FeaturesSchema, DatasetKey<Float>>, in reader: ArtifactReader<FeaturesSchema>
    ) throws -> [Float] {
        let width = try reader.shape(key).last ?? 0
        let all = try reader.values(key)
        return indices.flatMap { all[$0 * width..<($0 + 1) * width] }
    }

    /// The page, without charts where what draws them is not there.
    private func page(_ record: RunRecord, at path: String) throws -> String {
        let library = ChartLibrary.installed
        if library == nil {
            note("D3 was not found, so \(path) has no charts; install it (Debian, Ubuntu: node-d3) and run this again")
        }
        return try Report(record, library: library).html()
    }
}
