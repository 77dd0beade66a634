import Essentials
import FoundationEssentials

/// The address of an OpenAI-compatible API, the part before `/chat/completions`: `http://localhost:11434/v1`.
public struct ChatEndpoint: Sendable, Hashable, CustomStringConvertible {
    public let url: URL

    /// Where OpenAI itself answers.
    public static let openAI = ChatEndpoint(url: URL(string: "https://api.openai.com/v1") ?? URL(fileURLWithPath: "/"))

    private init(url: URL) {
        self.url = url
    }

    /// Reads an address, with or without `/chat/completions` at its end.
    ///
    /// - Throws: ``LanguageModelError`` for one that is no such address, or that carries a password or a query: those are
    ///   recorded with the command line, and secrets are not.
    public init(_ text: String) throws {
        guard var parts = URLComponents(string: text.trimmingSpaces()),
            let scheme = parts.scheme?.lowercased(), ["http", "https"].contains(scheme),
            let host = parts.host, !host.isEmpty
        else {
            throw LanguageModelError(
                "the endpoint must be an address such as http://localhost:11434/v1 or https://api.openai.com/v1")
        }
        guard parts.user == nil, parts.password == nil, parts.query == nil, parts.fragment == nil else {
            throw LanguageModelError(
                """
                the endpoint must be without a user, a password or a query: a key is taken from the environment \
                (\(APIKey.variables.joined(separator: " or "))) and is sent as a bearer token
                """)
        }
        if parts.path.hasSuffix("/chat/completions") { parts.path.removeLast("/chat/completions".count) }
        while parts.path.hasSuffix("/") { parts.path.removeLast() }
        guard let url = parts.url else {
            throw LanguageModelError("the endpoint is no address that can be asked")
        }
        self.init(url: url)
    }

    public var completions: URL { url.appendingPathComponent("chat").appendingPathComponent("completions") }

    /// Whether what is sent there can be read on the way.
    public var isInTheClear: Bool {
        url.scheme?.lowercased() == "http" && !["localhost", "127.0.0.1", "::1", "[::1]"].contains(url.host ?? "")
    }

    public var description: String { url.absoluteString }
}
