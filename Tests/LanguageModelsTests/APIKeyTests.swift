import Foundation
import LanguageModels
import Testing

@Suite struct APIKeyTests {
    private static let secret = "sk-proj-0123456789abcdefghijklmnopqrstuvwxyz"

    @Test func theFirstVariableThatIsSetIsUsed() throws {
        let both = ["OPENAI_API_KEY": "sk-openai", "CAP_LLM_API_KEY": "sk-own"]
        #expect(try APIKey(environment: both)?.variable == "CAP_LLM_API_KEY")
        #expect(try APIKey(environment: ["CAP_LLM_API_KEY": " ", "OPENAI_API_KEY": "k"])?.variable == "OPENAI_API_KEY")
        #expect(try APIKey(environment: [:]) == nil)
    }

    @Test func printingItDoesNotShowIt() throws {
        let key = try #require(try APIKey(environment: ["OPENAI_API_KEY": Self.secret]))
        var dumped = ""
        dump(key, to: &dumped)
        for text in ["\(key)", String(reflecting: key), dumped] { #expect(!text.contains("sk-")) }
    }

    @Test func everyLongPartOfItIsFound() throws {
        let key = try #require(try APIKey(environment: ["OPENAI_API_KEY": Self.secret]))
        #expect(key.redacted("a \(Self.secret) b") == "a [key] b")
        #expect(key.redacted("sk-proj-0123********stuvwxyz.") == "[key]********[key].")
        #expect(key.redacted("日本 sk-") == "日本 sk-")
        #expect(key.redacted("") == "")
        let short = try #require(try APIKey(environment: ["OPENAI_API_KEY": "abc"]))
        #expect(short.redacted("an abc, ab") == "an [key], ab")
    }

    @Test(arguments: ["two words", "line\nbreak: x", "naïve"])
    func oneThatCannotStandInAHeaderIsRefusedWithoutShowingIt(text: String) {
        let error = #expect(throws: LanguageModelError.self) { try APIKey(environment: ["OPENAI_API_KEY": text]) }
        #expect(error?.description.contains("OPENAI_API_KEY") == true)
        #expect(error?.description.contains(text) == false)
    }

    /// Everything that a program, or a model that was told to, may write a text as.
    private static let writings: [(name: String, write: @Sendable (String) -> String)] = [
        ("reversed", { String($0.reversed()) }),
        ("upper case", { $0.uppercased() }),
        ("spaced", { $0.map { "\($0)" }.joined(separator: " ") }),
        (
            "in lines",
            { text in
                stride(from: 0, to: text.count, by: 5).map { String(text.dropFirst($0).prefix(5)) }.joined(separator: "\n")
            }
        ),
        ("with dashes", { $0.map { "\($0)" }.joined(separator: "-") }),
        ("base64", { Data($0.utf8).base64EncodedString() }),
        ("base64 of more", { Data(("x" + $0).utf8).base64EncodedString() }),
        ("base64 of much more", { Data(("key=" + $0 + ";").utf8).base64EncodedString() }),
        ("hexadecimal", { $0.utf8.map { String($0, radix: 16) }.joined() }),
        ("hexadecimal, spaced", { $0.utf8.map { String($0, radix: 16).uppercased() }.joined(separator: " ") }),
        ("hexadecimal, escaped", { $0.utf8.map { "\\x" + String($0, radix: 16) }.joined() }),
        ("percent", { $0.utf8.map { "%" + String($0, radix: 16) }.joined() }),
        ("decimal", { $0.utf8.map { "\($0)" }.joined(separator: ", ") }),
        ("entities", { $0.utf8.map { "&#\($0);" }.joined() }),
        ("JSON", { $0.utf8.map { "\\u00" + String($0, radix: 16) }.joined() }),
        ("octal", { $0.utf8.map { "\\" + String($0, radix: 8) }.joined() }),
        (
            "binary",
            {
                $0.utf8.map { String(repeating: "0", count: $0.leadingZeroBitCount) + String($0, radix: 2) }.joined(
                    separator: " ")
            }
        ),
        (
            "ROT13",
            { text in
                String(
                    decoding: text.utf8.map { byte in
                        (97...122).contains(byte)
                            ? (byte - 97 + 13) % 26 + 97 : (65...90).contains(byte) ? (byte - 65 + 13) % 26 + 65 : byte
                    }, as: UTF8.self)
            }
        ),
        ("full width", { String(String.UnicodeScalarView($0.unicodeScalars.compactMap { Unicode.Scalar($0.value + 0xFEE0) })) }),
    ]

    @Test(arguments: writings.indices)
    func itIsFoundInEveryWritingAndInTwoOnTopOfEachOther(index: Int) throws {
        let key = try #require(try APIKey(environment: ["OPENAI_API_KEY": Self.secret]))
        let (name, write) = Self.writings[index]
        #expect(key.isHidden(in: "It is " + write(Self.secret) + ", as you asked."), "\(name)")
        #expect(key.isHidden(in: write(String(Self.secret.dropFirst(7).prefix(24)))), "a part, \(name)")
        #expect(key.isHidden(in: write(String(Self.secret.reversed()))), "backwards, \(name)")
        if index < 3 { #expect(key.isHidden(in: Data(write(Self.secret).utf8).base64EncodedString()), "in Base64, \(name)") }
        for (again, writeAgain) in Self.writings.prefix(9) where ["base64", "hexadecimal"].contains(name) {
            #expect(key.isHidden(in: writeAgain(write(Self.secret))), "\(again) of \(name)")
        }
    }

    @Test func ordinaryWordsAreNoKey() throws {
        let key = try #require(try APIKey(environment: ["OPENAI_API_KEY": Self.secret]))
        for sentence in WrappedAnswers.sentences + WrappedAnswers.thoughts { #expect(!key.isHidden(in: sentence)) }
        #expect(!key.isHidden(in: "01234567 and no more".replacing("7", with: "")))
        // What servers without keys are given.
        for word in ["EMPTY", "none", "abc"] {
            let placeholder = try #require(try APIKey(environment: ["OPENAI_API_KEY": word]))
            #expect(!placeholder.isHidden(in: "An empty field with none of the alphabet's abc."))
        }
    }
}
