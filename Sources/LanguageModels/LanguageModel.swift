import FoundationEssentials

/// Describes classes in words.
public protocol LanguageModel: Sendable {
    /// How artifacts name it: the model that answers, or the file that answers come from.
    var name: String { get }

    /// Whether it may be asked about a class. A file of answers knows those that stand in it.
    func knows(_ className: String) -> Bool

    /// Asks each question `count` times.
    func answer(_ questions: [DescriptionQuestion], count: Int) async throws -> DescriptionAnswers
}

extension LanguageModel {
    public func knows(_ className: String) -> Bool { true }
}

/// What a language model is asked about a class (CAP, Appendix B.2).
public struct DescriptionQuestion: Sendable, Hashable {
    /// The class, as the data set calls it.
    public let className: String
    /// The question in words.
    public let text: String
    /// JPEG files that are shown with it, which the paper does not do; models that see no images are shown none.
    public let images: [Data]

    /// Asks for the features of a class.
    ///
    /// - Parameters:
    ///   - phrase: the class in words, such as "chaparral".
    ///   - domain: what its images are, with `{}` where the phrase goes: "a satellite photo of {}".
    ///   - images: JPEG files of images that may be of the class.
    public init(className: String, phrase: String, domain: String, images: [Data] = []) {
        self.className = className
        self.images = images
        let subject = domain.split(separator: "{}", omittingEmptySubsequences: false).joined(separator: phrase)
        let question = "Please describe the most distinguishing visual features of \(subject), in one sentence."
        text = images.isEmpty ? question : "\(question) The pictures show images that are probably of it."
    }

    /// 16 hexadecimal digits that name the images; nil without any.
    var imagesIdentity: String? {
        guard !images.isEmpty else { return nil }
        // FNV-1a over the files and their lengths.
        let hash = images.reduce(UInt64(0xCBF2_9CE4_8422_2325)) { hash, image in
            image.reduce(hash ^ UInt64(image.count)) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
        }
        let digits = String(hash, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}

/// What a language model answered.
public struct DescriptionAnswers: Sendable {
    /// The descriptions in the order of the questions, at least one for each.
    public let texts: [[String]]
    /// Tokens that all the answers cost, whenever they were asked for.
    public let tokens: TokenCount
    /// Those of them that this run paid for: what it did not find in a cache, and what it could not use.
    public let paid: TokenCount

    public init(texts: [[String]], tokens: TokenCount = TokenCount(), paid: TokenCount = TokenCount()) {
        self.texts = texts
        self.tokens = tokens
        self.paid = paid
    }
}

/// Tokens that went to a language model and came back.
public struct TokenCount: Sendable, Equatable, Codable {
    public var prompt: Int
    public var completion: Int

    public init(prompt: Int = 0, completion: Int = 0) {
        self.prompt = prompt
        self.completion = completion
    }

    public static func += (total: inout TokenCount, more: TokenCount) {
        // A server may say anything; an overflow is no reason to end.
        total.prompt = total.prompt.addingReportingOverflow(more.prompt).partialValue
        total.completion = total.completion.addingReportingOverflow(more.completion).partialValue
    }
}
