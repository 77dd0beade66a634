import Foundation
import HDF5
import TestSupport
import Testing

@Suite("A disk that fills up")
struct FullDiskTests {
    @Test(
        "is reported when a row is appended, or at the latest when the file is closed",
        .enabled(if: SmallDisk.canMount, "this account may not mount a small tmpfs"))
    func appending() throws {
        let disk = try SmallDisk()
        let path = disk.file("file.h5")
        let error = #expect(throws: HDF5Error.self) {
            let file = try File.create(path)
            let appender = try Appender<UInt8>(file.root, "pixels", rowShape: [], chunkBytes: 1 << 16)
            for _ in 0..<64 { try appender.append([UInt8](repeating: 1, count: 1 << 16)) }
            _ = try appender.finish()
            try file.close()
        }
        #expect(error?.description == "\(path): cannot write /pixels: the disk is full")
    }

    @Test(
        "is reported when a whole array is written",
        .enabled(if: SmallDisk.canMount, "this account may not mount a small tmpfs"))
    func writing() throws {
        let disk = try SmallDisk()
        let path = disk.file("file.h5")
        let error = #expect(throws: HDF5Error.self) {
            let file = try File.create(path)
            try file.root.write([Float](repeating: 1, count: 1 << 20), shape: [1 << 20], to: "features")
            try file.close()
        }
        #expect(error?.description == "\(path): cannot write /features: the disk is full")
    }
}
