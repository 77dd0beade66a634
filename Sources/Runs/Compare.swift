import Artifacts
import FoundationEssentials
import Outputs
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

    /// - Returns: The runs and their settings as a table for a terminal.
    /// - Throws: `ArtifactError` where a run cannot be read, or is named twice.
    public func run() throws -> (comparison: RunComparison, table: String) {
        var paths: [FileIdentity: String] = [:]
        for run in runs {
            guard let identity = FileIdentity(RunComparison.Run.file(at: run)) else { continue }
            if let other = paths.updateValue(run, forKey: identity) {
                throw ArtifactError("\(run): is the same run as \(other), and would count twice: name it once")
            }
        }
        let names = Self.names(of: runs)
        let evaluations = try runs.map(RunComparison.Run.evaluation)
        let comparison = RunComparison(try zip(evaluations, names).map(RunComparison.Run.init))
        let report = ComparisonReport(comparison, library: .installed)
        if let output { try PartialFile.write(Data(report.html().utf8), to: output) }
        return (comparison, report.text())
    }

    /// The paths without what they all begin or end with.
    static func names(of paths: [String]) -> [String] {
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
