import Artifacts
import CAP
import CLIP
import Essentials
import FoundationEssentials
import ImageArchive
import Images
import Outputs
import Parallel
import Tensors
import Terminal
import Views
import Vocabulary

/// Predicts new images with the adapted model: `model.h5`, a checkpoint and image files in, predictions out, as they come.
public struct Predict {
    public var model: String
    /// The CLIP checkpoint; nil for the one that the model was trained with.
    public var checkpoint: CheckpointChoice?
    /// Image files and folders of them; `-` stands for paths on the standard input.
    public var inputs: [String]
    /// Files with a path a line; `-` likewise.
    public var lists: [String] = []
    /// The file to write; nil for the standard output.
    public var output: String?
    public var format = PredictionFormat.csv
    /// How many classes each prediction names.
    public var top = 5
    /// Images encoded at a time.
    public var batch = 64
    /// Images of more pixels are skipped.
    public var maximumPixels = ImageDecoder.Options().maximumPixels
    /// How image files are read; nil for what the model was trained with.
    public var orientation: Orientation?
    public var gray16: Gray16?
    public var damaged: Damaged?
    public var compute = Compute()
    /// Where images are put by their class; nil for nowhere.
    public var sorting: SortedImages.Choice?
    /// How several processes share the images, where a launcher has started them.
    public var processes = ProcessOptions.standard
    /// Called with each file that is skipped and why.
    public var skip: (_ path: String, _ reason: String) -> Void = { _, _ in }
    /// Called with what is worth telling a person.
    public var note: (String) -> Void = { _ in }
    public var quiet = false

    public init(model: String, inputs: [String]) {
        self.model = model
        self.inputs = inputs
    }

    /// What a run did.
    public struct Result: Sendable {
        public let predicted: Int
        public let skipped: Int
        /// Files and folders of the system's that were passed over.
        public let systemFiles: Int
        /// What was sorted into folders; nil where nothing was to be.
        public let sorted: SortedImages.Counts?
        public let seconds: Double
    }

    public func run() throws -> Result {
        let start = ContinuousClock.now
        let group = try processes.join()
        guard group.isAlone || !(inputs + lists).contains("-") else {
            throw ArtifactError(
                "paths on the standard input cannot be divided over processes: write them to a file, and name it with --list")
        }
        var compute = compute
        let device = try compute.begin(note: note)
        let model = try ArtifactReader(model, schema: .model)
        let checkpoint = try checkpoint ?? CheckpointChoice(of: model)
        let clip = try checkpoint.open()
        var decoding = ImageDecoder.Options()
        decoding.maximumPixels = maximumPixels
        decoding.reading = try Reading(of: model).with(orientation: orientation, gray16: gray16, damaged: damaged)
        var paths = try ImagePaths(inputs, lists: lists)
        let identity = try clip.identity()
        let classifier = try AdaptedClassifier(
            model, clip, identity: identity, precision: compute.precision.dtype, device: device)
        var sorted = try sorting.map { try SortedImages($0, classNames: classifier.classNames, inputs: inputs) }
        let provenance = try Provenance(
            parameters: parameters(checkpoint, identity: identity, decoding.reading, compute), inputs: [model],
            software: SoftwareVersions.of(device), seed: nil)
        try group.requireSame(
            "\(provenance.parameters.sorted { $0.key < $1.key }) \(model.identity)", "other parameters or another model")
        // Of several processes the first has it.
        var writer =
            try group.isFirst
            ? format.writer(
                to: output, classNames: classifier.classNames, top: min(top, classifier.classNames.count),
                checkpoint: (clip.path, identity), provenance: provenance) : nil
        let view = classifier.view
        let existing = output.flatMap(ExistingOutput.init)

        let progress = ProgressBar("predicting", total: nil, unit: "images", quiet: quiet)
        defer { progress.finish() }
        var (predicted, skipped) = (0, 0)
        while let first = paths.next() {
            // What is there already, up to a batch: a slow writer of paths gets its predictions nevertheless.
            var chunk = [first]
            while chunk.count < batch * group.size, paths.isReady, let path = paths.next() { chunk.append(path) }
            for path in chunk { try existing?.requireOther(than: path) }
            let own = Array(chunk[group.share(of: chunk.count)])
            let views = try self.views(own, view, decoding)
            let sound = views.compactMap { try? $0.get() }
            var rows: [Prediction] = []
            if !sound.isEmpty {
                let size = classifier.imageSize
                let pixels = try Tensor(sound.flatMap(\.pixels), shape: [sound.count, size, size, 3])
                rows = try Prediction.ranked(classifier.probabilities(pixels), top: top)
            }
            var next = rows.makeIterator()
            let found: [Found] = views.compactMap { view in
                switch view {
                case .success: next.next().map { Found(prediction: $0) }
                case .failure(let error): Found(reason: error.reason)
                }
            }
            for (path, found) in try zip(chunk, gathered(found, in: group)) {
                if let reason = found.reason {
                    try writer?.writeSkipped(path, reason: reason)
                    if group.isFirst { skip(path, reason) }
                    skipped += 1
                } else {
                    try writer?.write(found.prediction, of: path)
                    if group.isFirst, let best = found.prediction.ranking.first { try sorted?.add(path, to: best.label) }
                    predicted += 1
                }
            }
            try writer?.flush()
            progress.advance(by: chunk.count)
        }
        // Lists may be empty when there is nothing to do; what was named itself was meant to hold images.
        guard predicted + skipped > 0 || !lists.isEmpty || inputs.contains("-") else {
            throw ArtifactError(
                "\(inputs.joined(separator: ", ")): no files are in there: name images, or folders that hold some")
        }
        try group.first { try writer?.finish() }
        return Result(
            predicted: predicted, skipped: skipped, systemFiles: paths.systemFiles, sorted: sorted?.counts,
            seconds: (ContinuousClock.now - start) / .seconds(1))
    }

