import Foundation
import Review
import TestSupport
import Testing

@Suite("review.json is read strictly and written plainly")
struct ReviewFileTests {
    private func read(_ text: String) throws -> Review { try Review(Data(text.utf8), from: "review.json") }

    @Test func whatAHandWritesIsRead() throws {
        let review = try read(
            """
            {"labels": {"train/a.png": "cat", "train/b.png": null},
             "classes": {"cat": {"name": "house cat", "description": "  a small cat\\n"}, "kitty": {"same_as": "cat"}, "dog": {}}}
            """)
        #expect(review.labels == ["train/a.png": .of("cat"), "train/b.png": Review.Answer.none])
        #expect(
            review.classes == [
                "cat": .init(name: "house cat", description: "a small cat"), "kitty": .init(sameAs: "cat"),
            ])
        #expect(review.hasTexts)
        #expect(try read("{}").isEmpty)
        #expect(try !read(#"{"classes": {"kitty": {"same_as": "cat"}}}"#).hasTexts)
    }

    @Test func whatIsWrittenIsReadAsTheSame() throws {
        let review = Review(
            classes: ["colt's \"foot\"/日本": .init(name: "</script>", description: "yellow"), "b": .init(sameAs: "c")],
            labels: ["x/\u{202E}y.png": .of("b"), "z": .none])
        let folder = try TemporaryFolder()
        let path = folder.file("review.json")
        try review.write(to: path)
        #expect(try Review(contentsOf: path) == review)
        #expect(try String(contentsOfFile: path, encoding: .utf8) == review.text)
    }

    @Test(arguments: [
        ("", "is not JSON"), ("{\"labels\": {\"a\": \"b\"}", "is not JSON"), ("[]", "must be an object in braces"),
        ("{\"lables\": {}}", "did you mean labels?"), ("{\"labels\": []}", "an image's path → its class"),
        ("{\"labels\": {\"a.png\": 3}}", "the label of a.png must be a class's name in quotes, or null"),
        ("{\"classes\": {\"cat\": \"a cat\"}}", "must stand in braces"),
        ("{\"classes\": {\"cat\": {\"describtion\": \"x\"}}}", "did you mean description?"),
        ("{\"classes\": {\"cat\": {\"name\": 1}}}", "must be a text in quotes"),
        ("{\"classes\": {\"cat\": {\"name\": \"a\\nb\"}}}", "must be one line of plain text"),
        ("{\"labels\": {\"a.png\": \"x\", \"a.png\": \"y\"}}", "says \"a.png\" twice"),
        ("{\"labels\": {}, \"labels\": {}}", "twice"),
        ("{\"review\": 2}", "newer version"), ("{\"review\": \"x\"}", "the number of the format"),
    ])
    func whatIsWrongIsASentenceThatNamesTheFile(text: String, says: String) {
        let found = sentence { _ = try read(text) }
        #expect(found.hasPrefix("review.json: ") && found.contains(says), "\(found)")
        #expect(!found.contains("\n"))
    }

    @Test func aTextThatNoModelReadsIsRefused() {
        let long = String(repeating: "a", count: 1001)
        #expect(sentence { _ = try read("{\"classes\": {\"cat\": {\"description\": \"\(long)\"}}}") }.contains("1001 characters"))
    }

    @Test func aFileThatIsNotThereIsNamed() {
        #expect(sentence { _ = try Review(contentsOf: "/nowhere/review.json") }.hasPrefix("/nowhere/review.json: cannot be read"))
    }
}
