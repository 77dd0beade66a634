import FaultServer
import Foundation
import LanguageModels
import TestSupport
import Testing

@Suite struct AnswerCacheTests {
    private let folder: TemporaryFolder
    private let path: String

    init() throws {
        folder = try TemporaryFolder()
        path = folder.file("cache/answers.jsonl")
    }

    private func model(_ fault: String) throws -> ChatModel {
        var model = try ChatModel(endpoint: FaultServer.shared.get().endpoint(fault), model: "test-model")
        model.cache = try AnswerCache(path: path)
        model.retry.attempts = 1
        return model
    }

    private func question() -> DescriptionQuestion {
        let name = UUID().uuidString
        return DescriptionQuestion(className: name, phrase: name, domain: "{}")
    }

    private func requests(_ fault: String, _ question: DescriptionQuestion) throws -> Int {
        try FaultServer.shared.get().log(fault).requests.count { $0.question == question.text }
    }

    @Test func aQuestionIsPaidForOnce() async throws {
        let question = question()
        let first = try await model("ok").answer([question], count: 3)
        let second = try await model("ok").answer([question], count: 3)
        #expect(second.texts == first.texts)
        #expect(second.tokens == first.tokens)
        #expect(second.paid == TokenCount())
        #expect(try requests("ok", question) == 3)
        // More answers cost the difference; another model is another question.
        #expect(try await model("ok").answer([question], count: 5).paid == TokenCount(prompt: 40, completion: 14))
        var other = try model("ok")
        other.model = "another"
        #expect(other.cachedAnswers(to: [question], count: 5) == 0)
        #expect(try model("ok").cachedAnswers(to: [question], count: 7) == 5)
    }

    @Test func aRunThatFailsKeepsWhatItGot() async throws {
        let (good, bad) = (question(), question())
        var model = try model("refusal-once")
        model.concurrency = 1
        // The second answer to a question comes, the first is refused.
        let answers = try await model.answer([good], count: 2)
        #expect(answers.texts[0].count == 1)
        await #expect(throws: LanguageModelError.self) { try await model.answer([good, bad], count: 1) }
        #expect(try self.model("refusal-once").cachedAnswers(to: [good], count: 2) == 2)
        #expect(try requests("refusal-once", good) == 3)
    }

    @Test func aDamagedLineIsPassedOver() async throws {
        let question = question()
        _ = try await model("ok").answer([question], count: 2)
        let handle = try #require(FileHandle(forWritingAtPath: path))
        try handle.seekToEnd()
        try handle.write(contentsOf: Data("not json\n{\"answer\": \"cut o".utf8))
        try handle.close()
        #expect(try await model("ok").answer([question], count: 3).texts[0].count == 3)
        #expect(try model("ok").cachedAnswers(to: [question], count: 3) == 3)
        #expect(try requests("ok", question) == 3)
    }

    @Test func theKeyIsNotInIt() async throws {
        let key = "sk-proj-0123456789abcdefghijklmnopqrstuvwxyz"
        var model = try model("echo")
        model.key = try APIKey(environment: ["CAP_LLM_API_KEY": key])
        _ = try await model.answer([question()], count: 2)
        let content = try String(contentsOfFile: path, encoding: .utf8)
        #expect(content.contains("They look like") && !content.contains("sk-"))
    }

    @Test func aPlaceThatCannotBeWrittenToIsNamed() {
        let error = #expect(throws: LanguageModelError.self) { try AnswerCache(path: "/proc/answers.jsonl") }
        #expect(error?.description.hasPrefix("/proc/answers.jsonl: cannot be opened") == true)
    }

    @Test func itsPlaceFollowsTheUsersFolderOfCaches() {
        #expect(AnswerCache.standardPath(environment: ["XDG_CACHE_HOME": "/x"]) == "/x/cap/answers.jsonl")
        #expect(AnswerCache.standardPath(environment: [:]).hasSuffix("/.cache/cap/answers.jsonl"))
    }
}
