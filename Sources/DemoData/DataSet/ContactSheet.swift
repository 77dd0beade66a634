import Images
import Views

/// A picture of the data set: the first training images of every class, center-cropped, one under the other.
public struct ContactSheet: Sendable {
    private let rows: Int
    private let tile: Int

    /// - Parameters:
    ///   - rows: images of a class.
    ///   - tile: side of a thumbnail in pixels.
    public init(rows: Int = 2, tile: Int = 56) {
        self.rows = rows
        self.tile = tile
    }

    /// Draws the sheet: the classes in alphabetical order, ten side by side.
    public func render(seed: UInt32) throws -> RGBImage {
        let (columns, gap) = (10, 3)
        let bands = (DemoClass.all.count + columns - 1) / columns
        let width = columns * (tile + gap) + gap
        let bandHeight = rows * (tile + gap) + gap
        var pixels = [UInt8](repeating: 255, count: width * bands * bandHeight * 3)
        let view = try EvaluationView(size: tile)
        for (number, kind) in DemoClass.all.enumerated() {
            for image in kind.images(for: .train, 0..<rows, seed: seed) {
                let thumbnail = try view.render(image.render())
                let top = number / columns * bandHeight + gap + image.index * (tile + gap)
                let left = gap + number % columns * (tile + gap)
                for y in 0..<tile {
                    let start = ((top + y) * width + left) * 3
                    pixels.replaceSubrange(
                        start..<start + tile * 3, with: thumbnail.pixels[y * tile * 3..<(y + 1) * tile * 3])
                }
            }
        }
        return try RGBImage(height: bands * bandHeight, width: width, pixels: pixels)
    }
}
