import Essentials
import FoundationEssentials
import Glibc

/// Answers that were paid for, in a file of JSON lines: a question that stands there is not asked again.
///
///     {"answer":"dense shrubland …","endpoint":"https://api.openai.com/v1","model":"gpt-4o-mini","number":0, …}
///
/// Each answer is appended in one write as soon as it has come, so that an interrupted run keeps those it got, and several
/// runs may share a file. A line that is cut off or damaged is passed over.
public final class AnswerCache: Sendable {
    /// What an answer is an answer to.
    public struct Question: Hashable, Codable, Sendable {
        public var endpoint: String
        public var model: String
        public var question: String
        public var temperature: Double
        public var maximumTokens: Int
        /// Which of the answers to the same question, from 0.
        public var number: Int
        /// Names the images that were shown with it; nil where there were none.
        public var images: String?
    }

    public struct Answer: Codable, Sendable, Equatable {
        public var text: String
        public var tokens: TokenCount
    }

    private struct Line: Codable {
        let endpoint: String
        let model: String
        let question: String
        let temperature: Double
        let max_tokens: Int
        let number: Int
        let images: String?
        let answer: String
        let prompt_tokens: Int
        let completion_tokens: Int
    }

    /// Where answers are kept unless another place is named: in the user's folder of caches (XDG Base Directory).
    public static func standardPath(
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) -> String {
        let home = FileManager.default.homeDirectoryForCurrentUser.path
        let folder = environment["XDG_CACHE_HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil } ?? home + "/.cache"
        return folder + "/cap/answers.jsonl"
    }

    public let path: String
    private let known: [Question: Answer]
    private let descriptor: Int32

    /// Opens the file, or begins one.
    ///
    /// - Throws: ``LanguageModelError`` naming the file, where it cannot be read and written: no answer is paid for that
    ///   could not be kept.
    public init(path: String) throws {
        self.path = path
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent()
        try? FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        descriptor = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw LanguageModelError("\(path): cannot be opened: \(SystemReason.text(errno))")
        }
        let content: Data
        do {
            content = try FileBytes.read(from: descriptor)
        } catch {
            close(descriptor)
            throw LanguageModelError("\(path): cannot be read: \(SystemReason.text(error))")
        }
        let decoder = JSONDecoder()
        var known: [Question: Answer] = [:]
        for bytes in content.split(separator: UInt8(ascii: "\n")) {
            guard let line = try? decoder.decode(Line.self, from: bytes) else { continue }
            let question = Question(
                endpoint: line.endpoint, model: line.model, question: line.question, temperature: line.temperature,
                maximumTokens: line.max_tokens, number: line.number, images: line.images)
            known[question] = Answer(
                text: line.answer,
                tokens: TokenCount(prompt: max(0, line.prompt_tokens), completion: max(0, line.completion_tokens)))
        }
        self.known = known
        if let last = content.last, last != UInt8(ascii: "\n") { try append(Data("\n".utf8)) }
    }

    deinit {
        close(descriptor)
    }

    public func answer(to question: Question) -> Answer? {
        known[question]
    }

    public func keep(_ answer: Answer, to question: Question) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let line = Line(
            endpoint: question.endpoint, model: question.model, question: question.question,
            temperature: question.temperature, max_tokens: question.maximumTokens, number: question.number,
            images: question.images, answer: answer.text, prompt_tokens: answer.tokens.prompt,
            completion_tokens: answer.tokens.completion)
        try append(encoder.encode(line) + Data("\n".utf8))
    }

    private func append(_ data: Data) throws {
        let written = data.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
        guard written == data.count else {
            throw LanguageModelError(
                "\(path): an answer could not be kept: \(SystemReason.text(errno))")
        }
    }
}
