import Artifacts
import Essentials
import FoundationEssentials
import Outputs
import Terminal

/// How predictions are written.
public enum PredictionFormat: String, Sendable, CaseIterable {
    /// A header, then a line per image; RFC 4180.
    case csv
    /// A JSON object per line and file, skipped ones included.
    case jsonl
    /// An artifact; see docs/artifacts.md.
    case hdf5

    /// The format that a file's name asks for by its ending, CSV where it has none; nil for an ending of something else.
    public init?(fileName: String) {
        switch URL(fileURLWithPath: fileName).pathExtension.lowercased() {
        case "csv", "": self = .csv
        case "jsonl", "ndjson": self = .jsonl
        case "h5", "hdf5": self = .hdf5
        default: return nil
        }
    }

    func writer(
        to path: String?, classNames: [String], top: Int, checkpoint: (folder: String, identity: String),
        provenance: Provenance
    ) throws -> any PredictionWriter {
        switch self {
        case .csv: try CSVPredictions(to: TextOutput(path), classNames: classNames, top: top)
        case .jsonl: try JSONLinesPredictions(output: TextOutput(path), classNames: classNames)
        case .hdf5:
            try HDF5Predictions(
                to: path, classNames: classNames, top: top, checkpoint: checkpoint, provenance: provenance)
        }
    }
}

/// Writes predictions in the order of the images.
protocol PredictionWriter {
    mutating func write(_ prediction: Prediction, of path: String) throws
    mutating func writeSkipped(_ path: String, reason: String) throws
    /// Hands on what was written, so that whoever reads it sees it.
    mutating func flush() throws
    mutating func finish() throws
}

/// Text for the standard output, or for a file that appears when it is complete.
private struct TextOutput {
    private let file: PartialText?
    private var pending = ""

    init(_ path: String?) throws {
        file = try path.map(PartialText.init)
    }

    mutating func add(_ line: String) {
        pending += line + "\n"
    }

    mutating func flush() throws {
        if let file { try file.write(pending) } else { Standard.output.write(pending) }
        pending = ""
    }

    mutating func finish() throws {
        try flush()
        try file?.commit()
    }
}

private struct CSVPredictions: PredictionWriter {
    private var output: TextOutput
    private let classNames: [String]
    private let top: Int

    init(to output: TextOutput, classNames: [String], top: Int) {
        self.output = output
        self.classNames = classNames
        self.top = top
        let others = top > 1 ? (2...top).flatMap { ["class_\($0)", "confidence_\($0)"] } : []
        self.output.add((["path", "class", "confidence"] + others).joined(separator: ","))
    }

    mutating func write(_ prediction: Prediction, of path: String) {
        output.add(CSVField.line([path] + prediction.ranking.flatMap { [classNames[$0.label], "\($0.probability)"] }))
    }

    /// A table has no place for what is not there.
    mutating func writeSkipped(_ path: String, reason: String) {}

    mutating func flush() throws { try output.flush() }
    mutating func finish() throws { try output.finish() }
}

private struct JSONLinesPredictions: PredictionWriter {
    var output: TextOutput
    let classNames: [String]

    mutating func write(_ prediction: Prediction, of path: String) {
        func ranked(_ entry: (label: Int, probability: Float)) -> [String: JSONValue] {
            ["class": .string(classNames[entry.label]), "confidence": .double(Double("\(entry.probability)") ?? 0)]
        }
        guard let first = prediction.ranking.first else { return }
        let record = ranked(first).merging([
            "path": .string(path), "top": .array(prediction.ranking.map { .object(ranked($0)) }),
        ]) { $1 }
        output.add(JSONValue.object(record).text)
    }

    mutating func writeSkipped(_ path: String, reason: String) {
        output.add(JSONValue.object(["path": .string(path), "error": .string(reason)]).text)
    }

    mutating func flush() throws { try output.flush() }
    mutating func finish() throws { try output.finish() }
}

private struct HDF5Predictions: PredictionWriter {
    private let writer: ArtifactWriter<PredictionsSchema>
    private let predicted: ArtifactAppender<Int32>
    private let confidence: ArtifactAppender<Float>
    private let classes: ArtifactAppender<Int32>
    private let probabilities: ArtifactAppender<Float>
    // Text is written at the end.
    private var paths: [String] = []
    private var skipped: [(path: String, reason: String)] = []

    init(
        to path: String?, classNames: [String], top: Int, checkpoint: (folder: String, identity: String),
        provenance: Provenance
    ) throws {
        guard let path else { throw ArtifactError("an HDF5 file cannot go to the standard output: name one with -o") }
        writer = try ArtifactWriter(path, schema: .predictions, provenance: provenance)
        try writer.set(\.checkpoint.path, to: checkpoint.folder)
        try writer.set(\.checkpoint.identity, to: checkpoint.identity)
        try writer.write(classNames, to: \.classes.name)
        predicted = try writer.appender(to: \.images.predicted)
        confidence = try writer.appender(to: \.images.confidence)
        classes = try writer.appender(to: \.top.label, rowShape: [top])
        probabilities = try writer.appender(to: \.top.probability, rowShape: [top])
    }

    mutating func write(_ prediction: Prediction, of path: String) throws {
        guard let first = prediction.ranking.first else { return }
        try predicted.append([Int32(clamping: first.label)])
        try confidence.append([first.probability])
        try classes.append(prediction.ranking.map { Int32(clamping: $0.label) })
        try probabilities.append(prediction.ranking.map(\.probability))
        paths.append(path)
    }

    mutating func writeSkipped(_ path: String, reason: String) {
        skipped.append((path, reason))
    }

    mutating func flush() {}

    mutating func finish() throws {
        try writer.write(paths, to: \.images.path)
        try writer.write(skipped.map(\.path), to: \.skipped.path)
        try writer.write(skipped.map(\.reason), to: \.skipped.reason)
        try writer.commit()
    }
}
