import Images
import Testing

struct EncodingTests {
    private func image() throws -> RGBImage {
        try ImageDecoder().decode(contentsOf: ImageFixtures.path("view-wide.png"))
    }

    @Test func pngKeepsEveryPixel() throws {
        let image = try image()
        #expect(try ImageDecoder().decode(image.png()) == image)
    }

    @Test(arguments: [false, true])
    func jpegLosesLittleAtHighQuality(progressive: Bool) throws {
        let smooth = try RGBImage(height: 40, width: 50, pixels: (0..<6000).map { UInt8($0 / 3 % 50 + 90) })
        let decoded = try ImageDecoder().decode(smooth.jpeg(quality: 100, progressive: progressive))
        #expect(decoded.height == 40 && decoded.width == 50)
        #expect(difference(decoded.pixels, smooth.pixels).largest <= 2)
        #expect(try image().jpeg(quality: 30).count < image().jpeg(quality: 90).count / 2)
    }

    @Test func aQualityOutsideTheScaleIsRefused() throws {
        #expect(throws: ImagesError.self) { try image().jpeg(quality: 0) }
        #expect(throws: ImagesError.self) { try image().jpeg(quality: 101) }
    }

    @Test func aSideTooLongForJPEGIsRefused() throws {
        let strip = try RGBImage(height: 1, width: 65_501, pixels: Array(repeating: 0, count: 65_501 * 3))
        let error = try #require(throws: ImagesError.self) { try strip.jpeg(quality: 90) }
        #expect(error.reason == "cannot be written as JPEG: a JPEG side has 1 to 65500 pixels")
    }
}