    /// What became of an image: a prediction, or why there is none.
    private struct Found: Codable {
        private var labels: [Int] = []
        private var probabilities: [Float] = []
        var reason: String?

        init(prediction: Prediction) {
            labels = prediction.ranking.map(\.label)
            probabilities = prediction.ranking.map(\.probability)
        }

        init(reason: String) { self.reason = reason }

        var prediction: Prediction {
            Prediction(ranking: zip(labels, probabilities).map { (label: $0, probability: $1) })
        }
    }

    /// What became of the images of all processes, in their order.
    private func gathered(_ own: [Found], in group: ProcessGroup) throws -> [Found] {
        guard !group.isAlone else { return own }
        let text = String(decoding: try JSONEncoder().encode(own), as: UTF8.self)
        return try group.allGather(text).flatMap { try JSONDecoder().decode([Found].self, from: Data($0.utf8)) }
    }

    /// The model's view of each image, or why there is none.
    private func views(
        _ paths: [String], _ view: EvaluationView, _ decoding: ImageDecoder.Options
    ) throws -> [Swift.Result<RGBImage, ImagesError>] {
        var views: [Swift.Result<RGBImage, ImagesError>] = []
        try OrderedProduction.run(count: paths.count, threads: compute.threads) {
            let decoder = ImageDecoder(options: decoding)
            return { index in
                Swift.Result { try view.render(decoder.decode(contentsOf: paths[index])) }
                    .mapError { $0 as? ImagesError ?? ImagesError("\($0)") }
            }
        } take: { _, view in
            views.append(view)
        }
        return views
    }

    private func parameters(
        _ checkpoint: CheckpointChoice, identity: String, _ reading: Reading, _ compute: Compute
    ) -> [String: JSONValue] {
        [
            "inputs": .array(inputs.map { .string($0) }),
            "lists": .array(lists.map { .string($0) }), "top": .int(top), "batch": .int(batch),
            "max_pixels": .int(maximumPixels), "orientation": .string(reading.orientation.rawValue),
            "gray16": .string(reading.gray16.rawValue), "damaged": .string(reading.damaged.rawValue),
            "precision": .string(compute.precision.rawValue), "device": .string(compute.device.rawValue),
            "threads": .int(compute.threads),
        ].merging(checkpoint.parameters(identity: identity)) { $1 }
    }
}

/// What a model says about one image: its most probable classes, the first first.
struct Prediction: Sendable {
    /// Class and probability.
    let ranking: [(label: Int, probability: Float)]

    /// The rankings of a batch.
    ///
    /// - Parameter probabilities: `[images, classes]`.
    static func ranked(_ probabilities: Tensor, top: Int) throws -> [Prediction] {
        let classCount = probabilities.shape[1]
        let values = try probabilities.floats()
        return (0..<probabilities.shape[0]).map { image in
            let row = values[image * classCount..<(image + 1) * classCount]
            let order = row.indices.sorted { row[$0] != row[$1] ? row[$0] > row[$1] : $0 < $1 }
            return Prediction(ranking: order.prefix(top).map { ($0 - row.startIndex, row[$0]) })
        }
    }
}
