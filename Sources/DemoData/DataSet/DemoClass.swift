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
        DemoClass(0, "basket_weave", BasketWeave.self, 3...6),
        DemoClass(1, "brick_wall", BrickWall.self, 2.5...5, rotation: 0.06),
        DemoClass(2, "chevron", Chevron.self, 2.5...5),
        DemoClass(3, "cobblestone", Cobblestone.self, 3.5...7),
        DemoClass(4, "confetti", Confetti.self, 4...7),
        DemoClass(5, "fish_scales", FishScales.self, 3...6, rotation: 0.1),
        DemoClass(6, "gingham", Gingham.self, 3...7),
        DemoClass(7, "herringbone", Herringbone.self, 1.8...3.2),
        DemoClass(8, "honeycomb", Honeycomb.self, 3.5...7),
        DemoClass(9, "knitted", Knitted.self, 4...8, rotation: 0.15),
        DemoClass(10, "leopard_print", LeopardPrint.self, 3.5...6.5),
        DemoClass(11, "marble", Marble.self, 2...4),
        DemoClass(12, "pinstripe", Pinstripe.self, 5...10),
        DemoClass(13, "polka_dots", PolkaDots.self, 3.5...7),
        DemoClass(14, "ripples", Ripples.self, 3.5...6.5, shift: 1),
        DemoClass(15, "roof_tiles", RoofTiles.self, 3...6, rotation: 0.08),
        DemoClass(16, "spider_web", SpiderWeb.self, 7...11, shift: 1.2),
        DemoClass(17, "tartan", Tartan.self, 1.3...2.6),
        DemoClass(18, "tree_rings", TreeRings.self, 6...10, shift: 1.2),
        DemoClass(19, "wood_grain", WoodGrain.self, 3...5.5),
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

    private init(
        _ kind: UInt8, _ name: String, _ texture: any Texture.Type, _ unitsAcross: ClosedRange<Float>, rotation: Float = 0.5,
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
