import LanguageModels
import Testing

@Suite struct ChatEndpointTests {
    @Test(arguments: ["http://localhost:8000/v1", "http://localhost:8000/v1/", " http://localhost:8000/v1/chat/completions"])
    func theAddressMayBeGivenInSeveralWays(text: String) throws {
        let endpoint = try ChatEndpoint(text)
        #expect(endpoint.description == "http://localhost:8000/v1")
        #expect(endpoint.completions.absoluteString == "http://localhost:8000/v1/chat/completions")
    }

    @Test(arguments: ["", "localhost:8000", "ftp://localhost/v1", "http://", "/v1"])
    func whatIsNoAddressIsRefused(text: String) {
        #expect(throws: LanguageModelError.self) { try ChatEndpoint(text) }
    }

    @Test(arguments: ["https://user:secret@host/v1", "https://host/v1?key=secret", "https://host/v1#secret"])
    func secretsInAnAddressAreRefusedAndNotRepeated(text: String) {
        let error = #expect(throws: LanguageModelError.self) { try ChatEndpoint(text) }
        #expect(error?.description.contains("secret") == false)
    }

    @Test func onlyPlainConnectionsToOtherMachinesAreInTheClear() throws {
        #expect(try ChatEndpoint("http://10.0.0.7/v1").isInTheClear)
        #expect(try !ChatEndpoint("http://127.0.0.1:1/v1").isInTheClear)
        #expect(try !ChatEndpoint("https://10.0.0.7/v1").isInTheClear)
    }

    @Test func onlyTheDefaultModelAtOpenAIHasAPrice() throws {
        let price = TokenPrice.listed(for: "gpt-4o-mini", at: .openAI)
        #expect(price?.cost(of: TokenCount(prompt: 0, completion: 2_000_000)) == 1.2)
        #expect(TokenPrice.listed(for: "gpt-4o", at: .openAI) == nil)
        #expect(TokenPrice.listed(for: "gpt-4o-mini", at: try ChatEndpoint("http://localhost/v1")) == nil)
    }
}
