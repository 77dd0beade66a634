import Foundation
import TestSupport
import Testing

/// The seven stages on a small data set, run once for all the tests that look at what came out.
enum Pipeline {
    static let ul = Result { try finished(paradigm: ["--paradigm", "ul"]) }

    static func finished(paradigm: [String]) throws -> Workspace {
        let workspace = try Workspace()
        try workspace.writeDataSet()
        try workspace.writeAnswers()
        try prepare(workspace)
        try label(workspace, paradigm: paradigm)
        try expectSuccess(workspace.run("cap-finetune", arguments: finetune))
        try expectSuccess(
            workspace.run(
                "cap-eval", "model.h5", "images.h5", "features.h5", "labels.h5", "--checkpoint", Workspace.checkpoint,
                "--report", "report.html", "--csv", "labels.csv", "-o", "eval.h5", "--threads", "1"))
        return workspace
    }

    static let finetune = [
        "images.h5", "features.h5", "labels.h5", "--checkpoint", Workspace.checkpoint, "-o", "model.h5",
        "--epochs", "4", "--iters", "3", "--batch", "4", "--tau", "0.3", "--threads", "1",
    ]

    /// `cap-decode` and `cap-embed`.
    static func prepare(_ workspace: Workspace) throws {
        try expectSuccess(workspace.run("cap-decode", "data", "-o", "images.h5"))
        try expectSuccess(
            workspace.run(
                "cap-embed", "images.h5", "--checkpoint", Workspace.checkpoint, "-o", "features.h5", "--threads", "1"))
    }

    /// `cap-detect`, `cap-describe` and `cap-label`.
    static func label(_ workspace: Workspace, paradigm: [String]) throws {
        try expectSuccess(
            workspace.run(
                "cap-detect", arguments: ["features.h5"] + paradigm + ["-o", "mismatch.h5", "--threads", "1"]))
        try expectSuccess(
            workspace.run(
                "cap-describe", "features.h5", "mismatch.h5", "--checkpoint", Workspace.checkpoint,
                "--answers", "answers.json", "-o", "descriptions.h5", "--threads", "1"))
        try expectSuccess(
            workspace.run(
                "cap-label", "features.h5", "mismatch.h5", "descriptions.h5", "--k", "3", "-o", "labels.h5"))
    }

    /// The commands that a report says to go on with.
    static func advice(onPage page: String) -> [String] {
        page.matches(of: #/<div class="command"><code>(.*?)</code>/#).map { match in
            String(match.1).replacing("&#39;", with: "'").replacing("&amp;", with: "&")
        }
    }

    static func expectSuccess(
        _ outcome: Outcome, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        try #require(outcome.status == 0, "\(outcome.errors)", sourceLocation: sourceLocation)
    }
}
