import FaultServer
import Foundation
import LanguageModels
import Parallel
import Testing

/// What servers are known to do, each done by Tests/Tools/fault_server.py, and what comes of it. The table in
/// docs/language-models.md is made of this one.
struct ServerBehaviour: Sendable, CustomTestStringConvertible {
    enum Outcome: Sendable {
        /// The answer "Red stripes.", after a remark that holds these words, or none.
        case answer(String?)
        /// Asked again, and in the end a sentence with these words.
        case retried(String)
        /// A sentence with these words, at once.
        case ends(String)
    }

    let fault: String
    let meaning: String
    let servers: Set<String>
    let outcome: Outcome

    init(_ fault: String, _ meaning: String, _ servers: Set<String>, _ outcome: Outcome) {
        (self.fault, self.meaning, self.servers, self.outcome) = (fault, meaning, servers, outcome)
    }

    var testDescription: String { fault }

    static let servers = [
        "OpenAI", "Azure", "OpenRouter", "DeepSeek", "Mistral", "Ollama", "llama.cpp", "vLLM", "LM Studio", "transformers",
        "proxies",
    ]

    static let all: [ServerBehaviour] = [
        .init("parts", "the answer as a list of parts", ["Mistral", "proxies"], .answer(nil)),
        .init("thinking-parts", "thoughts among the parts", ["Mistral"], .answer(nil)),
        .init(
            "reasoning-content", "thoughts in `reasoning_content`", ["DeepSeek", "llama.cpp", "vLLM", "LM Studio"],
            .answer(nil)),
        .init(
            "reasoning-details", "thoughts in `reasoning` and `reasoning_details`", ["OpenRouter", "Ollama", "vLLM"],
            .answer(nil)),
        .init(
            "only-reasoning", "nothing but thoughts, until the tokens are used up",
            ["DeepSeek", "llama.cpp", "vLLM", "LM Studio", "OpenRouter", "Ollama"],
            .retried("nothing but its reasoning that used up 256 tokens (raise --max-tokens)")),
        .init(
            "only-thinking", "the same, in the answer itself",
            ["Ollama", "llama.cpp", "vLLM", "LM Studio", "transformers"],
            .retried("an empty answer that used up 256 tokens (raise --max-tokens)")),
        .init("events", "events (SSE) though none were asked for", ["transformers", "proxies"], .answer(nil)),
        .init("events-cut", "events that end before the answer", ["proxies"], .retried("broke off its answer")),
        .init(
            "events-error", "an error among the events", ["OpenRouter", "vLLM", "proxies"],
            .retried("The engine is overloaded")),
        .init("comments", "comment lines and empty lines before the answer", ["OpenRouter", "DeepSeek"], .answer(nil)),
        .init("lines", "an object a line, of another API", ["Ollama"], .answer(nil)),
        .init("completion", "a completion without messages", ["proxies"], .answer(nil)),
        .init("gzip", "gzip", ["OpenAI", "OpenRouter", "proxies"], .answer(nil)),
        .init("deflate", "deflate", ["proxies"], .answer(nil)),
        .init("raw-deflate", "deflate without its header", ["proxies"], .answer(nil)),
        .init("gzip-cut", "gzip that is cut off", ["proxies"], .retried("no chat completion")),
        .init("gzip-bomb", "gzip of 64 MB", [], .retried("more than a megabyte")),
        .init(
            "no-max-tokens", "refuses `max_tokens`", ["OpenAI", "Azure"],
            .answer("does not take max_tokens: asking with max_completion_tokens")),
        .init(
            "no-limit", "refuses `max_tokens` and `max_completion_tokens`", ["proxies"],
            .answer("does not take max_completion_tokens: asking without it")),
        .init("no-seed", "refuses `seed`", ["Mistral", "proxies"], .answer("does not take seed: asking without it")),
        .init(
            "no-temperature", "refuses `temperature`", ["OpenAI", "Azure"],
            .answer("does not take temperature: asking without it")),
        .init("no-stream", "refuses `stream`", ["proxies"], .answer("does not take stream: asking without it")),
        .init("nothing-extra", "refuses all of them, one by one", [], .answer("does not take stream")),
        .init(
            "422", "422 with a list of details", ["Mistral", "transformers", "proxies"],
            .ends("body.messages.0: value is not a valid dict")),
        .init(
            "vllm-400", "400 with the reason at the top level", ["vLLM", "Mistral"],
            .ends("max_tokens must be at least 1, got 0.")),
        .init("plain-404", "404 in plain text", ["Ollama", "proxies"], .ends("404 page not found")),
        .init("402", "402, no credit", ["DeepSeek", "OpenRouter"], .ends("no credit left")),
        .init(
            "403", "403 for another reason than the key", ["OpenAI", "OpenRouter"],
            .ends("Country, region, or territory not supported")),
        .init("200-busy", "an error of 503 under 200", ["OpenRouter"], .retried("overloaded")),
        .init("200-rate", "too many requests under 200", ["proxies"], .retried("Rate limit exceeded")),
        .init("200-key", "a wrong key under 200", ["proxies"], .ends("refuses the key in OPENAI_API_KEY")),
        .init("200-model", "an unknown model under 200", ["LM Studio", "proxies"], .ends("or it has no model test-model")),
        .init("200-credit", "no credit under 200", ["OpenRouter"], .ends("no credit left")),
        .init("200-seed", "a parameter refused under 200", ["proxies"], .answer("does not take seed")),
        .init("200-unknown", "another error under 200", ["LM Studio", "OpenRouter"], .retried("Something went wrong")),
        .init("hidden-echo", "the key in the answer, backwards", [], .retried("an answer with the key in it")),
        .init("hidden-500", "the key in a message, backwards", [], .retried("[words with the key in them]")),
    ]

