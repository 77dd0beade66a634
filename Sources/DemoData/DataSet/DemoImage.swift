import Images

/// One image of the demo data set, known by its class, split and number before it is rendered.
public struct DemoImage: Sendable {
    public let `class`: DemoClass
    public let purpose: ImagePurpose
    public let index: Int
    public let seed: ImageSeed

    /// Every fourth image is a PNG, whatever the seed, so that another seed overwrites the same files.
    public var isPNG: Bool { index % 4 == 3 }

    /// The file's name in its class folder, such as `gingham_0007.jpg`.
    public var fileName: String {
        let digits = String(index + 1)
        let padding = String(repeating: "0", count: max(0, 4 - digits.count))
        return "\(`class`.name)_\(padding)\(digits).\(isPNG ? "png" : "jpg")"
    }

    /// The bytes of the image file: a PNG, or a JPEG of quality 40 to 95, now and then a progressive one.
    public func file() throws -> [UInt8] {
        var stream = seed.stream()
        let image = try `class`.photograph(using: &stream)
        return isPNG
            ? try image.png()
            : try image.jpeg(quality: stream.integer(40...95), progressive: stream.chance(0.2))
    }

    /// The pixels as rendered, before they are stored.
    public func render() throws -> RGBImage {
        var stream = seed.stream()
        return try `class`.photograph(using: &stream)
    }
}
