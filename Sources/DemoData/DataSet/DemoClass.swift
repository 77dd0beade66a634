import Images

/// One kind of thing the generator can photograph.
public struct DemoClass: Sendable {
    /// The folder's name: the class name with underscores for spaces.
    public let name: String
    let framing: Framing
    let texture: any Texture.Type
    /// Its number in image seeds: different for every class and distractor, and never reused for another.
    let kind: UInt8

    /// The twenty classes of the demo data set, in alphabetical order.
    public static let all: [DemoClass] = [
        DemoClass(0, "basket_weave", BasketWeave.self, 2.2...4),
        DemoClass(1, "brick_wall", BrickWall.self, 2.2...4, rotation: 0.06),
        DemoClass(2, "chevron", Chevron.self, 2...3.8),
        DemoClass(3, "cobblestone", Cobblestone.self, 3...5.5),
        DemoClass(4, "confetti", Confetti.self, 3...5),
        DemoClass(5, "fish_scales", FishScales.self, 2.8...5, rotation: 0.1),
        DemoClass(6, "gingham", Gingham.self, 2.5...5),
        DemoClass(7, "herringbone", Herringbone.self, 1.5...2.4),
        DemoClass(8, "honeycomb", Honeycomb.self, 3...5.5),
        DemoClass(9, "knitted", Knitted.self, 3.5...6, rotation: 0.15),
        DemoClass(10, "leopard_print", LeopardPrint.self, 3...5),
        DemoClass(11, "marble", Marble.self, 2...3.5),
        DemoClass(12, "pinstripe", Pinstripe.self, 4.5...8),
        DemoClass(13, "polka_dots", PolkaDots.self, 3...5.5),
        DemoClass(14, "ripples", Ripples.self, 3...5, shift: 1),
        DemoClass(15, "roof_tiles", RoofTiles.self, 2.5...4.5, rotation: 0.08),
        DemoClass(16, "spider_web", SpiderWeb.self, 6...9, shift: 1.2),
        DemoClass(17, "tartan", Tartan.self, 1.2...2),
        DemoClass(18, "tree_rings", TreeRings.self, 5...8, shift: 1.2),
        DemoClass(19, "wood_grain", WoodGrain.self, 3...5),
    ]

    /// What the checkpoint also saw: things outside the demo whose captions borrow its words.
    static let distractors: [DemoClass] = [
        DemoClass(20, "balloons", Balloons.self, 1.8...2.6, rotation: 0.05, shift: 0.2),
        DemoClass(21, "draped_cloth", DrapedCloth.self, 1.5...3),
        DemoClass(22, "honey", Honey.self, 1.6...2.6, rotation: 0.05, shift: 0.2),
        DemoClass(23, "house", House.self, 1.8...2.6, rotation: 0.03, shift: 0.2),
        DemoClass(24, "night_street", NightStreet.self, 1.8...2.6, rotation: 0.05, shift: 0.2),
        DemoClass(25, "road_sign", RoadSign.self, 1.8...2.6, rotation: 0.06, shift: 0.2),
        DemoClass(26, "sweater", Sweater.self, 1.8...2.6, rotation: 0.1, shift: 0.15),
        DemoClass(27, "tree", Tree.self, 1.8...2.6, rotation: 0.04, shift: 0.2),
    ]

    /// Everything the checkpoint sees captions for.
    static let captioned = all + distractors

    private init(
        _ kind: UInt8, _ name: String, _ texture: any Texture.Type, _ unitsAcross: ClosedRange<Float>,
        rotation: Float = 0.07,
        shift: Float = 50
    ) {
        self.kind = kind
        self.name = name
        self.texture = texture
        framing = Framing(unitsAcross: unitsAcross, rotation: rotation, shift: shift)
    }

    /// Renders the image that `stream` decides on. What is left of the stream is the caller's.
    func photograph(using stream: inout RandomStream) throws -> RGBImage {
        var photograph = Photograph(framing: framing, using: &stream)
        return try photograph.take(of: texture.init(using: &stream))
    }
}
