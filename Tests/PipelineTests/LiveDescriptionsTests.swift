import Artifacts
import FaultServer
import Foundation
import LanguageModels
import TestSupport
import Testing

/// `cap-describe` with a language model behind a server.
@Suite struct LiveDescriptionsTests {
    private static let key = "sk-proj-0123456789abcdefghijklmnopqrstuvwxyz"

    private func describe(
        _ data: SyntheticFeatures, _ fault: String, _ arguments: String...
    ) throws -> Outcome {
        if !FileManager.default.fileExists(atPath: data.file("mismatch.h5")) {
            let workspace = try Workspace()
            try Pipeline.expectSuccess(
                workspace.run(
                    "cap-detect", data.path, "--paradigm", "ul", "-o", data.file("mismatch.h5"), "--threads", "1"))
        }
        return try Workspace().run(
            "cap-describe",
            arguments: [
                data.path, data.file("mismatch.h5"), "--checkpoint", SyntheticFeatures.checkpoint, "--endpoint",
                FaultServer.shared.get().endpoint(fault).description, "--model", "test-model", "--cache",
                data.file("answers.jsonl"), "--threads", "1", "-o", data.file("descriptions.h5"),
            ] + arguments,
            environment: ["OPENAI_API_KEY": Self.key, "CAP_LLM_API_KEY": ""])
    }

    @Test func descriptionsComeFromTheServerAndTheKeyGoesNowhereElse() throws {
        let data = try SyntheticFeatures()
        let outcome = try describe(data, "echo", "--record", data.file("recorded.json"))
        try Pipeline.expectSuccess(outcome)
        #expect(outcome.errors.contains("They look like Bearer [key]"))
        #expect(outcome.errors.contains("100 + 35"))
        let descriptions = try ArtifactReader(data.file("descriptions.h5"), schema: .descriptions)
        #expect(try descriptions.value(\.promptTokens) == 100)
        #expect(try descriptions.value(\.languageModel).hasPrefix("test-model at http://127.0.0.1:"))
        let part = Data(Self.key.suffix(8).utf8)
        for file in try FileManager.default.contentsOfDirectory(atPath: data.folder.path) {
            #expect(try Data(contentsOf: URL(fileURLWithPath: data.file(file))).range(of: part) == nil, "\(file)")
        }
        #expect(!(outcome.errors + outcome.output).contains(Self.key.suffix(8)))

        // The recorded file stands in for the server.
        let replayed = try Workspace().run(
            "cap-describe", data.path, data.file("mismatch.h5"), "--checkpoint", SyntheticFeatures.checkpoint,
            "--answers", data.file("recorded.json"), "--threads", "1", "-o", data.file("replayed.h5"))
        try Pipeline.expectSuccess(replayed)
        #expect(try ArtifactReader(data.file("replayed.h5"), schema: .descriptions).identity == descriptions.identity)
    }

    @Test func aSecondRunPaysNothing() throws {
        let data = try SyntheticFeatures()
        try Pipeline.expectSuccess(describe(data, "ok"))
        let asked = try FaultServer.shared.get().log("ok").requests.count { $0.question.contains("日本") }
        let again = try describe(data, "ok")
        try Pipeline.expectSuccess(again)
        #expect(again.errors.contains(/paid now +0 \+ 0\n/))
        #expect(try FaultServer.shared.get().log("ok").requests.count { $0.question.contains("日本") } == asked)
    }

    @Test func anInterruptedRunKeepsTheAnswersItGot() throws {
        let data = try SyntheticFeatures()
        _ = try describe(data, "ok", "--dry-run")
        let cache = data.file("answers.jsonl")
        let server = try FaultServer.shared.get()
        let arguments = try [
            data.path, data.file("mismatch.h5"), "--checkpoint", SyntheticFeatures.checkpoint, "--endpoint",
            server.endpoint("unhurried").description, "--model", "test-model", "--cache", cache, "--threads", "1", "-o",
            data.file("descriptions.h5"), "--candidates", "40", "--concurrency", "1",
        ]
        func answers() -> Int {
            (try? String(contentsOfFile: cache, encoding: .utf8))?.split(separator: "\n").count ?? 0
        }
        let workspace = try Workspace()
        let process = try workspace.start("cap-describe", arguments).process
        while process.isRunning && answers() < 3 { usleep(2000) }
        kill(process.processIdentifier, SIGINT)
        process.waitUntilExit()
        #expect(process.terminationReason == .uncaughtSignal)
        #expect(!FileManager.default.fileExists(atPath: data.file("descriptions.h5")))

        try Pipeline.expectSuccess(workspace.run("cap-describe", arguments: arguments))
        #expect(answers() == 40)
        // The one that was under way may have been asked twice.
        #expect(try server.log("unhurried").requests.count { $0.question.contains("日本") } <= 41)
    }

