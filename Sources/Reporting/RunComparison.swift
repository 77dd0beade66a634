/// Several runs side by side: methods, paradigms, seeds, parameters.
///
/// Runs that differ in nothing but their seed are one setting, of which the mean and the standard deviation are shown.
public struct RunComparison: Sendable {
    /// What is compared of a run.
    public struct Run: Sendable {
        /// How the page calls it, such as its folder.
        public var name: String
        public var dataSet: String
        public var paradigm: String
        /// How its method is called, such as CAP.
        public var method: String
        public var seed: Int?
        /// Every parameter that can change a result, by stage and name.
        public var parameters: [String: String]
        public var classNames: [String]
        /// nil where no test image has a label.
        public var scores: (zeroShot: RunRecord.Performance, adapted: RunRecord.Performance)?

        public init(
            name: String, dataSet: String, paradigm: String, method: String, seed: Int?, parameters: [String: String],
            classNames: [String], scores: (zeroShot: RunRecord.Performance, adapted: RunRecord.Performance)?
        ) {
            self.name = name
            self.dataSet = dataSet
            self.paradigm = paradigm
            self.method = method
            self.seed = seed
            self.parameters = parameters
            self.classNames = classNames
            self.scores = scores
        }
    }

    /// Runs that differ in their seed alone.
    public struct Setting: Sendable {
        public let runs: [Run]

        public var dataSet: String { runs[0].dataSet }
        public var paradigm: String { runs[0].paradigm }
        public var method: String { runs[0].method }
        /// The number that the paradigm is judged by, of every scored run; fractions.
        public var zeroShot: [Double] { runs.compactMap { $0.scores?.zeroShot.headline } }
        public var adapted: [Double] { runs.compactMap { $0.scores?.adapted.headline } }
        /// How that number is called.
        var measure: String {
            runs.contains { $0.scores?.adapted.harmonicMean != nil } ? "harmonic mean of seen and unseen accuracy" : "accuracy"
        }
    }

    public let runs: [Run]
    /// In the order of their first runs.
    public let settings: [Setting]

    public init(_ runs: [Run]) {
        self.runs = runs
        var groups: [[Run]] = []
        for run in runs {
            let position = groups.firstIndex {
                $0[0].dataSet == run.dataSet && $0[0].paradigm == run.paradigm && $0[0].method == run.method
                    && $0[0].parameters == run.parameters
            }
            if let position { groups[position].append(run) } else { groups.append([run]) }
        }
        settings = groups.map(Setting.init)
    }

    /// The parameters that are not the same in all runs, with their value in each; nil where a run has none.
    public var differences: [(name: String, values: [String?])] {
        Set(runs.flatMap(\.parameters.keys)).sorted()
            .map { name in (name, runs.map { $0.parameters[name] }) }
            .filter { Set($0.1).count > 1 }
    }

    /// Mean and sample standard deviation in percent: "74.10 ± 0.52"; the mean alone of one number.
    public static func spread(_ fractions: [Double]) -> String {
        guard let spread = Spread(fractions) else { return "–" }
        return Report.percent(spread.mean) + (spread.deviation.map { " ± \(Report.percent($0))" } ?? "")
    }
}
