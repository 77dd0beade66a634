import Images
import Testing

/// Small pictures for the eye.
struct ThumbnailTests {
    /// An image whose red is its column, green its row and blue their sum.
    private func ramp(height: Int, width: Int) throws -> RGBImage {
        let pixels = (0..<height).flatMap { y in (0..<width).flatMap { x in [UInt8(x), UInt8(y), UInt8(x + y)] } }
        return try RGBImage(height: height, width: width, pixels: pixels)
    }

    @Test func aPixelIsTheMeanOfTheAreaThatItCovers() throws {
        let image = try ramp(height: 12, width: 12)
        let small = try image.thumbnail(size: 4)
        for y in 0..<4 {
            for x in 0..<4 {
                // The mean of three neighbours in a row is the middle one.
                let expected = [3 * x + 1, 3 * y + 1, 3 * x + 3 * y + 2].map(UInt8.init)
                #expect(Array(small.pixels[(y * 4 + x) * 3..<(y * 4 + x + 1) * 3]) == expected)
            }
        }
    }

    @Test func pixelsOnABorderCountByTheirPart() throws {
        // Three columns on two: the middle one is half of each.
        let image = try RGBImage(
            height: 3, width: 3, pixels: (0..<3).flatMap { _ in [30, 30, 30, 90, 90, 90, 240, 240, 240] as [UInt8] })
        let small = try image.thumbnail(size: 2)
        #expect(small.pixels == [50, 50, 50, 190, 190, 190, 50, 50, 50, 190, 190, 190])
    }

    @Test func theCentralSquareIsShown() throws {
        let wide = try ramp(height: 4, width: 10).thumbnail(size: 4)
        #expect(stride(from: 0, to: 12, by: 3).map { wide.pixels[$0] } == [3, 4, 5, 6])
        let tall = try ramp(height: 9, width: 4).thumbnail(size: 4)
        #expect(stride(from: 1, to: 48, by: 12).map { tall.pixels[$0] } == [2, 3, 4, 5])
    }

    @Test func smallImagesGrow() throws {
        let image = try ramp(height: 2, width: 2).thumbnail(size: 4)
        #expect(stride(from: 0, to: 12, by: 3).map { image.pixels[$0] } == [0, 0, 1, 1])
    }

    @Test(arguments: [0, -1, 70_000]) func aSizeThatIsNoneIsRefused(_ size: Int) throws {
        let image = try ramp(height: 2, width: 2)
        #expect(throws: ImagesError.self) { try image.thumbnail(size: size) }
    }
}
