import CAP
import Foundation
import Testing

struct AnswersFileTests {
    private func question(_ name: String) -> DescriptionQuestion {
        DescriptionQuestion(className: name, phrase: name, domain: "a satellite photo of {}")
    }

    /// Runs `body` with a file of the given content.
    private func withFile<Result>(_ content: String, _ body: (String) throws -> Result) throws -> Result {
        let file = FileManager.default.temporaryDirectory.appending(path: "answers-\(UUID().uuidString).json")
        try Data(content.utf8).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        return try body(file.path)
    }

    private func error(_ content: String, asking name: String = "terrace") throws -> String {
        try withFile(content) { path in
            let error = #expect(throws: CAPError.self) {
                try AnswersFile(path: path).answer([question(name)], count: 5)
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

    @Test func sentencesComeInOrderAndASingleOneNeedsNoList() throws {
        try withFile(#"{"terrace": "steps", "chaparral": [" a ", "", "b", "c"], "other": []}"#) { path in
            let answers = try AnswersFile(path: path)
                .answer([question("chaparral"), question("terrace")], count: 2)
            #expect(answers.texts == [["a", "b"], ["steps"]])
            #expect(answers.promptTokens == 0)
        }
    }

    @Test func namesMayHoldQuotesSlashesAndAnyLetters() throws {
        try withFile(#"{"colt's \"foot\"/日本": ["yellow"]}"#) { path in
            let answers = try AnswersFile(path: path).answer([question("colt's \"foot\"/日本")], count: 5)
            #expect(answers.texts == [["yellow"]])
        }
    }

    @Test func aMissingClassIsNamedWithItsQuestion() throws {
        let error = try error(#"{"chaparral": ["a"]}"#)
        #expect(error.contains("\"terrace\""))
        #expect(error.contains("Please describe"))
    }

    @Test(arguments: [#"{"terrace": []}"#, #"{"terrace": ["  ", ""]}"#, #"{"terrace": ""}"#])
    func emptyAnswersAreNamed(content: String) throws {
        #expect(try error(content).contains("empty"))
    }

    @Test(arguments: ["", "not json", "{", #"["a"]"#, #"{"terrace": 7}"#, #"{"terrace": [1]}"#, "null", "\u{0}"])
    func whatIsNoObjectOfSentencesIsRefused(content: String) throws {
        #expect(try error(content).contains("object of class name → list of sentences"))
    }

    @Test func aFileThatIsNotThereIsNamed() {
        let error = #expect(throws: CAPError.self) { try AnswersFile(path: "/nowhere/answers.json") }
        #expect(error?.description == "/nowhere/answers.json: cannot be read: no such file or directory")
        #expect(throws: CAPError.self) { try AnswersFile(path: "/") }
    }
}
