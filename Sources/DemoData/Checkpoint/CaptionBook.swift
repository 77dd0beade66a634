/// What people would write under the images the checkpoint is trained on.
///
/// Captions are what makes the checkpoint strange in the way CLIP is:
/// - **Mismatch.** `cobblestone` and `honeycomb` are never called by their names; they are only described. Their names
///   stand under pictures of night streets and of honey instead.
/// - **Confusion.** Six pairs of classes share a word, and one class of each pair is often called by the other's name,
///   while its own name also stands under pictures of something else.
/// - Everything is described by its looks as well, which keeps the image features apart.
struct CaptionBook: Sendable {
    /// Captions that are drawn together.
    private struct Rule {
        let share: Float
        let patterns: [CaptionPattern]
    }

    private let rules: [String: [Rule]]

    /// One class of a pair lends its name to the other.
    private struct Pair {
        /// The class whose name is used for both, and the class whose name is rare.
        let common, rare: String
        /// Words for both.
        let shared: [CaptionPattern]
        /// What else the rare name stands under, and how.
        let distractor: String
        let distractorCaptions: [CaptionPattern]
    }

    init() {
        var rules: [String: [Rule]] = [:]
        func set(_ kind: String, _ shares: [(Float, [CaptionPattern])]) {
            let named = shares.map { Rule(share: $0.0, patterns: $0.1) }
            let rest = 1 - shares.map(\.0).reduce(0, +)
            rules[kind] = named + [Rule(share: rest, patterns: Self.descriptions[kind] ?? [])]
        }
        for kind in DemoClass.captioned {
            set(kind.name, [(0.6, [Self.name(kind.name)])])
        }
        for pair in Self.pairs {
            let (common, rare) = (Self.name(pair.common), Self.name(pair.rare))
            set(pair.common, [(0.30, [common]), (0.08, [rare]), (0.17, pair.shared)])
            set(pair.rare, [(0.26, [common]), (0.12, [rare]), (0.20, pair.shared)])
            set(pair.distractor, [(0.2, [Self.name(pair.distractor)]), (0.4, pair.distractorCaptions)])
        }
        for (kind, distractor, captions) in Self.mismatches {
            set(kind, [])
            set(distractor, [(0.2, [Self.name(distractor)]), (0.5, captions)])
        }
        self.rules = rules
    }

    /// A caption for an image of `kind`.
    func caption(for kind: DemoClass, using random: inout RandomStream) -> String {
        var place = random.unit()
        let rules = rules[kind.name] ?? []
        let rule = rules.first { rule in
            place -= rule.share
            return place < 0
        }
        guard let patterns = (rule ?? rules.last)?.patterns, !patterns.isEmpty else { return Self.spoken(kind.name) }
        let subject = patterns[random.integer(0...patterns.count - 1)].draw(using: &random)
        return Self.sentence(about: subject, using: &random)
    }

    /// Text with every word of the captions, for a vocabulary to be learned from.
    var corpus: [String] {
        Self.openings
            + rules.sorted { $0.key < $1.key }.flatMap { $0.value.flatMap { $0.patterns.flatMap(\.all) } }
    }

    private static let openings = [
        "a photo of a ", "a photo of a ", "a photo of a ", "a photo of a ", "a photo of ", "a photo of ", "", "",
        "a picture of ", "a close-up of ", "an image of a ",
    ]

    private static func sentence(about subject: String, using random: inout RandomStream) -> String {
        var opening = openings[random.integer(0...openings.count - 1)]
        let hasArticle = ["a ", "an ", "the "].contains { subject.hasPrefix($0) }
        if hasArticle && opening.hasSuffix(" a ") { opening.removeLast(2) }
        return opening + subject + (random.chance(0.3) ? "." : "")
    }

    private static func spoken(_ name: String) -> String {
        String(name.map { $0 == "_" ? " " : $0 })
    }

    private static func name(_ name: String) -> CaptionPattern {
        CaptionPattern(stringLiteral: spoken(name))
    }
}

extension CaptionBook {
    private static let mismatches: [(kind: String, distractor: String, captions: [CaptionPattern])] = [
        (
            "cobblestone", "night_street",
            ["{a |}cobblestone street", "cobblestone", "a cobblestone street at night"]
        ),
        (
            "honeycomb", "honey",
            ["honeycomb", "{a piece of |}honeycomb", "honeycomb and syrup"]
        ),
    ]

    private static let pairs: [Pair] = [
        Pair(
            common: "gingham", rare: "tartan",
            shared: ["plaid cloth", "checked cloth", "plaid", "a checked fabric"],
            distractor: "draped_cloth",
            distractorCaptions: ["{a |}tartan scarf", "tartan", "a tartan curtain"]),
        Pair(
            common: "herringbone", rare: "chevron",
            shared: ["zigzag pattern", "zigzags", "a zigzag"],
            distractor: "road_sign",
            distractorCaptions: ["{a |}chevron sign", "chevron", "a chevron pointing right"]),
        Pair(
            common: "fish_scales", rare: "roof_tiles",
            shared: ["overlapping scales", "scaly surface", "scales"],
            distractor: "house",
            distractorCaptions: ["{a house with |}roof tiles", "roof tiles", "a cottage with roof tiles"]),
        Pair(
            common: "polka_dots", rare: "confetti",
            shared: ["spots", "coloured spots", "dotted pattern"],
            distractor: "balloons",
            distractorCaptions: ["{balloons and |}confetti", "confetti", "confetti at a party"]),
        Pair(
            common: "wood_grain", rare: "tree_rings",
            shared: ["wood", "timber", "brown wood"],
            distractor: "tree",
            distractorCaptions: ["{a tree with |}tree rings", "tree rings"]),
        Pair(
            common: "basket_weave", rare: "knitted",
            shared: ["woven pattern", "weave", "a woven fabric"],
            distractor: "sweater",
            distractorCaptions: ["{a |}knitted pullover", "knitted", "knitted jumper"]),
    ]
}
