import Artifacts
import Images

/// The pixels in an `images.h5`, one image at a time; usable from any thread.
public struct StoredImages: Sendable {
    public let reader: ArtifactReader<ImagesSchema>
    private let offsets: [Int]
    private let heights: [Int]
    private let widths: [Int]

    public init(_ reader: ArtifactReader<ImagesSchema>) throws {
        self.reader = reader
        heights = try reader.ints(\.images.height)
        widths = try reader.ints(\.images.width)
        offsets = try reader.ints(\.images.offset)
        let pixels = try reader.count(\.images.pixels)
        for index in heights.indices {
            let (bytes, overflow) = heights[index].multipliedReportingOverflow(by: widths[index])
            guard heights[index] > 0, widths[index] > 0, !overflow, offsets[index] >= 0, offsets[index + 1] <= pixels,
                (offsets[index + 1] - offsets[index]) / 3 == bytes, (offsets[index + 1] - offsets[index]) % 3 == 0
            else {
                throw ArtifactError(
                    "\(reader.path): the size of image \(index) does not fit its pixels; run cap-decode again")
            }
        }
    }

    public var count: Int { heights.count }

    public func image(_ index: Int) throws -> RGBImage {
        guard heights.indices.contains(index) else {
            throw ArtifactError("\(reader.path): has no image \(index)")
        }
        let pixels = try reader.values(\.images.pixels, rows: offsets[index]..<offsets[index + 1])
        return try RGBImage(height: heights[index], width: widths[index], pixels: pixels)
    }
}
