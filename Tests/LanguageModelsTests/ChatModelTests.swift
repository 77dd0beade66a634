import FaultServer
import Foundation
import LanguageModels
import Parallel
import Testing

/// A model behind a server that misbehaves in every way there is.
@Suite struct ChatModelTests {
    /// What the model told, and how long it would have waited.
    final class Record: Sendable {
        let notes = Mutex<[String]>([])
        let waits = Mutex<[Duration]>([])
    }

    static let key = "sk-proj-0123456789abcdefghijklmnopqrstuvwxyz"

    private func model(_ fault: String, _ record: Record = Record(), attempts: Int = 3) throws -> ChatModel {
        var model = try ChatModel(endpoint: FaultServer.shared.get().endpoint(fault), model: "test-model")
        model.key = try APIKey(environment: ["OPENAI_API_KEY": Self.key])
        model.retry.attempts = attempts
        model.retry.jitter = { 0 }
        model.retry.wait = { wait in record.waits.withLock { $0.append(wait) } }
        model.note = { note in record.notes.withLock { $0.append(note) } }
        return model
    }

    /// A question that no other test asks.
    private func question(_ className: String = UUID().uuidString) -> DescriptionQuestion {
        DescriptionQuestion(className: className, phrase: className, domain: "a photo of {}")
    }

