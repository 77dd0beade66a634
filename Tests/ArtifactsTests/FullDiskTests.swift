import Artifacts
import Foundation
import TestSupport
import Testing

@Suite("An artifact that does not fit on the disk")
struct FullDiskTests {
    @Test(
        "is refused and leaves nothing, and an older file as it was",
        .enabled(if: SmallDisk.canMount, "this account may not mount a small tmpfs"))
    func appending() throws {
        let disk = try SmallDisk()
        let path = disk.file("images.h5")
        let older = Data("an older file".utf8)
        try older.write(to: URL(fileURLWithPath: path))
        func decode() throws {
            let writer = try ArtifactWriter(path, schema: .images, provenance: Example.provenance())
            let pixels = try writer.appender(to: \.images.pixels)
            for _ in 0..<64 { try pixels.append([UInt8](repeating: 1, count: 100_000)) }
            try Example.fillImages(writer)
            try writer.commit()
        }
        #expect(sentence { try decode() } == "\(path): cannot write /images/pixels: the disk is full")
        #expect(try FileManager.default.contentsOfDirectory(atPath: disk.path) == ["images.h5"])
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == older)
    }
}
