import Essentials
import FoundationEssentials

/// A file of descriptions in place of a language model: a JSON object of class name → list of sentences.
///
///     {"chaparral": ["dense shrubland with a mottled texture", "…"], "terrace": "stepped fields on a slope"}
///
/// A template to fill in has the questions beside empty answers; a class without a sentence counts as one that is not there:
///
///     {"terrace": {"answers": [""], "question": "Please describe the most distinguishing visual features of …"}}
public struct AnswersFile: LanguageModel {
    private let path: String
    private let descriptions: [String: [String]]

    /// Longest file that is read: 16 MB, more than descriptions for ten thousand classes need.
    private static let largestSize = 16 << 20

    /// Reads the file.
    ///
    /// - Throws: ``LanguageModelError`` naming the file when it cannot be read or is not such an object.
    public init(path: String) throws {
        self.path = path
        let text: Data
        do {
            text = try FileBytes.read(path, upTo: Self.largestSize + 1)
        } catch {
            throw LanguageModelError("\(path): cannot be read: \(SystemReason.text(error))")
        }
        guard text.count <= Self.largestSize else {
            throw LanguageModelError("\(path): is larger than 16 MB, so it is no file of descriptions")
        }
        do {
            descriptions = try JSONDecoder().decode([String: Sentences].self, from: text).mapValues(\.texts)
        } catch DecodingError.dataCorrupted {
            throw LanguageModelError("\(path): is not valid JSON; it must be an object of class name → list of sentences")
        } catch let DecodingError.typeMismatch(_, context) {
            let place = context.codingPath.first.map { "\"\($0.stringValue)\" is" } ?? "its top level is"
            throw LanguageModelError(
                "\(path): \(place) not as expected; it must be an object of class name → list of sentences")
        } catch {
            throw LanguageModelError(
                "\(path): cannot be understood; it must be an object of class name → list of sentences")
        }
        if let name = JSONValue.repeatedName(in: text) {
            throw LanguageModelError("\(path): says \"\(name)\" twice, and one of the two would be lost; remove one")
        }
    }

    public var name: String { path }

    /// Whether any class has a sentence: a template has none.
    public var isFilled: Bool { descriptions.keys.contains(where: knows) }

    public func knows(_ className: String) -> Bool {
        descriptions[className]?.contains { !$0.allSatisfy(\.isWhitespace) } ?? false
    }

    /// Writes a template of answers to questions. One that is there is made to hold these classes too, as long as nothing is
    /// filled in; what a person wrote is never touched.
    ///
    /// - Returns: whether it was written.
    /// - Throws: ``LanguageModelError`` where it cannot be.
    public static func writeTemplate(for questions: [DescriptionQuestion], to path: String) throws -> Bool {
        var entries = Dictionary(questions.map { ($0.className, Entry(question: $0.text)) }) { first, _ in first }
        if FileManager.default.fileExists(atPath: path) {
            guard let data = FileManager.default.contents(atPath: path),
                let known = try? JSONDecoder().decode([String: Entry].self, from: data),
                known.values.allSatisfy({ $0.answers.allSatisfy { $0.allSatisfy(\.isWhitespace) } })
            else { return false }
            entries.merge(known) { new, _ in new }
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        do {
            try (encoder.encode(entries) + Data("\n".utf8)).write(to: URL(fileURLWithPath: path), options: .atomic)
        } catch {
            throw LanguageModelError("\(path): cannot be written: \(SystemReason.text(error))")
        }
        return true
    }

    /// A class of a template.
    private struct Entry: Codable {
        var answers = [""]
        var question: String
    }

    /// Writes answers as such a file, for a person to edit and to be used in the model's place.
    ///
    /// - Throws: ``LanguageModelError`` where a file of that name exists, which may have been edited, or cannot be written.
    public static func record(_ answers: DescriptionAnswers, to questions: [DescriptionQuestion], in path: String) throws {
        try checkIsNew(path)
        let texts = Dictionary(zip(questions.map(\.className), answers.texts)) { first, _ in first }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        do {
            try (encoder.encode(texts) + Data("\n".utf8))
                .write(to: URL(fileURLWithPath: path), options: .withoutOverwriting)
        } catch {
            throw LanguageModelError("\(path): cannot be written: \(SystemReason.text(error))")
        }
    }

    /// - Throws: ``LanguageModelError`` where a file of that name exists: known before anything is asked.
    public static func checkIsNew(_ path: String) throws {
        guard !FileManager.default.fileExists(atPath: path) else {
            throw LanguageModelError(
                "\(path): exists already and may have been edited: use it with --answers, or record to another file")
        }
    }

    /// The first `count` sentences of each class; blank ones do not count.
    ///
    /// - Throws: ``LanguageModelError`` naming the first class that has none, and the file.
    public func answer(_ questions: [DescriptionQuestion], count: Int) async throws -> DescriptionAnswers {
        DescriptionAnswers(
            texts: try questions.map { question in
                guard let sentences = descriptions[question.className] else {
                    throw LanguageModelError(
                        "\(path): has no description of the class \"\(question.className)\"; add one under that name, "
                            + "in answer to: \(question.text)")
                }
                let texts =
                    sentences
                    .map { $0.trimmingWhitespace() }
                    .filter { !$0.isEmpty }
                guard !texts.isEmpty else {
                    throw LanguageModelError(
                        "\(path): the descriptions of the class \"\(question.className)\" are empty; it needs at least "
                            + "one sentence")
                }
                return Array(texts.prefix(max(1, count)))
            })
    }

    /// A list of sentences, a single one, or either beside its question.
    private struct Sentences: Decodable {
        let texts: [String]

        private enum Key: String, CodingKey { case answers }

        init(from decoder: any Decoder) throws {
            if let entry = try? decoder.container(keyedBy: Key.self), entry.contains(.answers) {
                texts = try entry.decode(Sentences.self, forKey: .answers).texts
                return
            }
            let container = try decoder.singleValueContainer()
            if let text = try? container.decode(String.self) {
                texts = [text]
            } else {
                texts = try container.decode([String].self)
            }
        }
    }
}
