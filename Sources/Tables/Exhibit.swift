import Parameters
import Reporting

/// A table or figure made of many runs: numbers for programs, a table for people, and charts.
public struct Exhibit: Sendable {
    /// A line per number or image.
    public let csv: String
    /// Means ± standard deviations over the seeds, the best in bold, published numbers beside them.
    public let markdown: String
    /// With what is put behind the exhibit's name for each: nothing where there is but one.
    public let figures: [(suffix: String, figure: any Figure)]

    init(csv: TextTable, markdown: String, figures: [(suffix: String, figure: any Figure)]) {
        self.csv = csv.csv
        self.markdown = markdown
        self.figures = figures
    }

    /// What there is to show of runs.
    public enum Subject: String, Sendable, CaseIterable {
        case accuracy, pseudolabels, groups, classes, time, mismatch, map

        /// What is shown, for a list of them.
        public var summary: String {
            switch self {
            case .accuracy: "test accuracy by method, or by the values of a parameter"
            case .pseudolabels: "how many pseudolabels of the mismatched classes are right"
            case .groups: "accuracy and calibration error within groups of confused classes"
            case .classes: "accuracy of each class before and after"
            case .time: "time and memory of training"
            case .mismatch: "the classes that detection found mismatched (reads mismatch.h5)"
            case .map: "features of mismatched and of confused classes in two dimensions, by t-SNE"
            }
        }
    }

    /// What tells the rows of a table of accuracies apart.
    public enum Rows: Sendable, Equatable {
        case method
        /// A parameter of any stage.
        case parameter(Parameter)
    }

    /// Shows a subject of runs.
    ///
    /// - Parameters:
    ///   - files: paths of `eval.h5` files, or of `mismatch.h5` files for `.mismatch`; what they were made from is
    ///     looked for where it was and beside them.
    ///   - rows: for `.accuracy`.
    /// - Throws: `ArtifactError` where a file does not say what is asked for.
    public init(_ subject: Subject, of files: [String], rows: Rows = .method) throws {
        switch subject {
        case .accuracy: self = try ResultsTable(TableRun.runs(files), rows: rows).exhibit
        case .pseudolabels: self = try PseudolabelTable(TableRun.runs(files)).exhibit
        case .groups: self = try ConfusedGroupTable(TableRun.runs(files)).exhibit
        case .classes: self = try ClassTable(TableRun.runs(files)).exhibit
        case .time: self = try TrainingTimeTable(TableRun.runs(files)).exhibit
        case .mismatch: self = try MismatchTable(files).exhibit
        case .map: self = try FeatureMaps(TableRun.runs(files)).exhibit
        }
    }
}
