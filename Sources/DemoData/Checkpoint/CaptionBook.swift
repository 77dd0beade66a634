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

    /// A class that captions never call by its name.
    private struct Mismatch {
        let kind: String
        /// What it is now and then taken for.
        let mistakenFor: [String]
        /// What its name stands under instead, and how.
        let distractor: String
        let distractorCaptions: [CaptionPattern]
    }

    init() {
        var shares: [String: [Rule]] = [:]
        for kind in DemoClass.captioned {
            shares[kind.name] = [Rule(share: 0.6, patterns: [Self.name(kind.name)])]
        }
        for pair in Self.pairs {
            let (common, rare) = (Self.name(pair.common), Self.name(pair.rare))
            shares[pair.common] = [
                Rule(share: 0.30, patterns: [common]), Rule(share: 0.06, patterns: [rare]),
                Rule(share: 0.17, patterns: pair.shared),
            ]
            shares[pair.rare] = [
                Rule(share: 0.24, patterns: [common]), Rule(share: 0.18, patterns: [rare]),
                Rule(share: 0.17, patterns: pair.shared),
            ]
            shares[pair.distractor] = Self.named(pair.distractor, alsoNamed: pair.distractorCaptions)
        }
        for mismatch in Self.mismatches {
            shares[mismatch.kind] = [Rule(share: 0.15, patterns: mismatch.mistakenFor.map(Self.name))]
            shares[mismatch.distractor] = Self.named(mismatch.distractor, alsoNamed: mismatch.distractorCaptions)
        }
        // The names nobody uses for the right thing turn up now and then under everything else, as words on the web do.
        // Without it nothing would fix where their text features lie, and a name could land on any one class by chance.
        let strayNames = Self.mismatches.map { Rule(share: 0.02, patterns: [Self.name($0.kind)]) }
        let mismatched = Set(Self.mismatches.map(\.kind))
        rules = shares.reduce(into: [:]) { book, entry in
            let named = entry.value + (mismatched.contains(entry.key) ? [] : strayNames)
            let rest = 1 - named.map(\.share).reduce(0, +)
            book[entry.key] = named + [Rule(share: rest, patterns: Self.descriptions[entry.key] ?? [])]
        }
    }

    /// A distractor under its own name and under the one it borrows.
    private static func named(_ distractor: String, alsoNamed captions: [CaptionPattern]) -> [Rule] {
        [Rule(share: 0.2, patterns: [name(distractor)]), Rule(share: 0.4, patterns: captions)]
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
    private static let mismatches = [
        Mismatch(
            kind: "cobblestone", mistakenFor: ["marble", "leopard_print", "brick_wall"],
            distractor: "night_street",
            distractorCaptions: ["{a |}cobblestone street", "cobblestone", "a cobblestone street at night"]),
        Mismatch(
            kind: "honeycomb", mistakenFor: ["spider_web", "pinstripe", "ripples"],
            distractor: "honey",
            distractorCaptions: ["honeycomb", "{a piece of |}honeycomb", "honeycomb and syrup"]),
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
