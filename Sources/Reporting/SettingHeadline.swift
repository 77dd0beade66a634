extension RunComparison.Setting {
    /// Before and after, large: the mean and the standard deviation over the runs. nil where no run is scored.
    var headline: String? {
        guard !adapted.isEmpty else { return nil }
        // CLIP as it is does not depend on a seed.
        let before = Set(zeroShot).count == 1 ? Report.percent(zeroShot[0]) : RunComparison.spread(zeroShot)
        return HTML.headline(before: before, after: RunComparison.spread(adapted))
    }

    /// What the numbers in ``headline`` are means of: "over 3 seeds: mean ± standard deviation".
    var spreadNote: String {
        let seeds = Set(runs.map(\.seed))
        let isOfSeeds = seeds.count == runs.count && !seeds.contains(nil)
        return "over \(runs.count) \(isOfSeeds ? "seeds" : "runs"): mean ± standard deviation"
    }

    /// A row for each run, in percent.
    var table: String { RunComparison.table(of: runs) }
}

extension RunComparison {
    /// A row for each of `runs`, in percent.
    static func table(of runs: [Run]) -> String {
        func percent(_ fraction: Double?) -> String { fraction.map(Report.percent) ?? "–" }
        // Seen and unseen classes are a matter of zero-shot transfer.
        let isTransfer = runs.contains { $0.scores?.adapted.harmonicMean != nil }
        let rows = runs.map { run in
            let adapted = run.scores?.adapted
            return [
                HTML.escaped(run.name), run.seed.map(String.init) ?? "–", percent(run.scores?.zeroShot.accuracy),
                percent(adapted?.accuracy),
            ] + (isTransfer ? [adapted?.seen, adapted?.unseen, adapted?.harmonicMean].map(percent) : [])
                + [percent(adapted?.calibrationError)]
        }
        let headings =
            ["run", "seed", "zero-shot", "adapted"] + (isTransfer ? ["seen", "unseen", "harmonic mean"] : [])
            + ["calibration error"]
        return HTML.table("Runs", headings, rows, textColumns: 1)
    }
}
