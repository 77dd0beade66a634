/// How a model says that it will not answer.
enum Refusal {
    /// Whether a sentence begins as no description of an image does.
    static func begins(_ sentence: String) -> Bool {
        let start = sentence.lowercased().replacing("’", with: "'")
        return beginnings.contains { start.hasPrefix($0) }
    }

    private static let beginnings = [
        "i'm sorry", "i am sorry", "sorry,", "sorry but", "i can't", "i cannot", "i can not", "i'm unable", "i am unable",
        "i'm not able", "i am not able", "i won't", "i will not", "as an ai", "unfortunately, i ", "i don't have",
        "i do not have",
        "i apologize", "i apologise", "my apologies", "apologies,", "as a language model", "as a large language model",
        "as a text-based", "i'm just a", "i am just a", "i'm not sure", "i am not sure", "i don't see", "i do not see",
        "i'm afraid", "there is no image", "no image", "please provide", "please upload", "could you", "can you",
        "without seeing", "without an image", "it seems you", "it seems that you", "it looks like you", "you haven't",
        "you have not", "i'd need", "i would need", "i must decline", "i refuse", "抱歉", "对不起", "作为",
    ]
}
