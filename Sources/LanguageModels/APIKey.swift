import Essentials
import FoundationEssentials

/// The key of a language model's API. It leaves the process in the `Authorization` header of a request and nowhere else:
/// printing it says which variable it is from, and everything that a server sends is searched for it, in other writings too.
public struct APIKey: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The environment variables it is looked for in, in order.
    public static let variables = ["CAP_LLM_API_KEY", "OPENAI_API_KEY"]

    /// The variable it is from.
    public let variable: String
    let value: String
    private let disguise: KeyDisguise

    /// The first key in the environment; nil where there is none: local servers need none.
    ///
    /// - Throws: ``LanguageModelError`` naming the variable, for one that cannot stand in a header.
    public init?(environment: [String: String] = ProcessInfo.processInfo.environment) throws {
        for variable in Self.variables {
            guard let text = environment[variable]?.trimmingWhitespace(), !text.isEmpty
            else { continue }
            guard text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
                throw LanguageModelError(
                    "\(variable) holds a space or another character that no key has; set it to the key alone")
            }
            self.variable = variable
            value = text
            disguise = KeyDisguise(key: text)
            return
        }
        return nil
    }

    /// `text` with every run of it that is a part of the key replaced. Parts shorter than eight characters stay, unless
    /// they are the whole key.
    public func redacted(_ text: String) -> String {
        let length = min(8, value.utf8.count)
        let bytes = Array(text.utf8)
        let key = Array(value.utf8)
        guard length > 0, bytes.count >= length else { return text }
        let parts = Set((0...(key.count - length)).map { Array(key[$0..<$0 + length]) })
        var isSecret = [Bool](repeating: false, count: bytes.count)
        for start in 0...(bytes.count - length) where parts.contains(Array(bytes[start..<start + length])) {
            for position in start..<start + length { isSecret[position] = true }
        }
        guard isSecret.contains(true) else { return text }
        var clean: [UInt8] = []
        for (position, byte) in bytes.enumerated() {
            if !isSecret[position] {
                clean.append(byte)
            } else if position == 0 || !isSecret[position - 1] {
                clean += Array("[key]".utf8)
            }
        }
        return String(decoding: clean, as: UTF8.self)
    }

    /// Whether `text` holds it, or a part of it, in whatever writing: backwards, spaced out, encoded.
    public func isHidden(in text: String) -> Bool { disguise.isFound(in: text) }

    public var description: String { "the key in \(variable)" }
    public var debugDescription: String { description }
    public var customMirror: Mirror { Mirror(self, children: ["variable": variable]) }
}
