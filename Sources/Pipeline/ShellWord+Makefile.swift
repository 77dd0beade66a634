import Essentials

extension ShellWord {
    /// A command's line of a makefile's recipe.
    static func recipe(_ words: [String]) -> String { line(words).replacing(scalar: "$", with: "$$") }
}
