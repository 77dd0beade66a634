import Artifacts
import Foundation
import Reporting

/// Puts runs side by side: several `eval.h5` in, a page out.
public struct Compare {
    /// Files that cap-eval wrote, or folders that hold an `eval.h5`.
    public var runs: [String]
    /// The page to write; nil for none.
    public var output: String?

    public init(runs: [String]) {
        self.runs = runs
    }

    /// Parameters that say where things are and how to compute, not what.
    private static let circumstances: Set<String> = [
        "checkpoint", "data_set", "report", "threads", "device", "seed", "answers", "language_model", "classes", "phrases",
    ]

    /// - Returns: The runs and their settings as a table for a terminal.
    public func run() throws -> (comparison: RunComparison, table: String) {
        let names = Self.names(of: runs)
        let comparison = RunComparison(try zip(runs, names).map { try record($0, named: $1) })
        let report = ComparisonReport(comparison, gnuplot: Gnuplot())
        if let output {
            do {
                try Data(report.html().utf8).write(to: URL(fileURLWithPath: output), options: .atomic)
            } catch let error as ReportError {
                throw error
            } catch {
                throw ArtifactError("\(output): cannot be written: \(error.localizedDescription)")
            }
        }
        return (comparison, report.text())
    }

    private func record(_ path: String, named name: String) throws -> RunComparison.Run {
        var isFolder: ObjCBool = false
        let exists = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
        let file = exists && isFolder.boolValue ? URL(fileURLWithPath: path).appendingPathComponent("eval.h5").path : path
        let evaluation = try ArtifactReader(file, schema: .evaluation)
        let labels = evaluation.madeFrom(.labels)
        let model = evaluation.madeFrom(.model)
        let images = evaluation.madeFrom(.images)
        let chain = [
            images, evaluation.madeFrom(.features), labels?.madeFrom(.mismatch), labels?.madeFrom(.descriptions), labels,
            model, evaluation,
        ].compactMap { $0 }
        var parameters: [String: String] = [:]
        for artifact in chain {
            for (parameter, value) in try artifact.parameters() where !Self.circumstances.contains(parameter) {
                let text: String
                if case .string(let plain) = value { text = plain } else { text = value.text }
                parameters["\(artifact.schema.command) \(parameter)"] = text
            }
        }
        var seed: Int?
        if let model, case .int(let value)? = try model.parameters()["seed"] { seed = value }
        let folder = images.map { URL(fileURLWithPath: $0.path).standardizedFileURL.deletingLastPathComponent() }
        return RunComparison.Run(
            name: name,
            dataSet: (try? images?.string(attribute: "dataset")) ?? folder?.lastPathComponent ?? "unknown",
            paradigm: try evaluation.string(attribute: "paradigm"), seed: seed, parameters: parameters,
            classNames: try evaluation.strings("classes/name"),
            scores: try evaluation.has("metrics/adapted/accuracy")
                ? (
                    RunRecord.Predictions("zero_shot", in: evaluation), RunRecord.Predictions("adapted", in: evaluation)
                ) : nil)
    }

    /// The paths without what they all begin or end with.
    private static func names(of paths: [String]) -> [String] {
        var parts = paths.map { path -> [String] in
            let parts = URL(fileURLWithPath: path).standardizedFileURL.pathComponents
            return parts.last == "eval.h5" ? Array(parts.dropLast()) : parts
        }
        while let first = parts.first?.first, parts.allSatisfy({ $0.count > 1 && $0.first == first }) {
            parts = parts.map { Array($0.dropFirst()) }
        }
        while let last = parts.first?.last, parts.allSatisfy({ $0.count > 1 && $0.last == last }) {
            parts = parts.map { Array($0.dropLast()) }
        }
        return parts.map { $0.joined(separator: "/") }
    }
}

extension RunRecord.Predictions {
    /// What `eval.h5` says of a model.
    init(_ model: String, in evaluation: ArtifactReader) throws {
        func metric(_ name: String) throws -> Double? {
            let path = "metrics/\(model)/\(name)"
            return evaluation.has(path) ? try evaluation.double(path) : nil
        }
        let counts = try evaluation.ints("calibration/\(model)/count")
        let confidences = try evaluation.floats("calibration/\(model)/confidence")
        let accuracies = try evaluation.floats("calibration/\(model)/accuracy")
        try self.init(
            accuracy: metric("accuracy") ?? .nan, seen: metric("seen"), unseen: metric("unseen"),
            harmonicMean: metric("harmonic_mean"), calibrationError: metric("ece") ?? .nan,
            perClass: evaluation.floats("per_class/\(model)_accuracy").map { $0.isNaN ? nil : Double($0) },
            confusion: evaluation.ints("confusion/\(model)"),
            reliability: counts.indices.map {
                .init(count: counts[$0], confidence: Double(confidences[$0]), accuracy: Double(accuracies[$0]))
            })
    }
}
