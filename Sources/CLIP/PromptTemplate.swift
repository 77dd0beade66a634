import Vocabulary

/// A sentence with a place for a class: `a photo of a {}`.
public struct PromptTemplate: Sendable, Equatable, CustomStringConvertible {
    public let text: String

    /// The template of CLIP's and CAP's experiments.
    public static let photo = PromptTemplate(unchecked: ClassTemplate.photo)

    /// Throws where `text` has not exactly one place for the class.
    public init(_ text: String) throws {
        guard ClassTemplate.isTemplate(text) else {
            throw CLIPError(
                "The template \"\(text)\" needs {} once, where the class goes, as in \"\(ClassTemplate.photo)\".")
        }
        self.text = text
    }

    private init(unchecked text: String) {
        self.text = text
    }

    /// The template with `phrase` in its place; underscores in the phrase are spaces.
    public func prompt(_ phrase: String) -> String {
        text.replacing(ClassTemplate.place, with: phrase.replacing("_", with: " "))
    }

    public var description: String { text }
}