    private func error(of fault: String, _ record: Record = Record()) async throws -> String {
        let error = await #expect(throws: LanguageModelError.self, "\(fault)") {
            try await model(fault, record).answer([question("banded")], count: 1)
        }
        let text = try #require(error?.description)
        #expect(!text.contains(Self.key.suffix(8)) && !text.contains("Bearer"))
        #expect(!text.contains("\u{1B}") && !text.contains("\n"))
        return text
    }

    // MARK: - Answers

    @Test func eachQuestionIsAskedAsOftenAsWantedAndAnswersKeepTheirOrder() async throws {
        let questions = [question(), question(), question()]
        let answers = try await model("ok").answer(questions, count: 5)
        #expect(answers.texts == questions.map { question in (0..<5).map { "Answer \($0) to: \(question.text)" } })
        #expect(answers.tokens == TokenCount(prompt: 15 * 20, completion: 15 * 7))
        #expect(answers.paid == answers.tokens)
        let log = try FaultServer.shared.get().log("ok").requests.filter { $0.question == questions[0].text }
        #expect(Set(log.map(\.seed)) == Set((0..<5).map(Optional.init)))
        #expect(log.allSatisfy { $0.authorization == "Bearer \(Self.key)" && $0.model == "test-model" })
    }

    @Test func noMoreRequestsAreUnderWayThanAllowed() async throws {
        var model = try model("slow")
        model.concurrency = 3
        _ = try await model.answer((0..<4).map { _ in question() }, count: 3)
        #expect(try FaultServer.shared.get().log("slow").most_under_way == 3)
    }

    @Test func withoutAKeyNoneIsSent() async throws {
        var model = try model("ok")
        model.key = nil
        let question = question()
        _ = try await model.answer([question], count: 1)
        let log = try FaultServer.shared.get().log("ok").requests.filter { $0.question == question.text }
        #expect(log.map(\.authorization) == [""])
    }

    @Test func controlCharactersAndTerminalEscapesAreRemoved() async throws {
        #expect(try await model("control").answer([question()], count: 1).texts == [["red stripes on their backs"]])
    }

    @Test func aLongAnswerIsCutToItsFirstSentencesOrWords() async throws {
        #expect(try await model("long").answer([question()], count: 1).texts == [["One short sentence."]])
        let cut = try await model("endless-word").answer([question()], count: 1).texts[0][0]
        #expect(cut.split(separator: " ").count == 77)
    }

    @Test func whatAModelThinksAloudIsNotItsAnswer() async throws {
        #expect(try await model("thinking").answer([question()], count: 1).texts == [["Red stripes."]])
    }

    @Test(arguments: ["empty", "null", "refusal", "refusal-text", "filtered"])
    func anAnswerOfNoUseIsAskedForAgainWithAnotherSeed(fault: String) async throws {
        let record = Record()
        let question = question()
        let answers = try await model(fault + "-once", record).answer([question], count: 1)
        #expect(answers.texts == [["Answer 1000 to: \(question.text)"]])
        #expect(answers.paid == TokenCount(prompt: 40, completion: 14))
        #expect(answers.tokens == TokenCount(prompt: 20, completion: 7))
        #expect(record.waits.withLock { $0 } == [.zero])
    }

    @Test(arguments: [
        ("empty", "an empty answer"), ("null", "raise --max-tokens"), ("refusal", "a refusal"),
        ("refusal-text", "a refusal"), ("filtered", "a refusal"),
    ])
    func aClassWithoutAnAnswerIsNamed(fault: String, reason: String) async throws {
        let error = try await error(of: fault)
        #expect(error.contains("\"banded\"") && error.contains(reason) && error.contains("--answers"))
    }

    @Test func theKeyInAnAnswerIsReplaced() async throws {
        #expect(try await model("echo").answer([question()], count: 1).texts == [["They look like Bearer [key]"]])
    }

    // MARK: - Failures that may pass

    @Test(arguments: ["500", "html-502", "not-json", "wrong-json", "no-choice", "huge", "drop"])
    func aPassingFailureIsTriedAgainAfterAWhile(fault: String) async throws {
        let record = Record()
        let question = question()
        let answers = try await model(fault + "-once", record).answer([question], count: 1)
        #expect(answers.texts[0][0].hasPrefix("Answer"))
        let notes = record.notes.withLock { $0 }
        #expect(record.waits.withLock { $0 } == [.milliseconds(500)], "\(notes)")
        #expect(notes.count == 1 && notes[0].hasSuffix("trying again in 0.5 s"))
        #expect(!notes[0].contains(Self.key))
    }

    @Test(arguments: [
        ("500", "HTTP 500: failed with Bearer [key]"), ("html-502", "HTTP 502, 3 times"),
        ("not-json", "no chat completion (\"{\"choices"), ("wrong-json", "no chat completion"),
        ("no-choice", "without a choice"), ("huge", "more than a megabyte"), ("drop", "broke off the connection"),
    ])
    func aFailureThatDoesNotPassEndsTheRun(fault: String, sentence: String) async throws {
        let record = Record()
        let error = await #expect(throws: LanguageModelError.self) {
            try await model(fault, record).answer([question()], count: 1)
        }
        #expect(error?.description.contains(sentence) == true, "\(error?.description ?? "")")
        #expect(error?.description.contains(Self.key) == false)
        // Each wait is twice the one before.
        #expect(record.waits.withLock { $0 } == [.milliseconds(500), .seconds(1)])
    }

    /// What is read, and what a connection holds on its way; not what the server would send.
    @Test func aServerThatNeverStopsSendingIsCutOff() async throws {
        var model = try model("huge", attempts: 1)
        model.concurrency = 4
        await #expect(throws: LanguageModelError.self) { try await model.answer([question(), question()], count: 4) }
        // The server notices after the client.
        var sent = 0
        for _ in 0..<100 where sent == 0 {
            sent = try FaultServer.shared.get().log("huge").most_sent
            if sent == 0 { try await Task.sleep(for: .milliseconds(50)) }
        }
        #expect(sent > 1 << 20 && sent < 32 << 20)
        let header = await #expect(throws: LanguageModelError.self) {
            try await self.model("huge-header", attempts: 1).answer([question()], count: 1)
        }
        #expect(header?.description.contains("huge-header") == true)
    }

    @Test(arguments: ["hang", "dribble"])
    func aConnectionThatHangsIsGivenUp(fault: String) async throws {
        var model = try model(fault, attempts: 2)
        model.timeout = .milliseconds(300)
        let error = await #expect(throws: LanguageModelError.self) { try await model.answer([question()], count: 1) }
        #expect(error?.description.contains("did not answer within 0.3 s, 2 times") == true)
    }

    @Test func theServerSaysHowLongToWait() async throws {
        let record = Record()
        _ = try await model("429-once", record).answer([question()], count: 1)
        #expect(record.waits.withLock { $0 } == [.seconds(7)])
        let past = Record()
        _ = try await model("429-date-once", past).answer([question()], count: 1)
        #expect(past.waits.withLock { $0 } == [.zero])
        #expect(try await error(of: "429").contains("HTTP 429: slow down, 3 times"))
    }

    // MARK: - Failures that do not pass

    @Test(arguments: [
        ("400", "temperature is too high"), ("401", "the key in OPENAI_API_KEY (HTTP 401)"), ("404", "--model"),
        ("html", "a web page"), ("html-404", "--endpoint"), ("429-quota", "no credit"), ("429-tomorrow", "asks to wait"),
        ("redirect", "/stolen/v1"),
    ])
    func isNotTriedAgain(fault: String, sentence: String) async throws {
        let record = Record()
        let error = try await error(of: fault, record)
        #expect(error.contains(sentence), "\(error)")
        #expect(record.waits.withLock { $0 }.isEmpty)
    }

    @Test func aRedirectIsNotFollowedWithTheKey() async throws {
        _ = try await error(of: "redirect")
        #expect(try FaultServer.shared.get().log("stolen").requests.isEmpty)
    }

    @Test func aServerThatWantsAKeyIsTold() async throws {
        var model = try model("401")
        model.key = nil
        let error = await #expect(throws: LanguageModelError.self) { try await model.answer([question()], count: 1) }
        #expect(error?.description.contains("CAP_LLM_API_KEY or OPENAI_API_KEY") == true)
    }

    @Test func aCertificateThatIsNotTrustedEndsTheRunAndNothingIsSent() async throws {
        let certificate = try #require(Bundle.module.path(forResource: "self_signed", ofType: "pem", inDirectory: "Fixtures"))
        let server = try FaultServer(certificate: certificate)
        var model = try model("ok")
        model.endpoint = try server.endpoint("ok", scheme: "https")
        let error = await #expect(throws: LanguageModelError.self) { try await model.answer([question()], count: 1) }
        #expect(error?.description.contains("no secure connection") == true, "\(error?.description ?? "")")
        // A server that does not speak TLS at all.
        model.endpoint = try FaultServer.shared.get().endpoint("ok", scheme: "https")
        let other = await #expect(throws: LanguageModelError.self) { try await model.answer([question()], count: 1) }
        #expect(other?.description.contains("no secure connection") == true, "\(other?.description ?? "")")
    }

    @Test func aServerThatIsNotThereIsNamed() async throws {
        var model = try model("ok")
        model.endpoint = try ChatEndpoint("http://127.0.0.1:1/v1")
        let error = await #expect(throws: LanguageModelError.self) { try await model.answer([question()], count: 1) }
        #expect(error?.description.contains("nothing answers at http://127.0.0.1:1/v1") == true, "\(error?.description ?? "")")
    }
}
