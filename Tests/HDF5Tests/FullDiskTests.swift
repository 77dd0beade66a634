import Foundation
import HDF5
import Testing

@Suite("A disk that fills up")
struct FullDiskTests {
    /// A file system of 1 MiB, or nil where one may not be mounted.
    private static func smallDisk() throws -> TemporaryFolder? {
        let folder = try TemporaryFolder()
        guard mount("tmpfs", folder.path, "tmpfs", 0, "size=1m") == 0 else { return nil }
        return folder
    }

    private static let canMount: Bool = {
        guard let folder = try? smallDisk() else { return false }
        return umount2(folder.path, Int32(MNT_DETACH)) == 0
    }()

    @Test(
        "is reported when a row is appended, or at the latest when the file is closed",
        .enabled(if: canMount, "needs the right to mount a small tmpfs"))
    func appending() throws {
        let disk = try #require(try FullDiskTests.smallDisk())
        defer { umount2(disk.path, Int32(MNT_DETACH)) }
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
        .enabled(if: canMount, "needs the right to mount a small tmpfs"))
    func writing() throws {
        let disk = try #require(try FullDiskTests.smallDisk())
        defer { umount2(disk.path, Int32(MNT_DETACH)) }
        let path = disk.file("file.h5")
        let error = #expect(throws: HDF5Error.self) {
            let file = try File.create(path)
            try file.root.write([Float](repeating: 1, count: 1 << 20), shape: [1 << 20], to: "features")
            try file.close()
        }
        #expect(error?.description == "\(path): cannot write /features: the disk is full")
    }
}
