/// Small pictures in rows on white: a contact sheet.
///
///     var grid = try ImageGrid(tile: 96)
///     grid.add([cat, lynx])  // one row
///     let png = try grid.render().png()
public struct ImageGrid: Sendable {
    private let tile: Int
    private let gap = 4
    private var rows: [[RGBImage]] = []

    /// - Parameter tile: height and width of each picture, in pixels.
    /// - Throws: ``ImagesError`` for a size that is not positive.
    public init(tile: Int) throws {
        guard (1...65_535).contains(tile) else { throw ImagesError("a picture cannot be \(tile) pixels wide") }
        self.tile = tile
    }

    /// Adds a row of images, each cut to its central square.
    public mutating func add(_ images: [RGBImage]) throws {
        rows.append(try images.map { try $0.thumbnail(size: tile) })
    }

    /// Draws the sheet, as wide as its longest row.
    public func render() throws -> RGBImage {
        let columns = rows.map(\.count).max() ?? 0
        guard columns > 0 else { throw ImagesError("a sheet needs at least one image") }
        let step = tile + gap
        let width = columns * step + gap
        let height = rows.count * step + gap
        guard width <= 65_535, height <= 65_535 else {
            throw ImagesError("a sheet of \(rows.count) rows and \(columns) columns is too large")
        }
        var pixels = [UInt8](repeating: 255, count: width * height * 3)
        for (row, images) in rows.enumerated() {
            for (column, image) in images.enumerated() {
                for y in 0..<tile {
                    let start = ((gap + row * step + y) * width + gap + column * step) * 3
                    pixels.replaceSubrange(
                        start..<start + tile * 3,
                        with: image.pixels[y * tile * 3..<(y + 1) * tile * 3])
                }
            }
        }
        return try RGBImage(height: height, width: width, pixels: pixels)
    }
}
