import Foundation
import HDF5
import TestSupport
import Testing

@Suite("Files are shared between threads and released")
struct SharingTests {
    let folder: TemporaryFolder
    let path: String

    init() throws {
        folder = try TemporaryFolder()
        path = folder.file("file.h5")
    }

    @Test("ranges read from several threads at once are what was written")
    func threads() async throws {
        let count = 1 << 20
        let file = try File.create(path)
        let appender = try Appender<Int32>(file.root, "values", rowShape: [], chunkBytes: 1 << 16)
        try appender.append((0..<Int32(count)).map { $0 })
        _ = try appender.finish()
        try file.close()

        let dataset = try File.open(path).root.dataset("values")
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for worker in 0..<8 {
                group.addTask {
                    for step in 0..<50 {
                        let start = (worker * 130_003 + step * 20_011) % (count - 5000)
                        let values = try dataset.read(Int32.self, rows: start..<start + 5000)
                        guard values.elementsEqual(Int32(start)..<Int32(start + 5000)) else { return false }
                    }
                    return true
                }
            }
            for try await isRight in group { #expect(isRight) }
        }
    }

    @Test("a file is closed when the last of it is let go, however it was used")
    func release() throws {
        func isOpen() throws -> Bool {
            try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").contains { descriptor in
                (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\(descriptor)"))?
                    .hasSuffix(path.split(separator: "/").suffix(2).joined(separator: "/")) == true
            }
        }
        do {
            let file = try File.create(path)
            let appender = try Appender<Float>(file.root, "x", rowShape: [2])
            #expect(throws: HDF5Error.self) { try appender.append([1]) }
            #expect(try isOpen())
        }
        #expect(try !isOpen())
        do {
            let dataset = try File.open(path).root.dataset("x")
            #expect(try dataset.shape() == [0, 2])
            #expect(throws: HDF5Error.self) { try dataset.read(Int32.self) }
            #expect(try isOpen())
        }
        #expect(try !isOpen())
    }
}
