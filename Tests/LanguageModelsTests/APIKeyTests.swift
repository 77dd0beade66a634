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
}
