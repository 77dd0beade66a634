/// A class to tell apart: what it is called, and the words that stand for it in a prompt.
///
///     ClassName("sea_ice")                                    // phrase "sea ice"
///     ClassName("bishop of llandaff", phrase: "the bishop of llandaff dahlia")
public struct ClassName: Hashable, Sendable {
    /// The name as the folder, the list or the reference has it; unique within a data set.
    public var name: String

    /// What a prompt template's `{}` is replaced by; the name with underscores turned to spaces unless one
    /// was given.
    public var phrase: String

    public init(_ name: String, phrase: String? = nil) {
        self.name = name
        self.phrase = phrase ?? ClassName.spaced(name)
    }

    /// The name with underscores turned to spaces, as prompts have it.
    static func spaced(_ name: String) -> String {
        let words = name.split(separator: "_").joined(separator: " ")
        return words.isEmpty ? name : words
    }
}
