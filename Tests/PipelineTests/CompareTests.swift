import Essentials
import Foundation
import TestSupport
import Testing

/// `cap-report` on several runs.
@Suite struct CompareTests {
    @Test func runsAreSideBySideAndSeedsAreOneSetting() throws {
        let workspace = try Pipeline.ul.get()
        for (folder, seed, tau) in [("seed1", "1", "0.3"), ("seed2", "2", "0.3"), ("tau", "1", "0.9")] {
            try FileManager.default.createDirectory(atPath: workspace.path(folder), withIntermediateDirectories: true)
            let trained = try workspace.run(
                "cap-finetune", "images.h5", "features.h5", "labels.h5", "--checkpoint", Workspace.checkpoint,
                "-o", "\(folder)/model.h5", "--epochs", "1", "--iters", "2", "--batch", "4", "--seed", seed, "--tau",
                tau, "--threads", "1")
            try Pipeline.expectSuccess(trained)
            let next = try #require(trained.errors.split(separator: "\n").last?.wholeMatch(of: #/ +next: (.+)/#)?.1)
            #expect(
                ShellWord.words(String(next)) == [
                    "cap-eval", "\(folder)/model.h5", "images.h5", "features.h5", "labels.h5", "--checkpoint",
                    Workspace.checkpoint, "-o", "eval.h5",
                ])
            try Pipeline.expectSuccess(
                workspace.run(
                    "cap-eval", "\(folder)/model.h5", "images.h5", "features.h5", "labels.h5", "--checkpoint",
                    Workspace.checkpoint, "-o", "\(folder)/eval.h5", "--threads", "1"))
        }
        let outcome = try workspace.run("cap-report", "seed1", "seed2/eval.h5", "tau", "-o", "runs.html")
        try Pipeline.expectSuccess(outcome)
        let table = outcome.output.split(separator: "\n")
        #expect(table.count == 3)
        #expect(table[1].contains(#/ul +CAP +2  .* ± /#) && table[2].contains(#/ul +CAP +1  /#))
        let page = try String(contentsOfFile: workspace.path("runs.html"), encoding: .utf8)
        #expect(page.contains("<td>cap-finetune tau</td><td>0.3</td><td>0.3</td><td>0.9</td>"))
        #expect(page.contains("<td>seed2</td><td class=\"n\">2</td>"))
        #expect(page.contains("Accuracy by class"))
        #expect(!page.contains("cap-finetune epochs"))
        #expect(!page.contains("class=\"headline\""))

        let twice = try workspace.run("cap-report", "seed1", "seed2", "seed1/eval.h5")
        #expect(twice.status == 1 && twice.errors.contains("seed1/eval.h5: is the same run as seed1"), "\(twice.errors)")

        // The seeds alone are one setting, with its result on top.
        try Pipeline.expectSuccess(workspace.run("cap-report", "seed1", "seed2", "-o", "seeds.html"))
        let seeds = try String(contentsOfFile: workspace.path("seeds.html"), encoding: .utf8)
        #expect(seeds.contains("class=\"headline\"") && seeds.contains("over 2 seeds: mean ± standard deviation"))

        func evaluate(also runs: String...) throws -> Outcome {
            try workspace.run(
                "cap-eval",
                arguments: [
                    "seed1/model.h5", "images.h5", "features.h5", "labels.h5", "--checkpoint", Workspace.checkpoint, "-o",
                    "seeds.h5", "--report", "seeds.html", "--threads", "1",
                ] + runs.flatMap { ["--also", $0] })
        }
        let both = try evaluate(also: "seed2")
        try Pipeline.expectSuccess(both)
        #expect(both.errors.contains("over 2 seeds"))
        let report = try String(contentsOfFile: workspace.path("seeds.html"), encoding: .utf8)
        #expect(report.contains("over 2 seeds: mean ± standard deviation"))
        #expect(report.contains("<td>seed2</td><td class=\"n\">2</td>"))
        for (run, reason) in [
            ("tau", "its cap-finetune tau is 0.9, not 0.3"), ("seed1/eval.h5", "has the seed of this run, 1"),
            ("labels.h5", "labels.h5"),
        ] {
            let refused = try evaluate(also: run)
            #expect(refused.status == 1 && refused.errors.contains(reason), "\(refused.errors)")
        }
    }
}
