import Artifacts
import Reporting

/// Runs that differ in their seed alone, of which a report gives the mean.
public struct Repetitions {
    private var own: RunComparison.Run
    private let others: [RunComparison.Run]

    /// - Parameters:
    ///   - paths: `eval.h5` files, or folders with one.
    ///   - own: the run that they are put beside; its scores play no part yet.
    /// - Throws: ``ArtifactError`` where one is of other images or another setting, has no accuracy or is there twice.
    public init(_ paths: [String], besides own: RunComparison.Run, images: ArtifactReader<ImagesSchema>) throws {
        let names = Compare.names(of: [own.name] + paths.map(RunComparison.Run.file))
        self.own = own
        self.own.name = names.first ?? own.name
        let evaluations = try paths.map(RunComparison.Run.evaluation)
        others = try zip(evaluations, names.dropFirst()).map(RunComparison.Run.init)
        var seeds = [own.seed: "this run"]
        for (path, (evaluation, run)) in zip(paths, zip(evaluations, others)) {
            try Lineage.check([images, evaluation])
            guard run.scores != nil else {
                throw ArtifactError("\(path): no test image has a label, so there is no accuracy to take a mean of")
            }
            let comparison = RunComparison([own, run])
            guard comparison.settings.count == 1 else {
                throw ArtifactError(
                    """
                    \(path): is no repetition of this run: \(Self.difference(comparison)); --also takes runs that differ in \
                    their seed alone, and cap-report puts others side by side
                    """)
            }
            if let other = seeds.updateValue(path, forKey: run.seed) {
                throw ArtifactError("\(path): has the seed of \(other), \(run.seed.map(String.init) ?? "which is not known")")
            }
        }
    }

    /// All of them, this run first.
    public func runs(scores: (zeroShot: Scores, adapted: Scores)) -> [RunComparison.Run] {
        var own = own
        own.scores = (RunRecord.Performance(scores.zeroShot), RunRecord.Performance(scores.adapted))
        return [own] + others
    }

    /// The first thing that two runs of different settings differ in.
    private static func difference(_ comparison: RunComparison) -> String {
        let (own, other) = (comparison.runs[0], comparison.runs[1])
        let facts = [
            ("data set", own.dataSet, other.dataSet), ("paradigm", own.paradigm, other.paradigm),
            ("method", own.method, other.method),
        ]
        if let (name, here, there) = facts.first(where: { $0.1 != $0.2 }) { return "its \(name) is \(there), not \(here)" }
        guard let (name, values) = comparison.differences.first else { return "it is of another setting" }
        return "its \(name) is \(values[1] ?? "not known"), not \(values[0] ?? "known here")"
    }
}
