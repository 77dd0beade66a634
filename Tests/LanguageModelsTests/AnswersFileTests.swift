import Foundation
import LanguageModels
import TestSupport
import Testing

struct AnswersFileTests {
    private func question(_ name: String) -> DescriptionQuestion {
        DescriptionQuestion(className: name, phrase: name, domain: "a satellite photo of {}")
    }

    /// Runs `body` with a file of the given content.
    private func withFile<Result>(_ content: String, _ body: (String) async throws -> Result) async throws -> Result {
        let folder = try TemporaryFolder()
        let result = try await body(folder.write(content.utf8, to: "answers.json"))
        withExtendedLifetime(folder) {}
        return result
    }

    private func error(_ content: String, asking name: String = "terrace") async throws -> String {
        try await withFile(content) { path in
            let error = await #expect(throws: LanguageModelError.self) {
                try await AnswersFile(path: path).answer([question(name)], count: 5)
            }
            let description = try #require(error?.description)
            #expect(description.hasPrefix(path))
            return description
        }
    }

    @Test func theQuestionIsThePapers() {
        #expect(
            question("chaparral").text
                == "Please describe the most distinguishing visual features of a satellite photo of chaparral, in one "
                + "sentence.")
    }

    @Test func sentencesComeInOrderAndASingleOneNeedsNoList() async throws {
        try await withFile(#"{"terrace": "steps", "chaparral": [" a ", "", "b", "c"], "other": []}"#) { path in
            let answers = try await AnswersFile(path: path)
                .answer([question("chaparral"), question("terrace")], count: 2)
            #expect(answers.texts == [["a", "b"], ["steps"]])
            #expect(answers.tokens == TokenCount())
        }
    }

    @Test func namesMayHoldQuotesSlashesAndAnyLetters() async throws {
        try await withFile(#"{"colt's \"foot\"/日本": ["yellow"]}"#) { path in
            let answers = try await AnswersFile(path: path).answer([question("colt's \"foot\"/日本")], count: 5)
            #expect(answers.texts == [["yellow"]])
        }
    }

    @Test func aMissingClassIsNamedWithItsQuestion() async throws {
        let error = try await error(#"{"chaparral": ["a"]}"#)
        #expect(error.contains("\"terrace\""))
        #expect(error.contains("Please describe"))
    }

    @Test(arguments: [#"{"terrace": []}"#, #"{"terrace": ["  ", ""]}"#, #"{"terrace": ""}"#])
    func emptyAnswersAreNamed(content: String) async throws {
        #expect(try await error(content).contains("empty"))
    }

    @Test func aClassThatIsThereTwiceIsNamed() async throws {
        #expect(try await error(#"{"terrace": ["a"], "terrace": ["b"]}"#).contains("says \"terrace\" twice"))
    }

    @Test(arguments: ["", "not json", "{", #"["a"]"#, #"{"terrace": 7}"#, #"{"terrace": [1]}"#, "null", "\u{0}"])
    func whatIsNoObjectOfSentencesIsRefused(content: String) async throws {
        #expect(try await error(content).contains("object of class name → list of sentences"))
    }

    @Test func aFileThatIsNotThereIsNamed() {
        let error = #expect(throws: LanguageModelError.self) { try AnswersFile(path: "/nowhere/answers.json") }
        #expect(error?.description == "/nowhere/answers.json: cannot be read: no such file or directory")
        #expect(throws: LanguageModelError.self) { try AnswersFile(path: "/") }
    }

    @Test func whatIsRecordedCanBeAnsweredFrom() async throws {
        let questions = ["terrace", "colt's \"foot\"/日本"].map(question)
        let folder = try TemporaryFolder()
        let file = folder.file("recorded.json")
        let answers = DescriptionAnswers(texts: [["steps", "more steps"], ["yellow"]])
        try AnswersFile.record(answers, to: questions, in: file)
        #expect(try await AnswersFile(path: file).answer(questions, count: 5).texts == answers.texts)
        // It may have been edited since.
        let error = #expect(throws: LanguageModelError.self) {
            try AnswersFile.record(answers, to: questions, in: file)
        }
        #expect(error?.description.hasPrefix(file) == true)
    }

    @Test func aTemplateGrowsUntilItIsFilledIn() async throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "template-\(UUID().uuidString).json").path
        defer { try? FileManager.default.removeItem(atPath: file) }
        #expect(try AnswersFile.writeTemplate(for: [question("terrace")], to: file))
        #expect(try AnswersFile.writeTemplate(for: [question("chaparral")], to: file))
        let text = try String(contentsOfFile: file, encoding: .utf8)
        #expect(text.contains("\"terrace\"") && text.contains("\"chaparral\"") && text.contains("satellite photo of chaparral"))
        #expect(try !AnswersFile(path: file).isFilled)

        try text.replacing("\"\"", with: "\"steps\"", maxReplacements: 1).write(toFile: file, atomically: true, encoding: .utf8)
        let answers = try AnswersFile(path: file)
        #expect(answers.isFilled && answers.knows("chaparral") && !answers.knows("terrace"))
        #expect(try await answers.answer([question("chaparral")], count: 5).texts == [["steps"]])
        let filled = try String(contentsOfFile: file, encoding: .utf8)
        #expect(try !AnswersFile.writeTemplate(for: [question("forest")], to: file))
        #expect(try String(contentsOfFile: file, encoding: .utf8) == filled)
    }

    @Test(arguments: ["", "{", "[]", "{\"terrace\": \"steps\"}"])
    func whatIsNoTemplateIsLeftAlone(content: String) async throws {
        try await withFile(content) { path in
            let isWritten = try AnswersFile.writeTemplate(for: [question("forest")], to: path)
            let left = try String(contentsOfFile: path, encoding: .utf8)
            #expect(!isWritten && left == content)
        }
    }
}
