import Essentials
import Foundation
import TestSupport
import Testing

@Suite("Bytes of files")
struct FileBytesTests {
    @Test("as many as there are, or are asked for") func reading() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/file"
        let bytes = Data((0..<200_000).map { UInt8(truncatingIfNeeded: $0 &* 31) })
        try FileBytes.withFile(path, O_WRONLY | O_CREAT) {
            try FileBytes.write(bytes, to: $0)
            try FileBytes.synchronize($0)
        }
        #expect(try FileBytes.read(path, upTo: .max) == bytes)
        #expect(try FileBytes.read(path, upTo: 70_000) == bytes.prefix(70_000))
        #expect(FileBytes.count(path) == 200_000)
        #expect(FileBytes.count(path + "-not-there") == nil)
    }

    @Test("what the system refuses is said in its words") func reasons() {
        let missing = #expect(throws: POSIXError.self) { try FileBytes.read("/no/such/file", upTo: 8) }
        #expect(missing.map(SystemReason.text) == "no such file or directory")
        let folder = #expect(throws: POSIXError.self) { try FileBytes.read("/", upTo: 8) }
        #expect(folder.map(SystemReason.text) == "is a directory")
        let byFoundation = #expect(throws: CocoaError.self) { try Data(contentsOf: URL(fileURLWithPath: "/no/such/file")) }
        #expect(byFoundation.map(SystemReason.text) == "no such file or directory")
    }
}