    /// What is done, in words.
    var done: String {
        switch outcome {
        case .answer(nil): "read"
        case .answer: "asked without it, or by its other name"
        case .retried: "asked again, then ended with the reason"
        case .ends: "ended with the reason"
        }
    }

    /// The table of docs/language-models.md.
    static var table: [String] {
        ["| | " + servers.joined(separator: " | ") + " | |", "|---|" + servers.map { _ in ":-:|" }.joined() + "---|"]
            + all.map { behaviour in
                "| \(behaviour.meaning) | "
                    + servers.map { behaviour.servers.contains($0) ? "×" : " " }.joined(separator: " | ")
                    + " | \(behaviour.done) |"
            }
    }
}

@Suite struct ServerBehaviourTests {
    private func ask(_ fault: String, attempts: Int = 2, images: [Data] = []) async throws -> (
        Result<[[String]], any Error>, [String]
    ) {
        let notes = Notes()
        var model = try ChatModel(endpoint: FaultServer.shared.get().endpoint(fault), model: "test-model")
        model.key = try APIKey(environment: ["OPENAI_API_KEY": ChatModelTests.key])
        model.retry.attempts = attempts
        model.retry.wait = { _ in }
        model.note = { note in notes.texts.withLock { $0.append(note) } }
        let question = DescriptionQuestion(className: "banded", phrase: UUID().uuidString, domain: "{}", images: images)
        let result: Result<[[String]], any Error>
        do { result = .success(try await model.answer([question], count: 2).texts) } catch { result = .failure(error) }
        return (result, notes.texts.withLock { $0 })
    }

    private final class Notes: Sendable {
        let texts = Mutex<[String]>([])
    }

    @Test(arguments: ServerBehaviour.all) func comesToWhatTheTableSays(behaviour: ServerBehaviour) async throws {
        let (result, notes) = try await ask(behaviour.fault)
        switch (behaviour.outcome, result) {
        case (.answer(let remark), .success(let texts)):
            #expect(texts == [["Red stripes.", "Red stripes."]])
            if let remark {
                #expect(notes.contains { $0.contains(remark) }, "\(notes)")
            } else {
                #expect(notes.isEmpty, "\(notes)")
            }
            #expect(Set(notes).count == notes.count, "said once")
        case (.retried(let words), .failure(let error)):
            #expect("\(error)".contains(words), "\(error)")
        case (.ends(let words), .failure(let error)):
            #expect("\(error)".contains(words), "\(error)")
            #expect(notes.isEmpty, "\(notes)")
        case (_, .success(let texts)): Issue.record("answered \(texts)")
        case (_, .failure(let error)): Issue.record("failed: \(error)")
        }
        if case .failure(let error) = result {
            #expect(!"\(error)".contains(String(ChatModelTests.key.suffix(8).reversed())))
            #expect(!"\(error)".contains("\n"))
        }
    }

    @Test func theOtherNameIsTriedBothWays() async throws {
        var model = try ChatModel(
            endpoint: FaultServer.shared.get().endpoint("no-max-completion-tokens"), model: "gpt-5-mini")
        model.retry.attempts = 1
        let question = DescriptionQuestion(className: "a", phrase: UUID().uuidString, domain: "{}")
        #expect(try await model.answer([question], count: 1).texts == [["Red stripes."]])
        let last = try FaultServer.shared.get().log("no-max-completion-tokens").requests.last
        #expect(last?.parameters.contains("max_tokens") == true)
        #expect(last?.parameters.contains("max_completion_tokens") == false)
    }

    @Test func imagesAreShownWithTheQuestion() async throws {
        let images = [Data([1, 2]), Data([3])]
        let (result, _) = try await ask("ok", images: images)
        let texts = try result.get()
        #expect(texts[0].count == 2 && texts[0][0].contains("The pictures show images"))
        let shown = try FaultServer.shared.get().log("ok").requests.filter { !$0.images.isEmpty }
        #expect(shown.allSatisfy { $0.images == images.map { "data:image/jpeg;base64," + $0.base64EncodedString() } })
        #expect(shown.count == 2)
    }

    /// The documentation has the table above. CAP_WRITE_DOCS=1 writes it there.
    @Test func theDocumentationSaysTheSame() throws {
        let url = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../../docs/language-models.md").standardizedFileURL
        let text = try String(contentsOf: url, encoding: .utf8)
        let marks = ("<!-- from ServerBehaviourTests -->\n\n", "\n\n<!-- end of servers -->")
        let start = try #require(text.range(of: marks.0)?.upperBound)
        let end = try #require(text.range(of: marks.1)?.lowerBound)
        let table = ServerBehaviour.table.joined(separator: "\n")
        if ProcessInfo.processInfo.environment["CAP_WRITE_DOCS"] != nil {
            try text.replacingCharacters(in: start..<end, with: table).write(to: url, atomically: true, encoding: .utf8)
        } else {
            #expect(text[start..<end] == table)
        }
    }
}