    @Test func aDryRunPrintsTheQuestionsAndAsksNothing() throws {
        let data = try SyntheticFeatures()
        let outcome = try describe(data, "dry", "--dry-run", "--domain", "a satellite photo of {}")
        try Pipeline.expectSuccess(outcome)
        #expect(outcome.output.contains("features of a satellite photo of \(data.classNames[5]), in one sentence."))
        #expect(outcome.errors.contains("5, 0 of them in the cache"))
        #expect(!FileManager.default.fileExists(atPath: data.file("descriptions.h5")))
        #expect(!FileManager.default.fileExists(atPath: data.file("answers.jsonl")))
        #expect(try FaultServer.shared.get().log("dry").requests.isEmpty)
    }

    @Test func aFailureIsOneSentenceAndLeavesNoArtifact() throws {
        let data = try SyntheticFeatures()
        let outcome = try describe(data, "401")
        #expect(outcome.status == 1)
        #expect(outcome.errors.hasPrefix("cap-describe: http://127.0.0.1:"))
        #expect(outcome.errors.contains("refuses the key in OPENAI_API_KEY (HTTP 401)"))
        #expect(outcome.errors.split(separator: "\n").count == 1)
        #expect(!FileManager.default.fileExists(atPath: data.file("descriptions.h5")))
    }

    @Test func answersAndAServerExcludeEachOther() throws {
        let data = try SyntheticFeatures()
        let outcome = try describe(data, "ok", "--answers", "answers.json")
        #expect(outcome.status == 64)
        #expect(outcome.errors.contains("--answers stands in for a language model"))
    }

    @Test func imagesAreShownWhereThatIsAskedForAndItIsRecordedWhich() throws {
        let data = try SyntheticFeatures()
        let images = try data.writeImages()
        try Pipeline.expectSuccess(describe(data, "ok-shown", "--show-images", "3", "--images", images))
        let shown = try FaultServer.shared.get().log("ok-shown").requests
        #expect(shown.count == 5 && shown.allSatisfy { $0.images.count == 3 && $0.question.contains("The pictures show images") })
        #expect(shown.allSatisfy { $0.images.allSatisfy { $0.hasPrefix("data:image/jpeg;base64,/9j/") } })
        let descriptions = try ArtifactReader(data.file("descriptions.h5"), schema: .descriptions)
        let residual = try ArtifactReader(data.file("mismatch.h5"), schema: .mismatch).ints(\.residual.image)
        let recorded = try descriptions.ints(\.shown.image)
        #expect(recorded.count == 3 && Set(recorded).isSubset(of: residual) && Set(recorded).count == 3)
        #expect(try descriptions.parameters()["show_images"] == .int(3))
        // The cache tells answers to pictures from answers to words.
        try Pipeline.expectSuccess(describe(data, "ok-shown", "--show-images", "3", "--images", images))
        #expect(try FaultServer.shared.get().log("ok-shown").requests.count == 5)
        try Pipeline.expectSuccess(describe(data, "ok-shown"))
        #expect(try FaultServer.shared.get().log("ok-shown").requests.count == 10)
        #expect(try !ArtifactReader(data.file("descriptions.h5"), schema: .descriptions).has(\.shown.image))
    }

    @Test func messagesNameWhatThePersonTyped() throws {
        let data = try SyntheticFeatures()
        let workspace = try Workspace()
        try Pipeline.expectSuccess(
            workspace.run("cap-detect", data.path, "--paradigm", "ul", "-o", data.file("mismatch.h5"), "--threads", "1"))
        for (environment, names, others) in [
            ([:], ["--endpoint", "--model", "--answers"], ["ENDPOINT=", "LLM="]),
            (["CAP_CALLER": "make"], ["ENDPOINT=", "LLM=", "ANSWERS="], ["--endpoint", "--model ", "--answers"]),
            (["CAP_CALLER": "cap-run"], ["--endpoint", "--llm", "--answers"], ["ENDPOINT=", "LLM=", "--model "]),
        ] as [([String: String], [String], [String])] {
            let outcome = try workspace.run(
                "cap-describe",
                arguments: [
                    data.path, data.file("mismatch.h5"), "--checkpoint", SyntheticFeatures.checkpoint, "--threads", "1", "-o",
                    data.file("descriptions.h5"), "-q",
                ], environment: ["CAP_CALLER": ""].merging(environment) { $1 })
            try Pipeline.expectSuccess(outcome)
            for name in names { #expect(outcome.errors.contains(name), "\(outcome.errors)") }
            for name in others { #expect(!outcome.errors.contains(name), "\(outcome.errors)") }
        }
    }
}
