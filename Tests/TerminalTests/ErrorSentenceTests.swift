import Foundation
import Terminal
import Testing

@Suite("Errors become sentences")
struct ErrorSentenceTests {
    struct OwnError: Error, CustomStringConvertible {
        let description = "features.h5: not an HDF5 file"
    }

    @Test("an error that describes itself is left as it is")
    func own() { #expect(ErrorSentence.describing(OwnError()) == "features.h5: not an HDF5 file") }

    @Test("Foundation's errors name the file")
    func foundation() {
        let path = NSTemporaryDirectory() + "/no-such-file-\(UUID())"
        let error = #expect(throws: (any Error).self) { try Data(contentsOf: URL(fileURLWithPath: path)) }
        let sentence = error.map { ErrorSentence.describing($0) } ?? ""
        #expect(sentence.hasPrefix(path + ": "))
        #expect(!sentence.contains("Domain="))
    }

    @Test("JSON that is not as expected says where")
    func decoding() {
        let error = #expect(throws: (any Error).self) {
            try JSONDecoder().decode([String: [Int]].self, from: Data(#"{"cat": [1, "two"]}"#.utf8))
        }
        let sentence = error.map { ErrorSentence.describing($0) } ?? ""
        #expect(sentence.hasPrefix("the JSON is not as expected: "))
        #expect(sentence.hasSuffix("(at cat.[1])"))
    }

    @Test("an operating system's error is in words")
    func posix() { #expect(ErrorSentence.describing(POSIXError(.ENOSPC)) == "no space left on device") }
}
