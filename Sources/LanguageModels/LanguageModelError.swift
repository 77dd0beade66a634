/// Why a language model did not describe the classes, in a sentence for the person who asked for it.
public struct LanguageModelError: Error, CustomStringConvertible, Sendable {
    public let description: String

    public init(_ description: String) {
        self.description = description
    }
}
