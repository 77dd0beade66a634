import Artifacts
import Foundation
import Images
import Testing

/// What the commands hold in memory and write, as their artifacts record it.
@Suite struct ResourceTests {
    @Test func decodingHoldsAFewImagesHoweverManyThereAre() throws {
        let workspace = try Workspace()
        let (height, width) = (600, 800)
        var pixels: [UInt8] = []
        for position in 0..<height * width * 3 { pixels.append(UInt8(truncatingIfNeeded: position / 3 % width / 4 + position % 3 * 20)) }
        let jpeg = try Data(RGBImage(height: height, width: width, pixels: pixels).jpeg(quality: 90))

        func peak(ofImages count: Int) throws -> Int {
            for label in ["a", "b"] {
                let folder = workspace.folder.appendingPathComponent("\(count)/\(label)")
                try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
                for index in 0..<count / 2 { try jpeg.write(to: folder.appendingPathComponent("\(index).jpg")) }
            }
            try Pipeline.expectSuccess(
                workspace.run("cap-decode", "\(count)", "--native", "--threads", "2", "-o", "\(count).h5"))
            let images = try ArtifactReader(workspace.path("\(count).h5"), schema: .images)
            #expect(try images.count("images/pixels") == count * pixels.count)
            return try images.int(attribute: "peak_memory")
        }
        let (few, many) = try (peak(ofImages: 16), peak(ofImages: 80))
        // 64 images more are 92 MB more of pixels.
        #expect(many - few < 30_000_000, "\(few) bytes for 16 images, \(many) for 80")
    }

    @Test func aSmallTrainingRunStaysSmall() throws {
        let workspace = try Pipeline.ul.get()
        let model = try ArtifactReader(workspace.path("model.h5"), schema: .model)
        let peak = try model.int(attribute: "peak_memory")
        // Most of it is libtorch, whose buffers depend on the processor and on what runs beside it: 0.57 to 0.79 GB seen.
        #expect(peak < 1_500_000_000, "\(peak) bytes")
    }
}
