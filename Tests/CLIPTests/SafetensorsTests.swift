import CLIP
import Foundation
import Tensors
import TestSupport
import Testing

@Suite("A safetensors file")
struct SafetensorsTests {
    let folder = try! TemporaryFolder()

    var url: URL { folder.url.appendingPathComponent("weights.safetensors") }

    /// Writes a file with the given header and bytes of numbers.
    func write(header: String, numbers: Int, length: UInt64? = nil) throws {
        let json = Data(header.utf8)
        let count = length ?? UInt64(json.count)
        let prefix = Data((0..<8).map { UInt8(truncatingIfNeeded: count >> (8 * $0)) })
        try (prefix + json + Data(repeating: 0, count: numbers)).write(to: url)
    }

    func sentence() throws -> String {
        let error = #expect(throws: CLIPError.self) { try SafetensorsFile(url) }
        return try #require(error?.description)
    }

    @Test func writtenTensorsAreReadBack() throws {
        let a = try Tensor([1, -2.5, 3, 65504] as [Float], shape: [2, 2])
        let b = try Tensor([7] as [Float], shape: [])
        for type in [SafetensorsType.float32, .float16] {
            try SafetensorsFile.write(
                [("a", a), ("b", b)], to: url, as: type, metadata: ["made": "\"here\""])
            let file = try SafetensorsFile(url)
            #expect(file.names == ["a", "b"])
            #expect(file.metadata == ["made": "\"here\""])
            #expect(file.shape("a") == [2, 2])
            #expect(file.shape("b") == [])
            #expect(try file.tensor("a").floats() == [1, -2.5, 3, 65504])
            #expect(try file.tensor("b").floats() == [7])
        }
    }

    @Test func aHeaderLongerThanTheFileIsRefused() throws {
        try write(header: "{}", numbers: 0, length: 1 << 40)
        #expect(try sentence().contains("its header should have 1099511627776 bytes, the file has 10"))
    }

    @Test func aFileThatIsTooShortIsRefused() throws {
        try Data([1, 2, 3]).write(to: url)
        #expect(try sentence() == "\(url.path) has 3 bytes, too few for a safetensors file.")
    }

    @Test func anEmptyAndAMissingFileAreRefused() throws {
        #expect(try sentence().contains("cannot be opened: No such file or directory"))
        try Data().write(to: url)
        #expect(try sentence().contains("has 0 bytes"))
    }

    @Test func aCutFileNamesTheTensorThatIsCut() throws {
        try write(header: #"{"a": {"dtype": "F32", "shape": [4], "data_offsets": [0, 16]}}"#, numbers: 10)
        #expect(try sentence().contains("is cut short: tensor a ends at byte"))
    }

    @Test(arguments: [
        (#"{"a": {"dtype": "F32", "shape": [4], "data_offsets": [0, 12]}}"#, "shape [4] of F32 needs 16"),
        (#"{"a": {"dtype": "F32", "shape": [4], "data_offsets": [16, 0]}}"#, "impossible byte offsets"),
        (#"{"a": {"dtype": "F32", "shape": [4], "data_offsets": [-4, 12]}}"#, "impossible byte offsets"),
        (#"{"a": {"dtype": "F32", "shape": [4], "data_offsets": [0]}}"#, "impossible byte offsets"),
        (#"{"a": {"dtype": "F32", "shape": [-4], "data_offsets": [0, 16]}}"#, "impossible shape"),
        (
            #"{"a": {"dtype": "F32", "shape": [4611686018427387904, 4], "data_offsets": [0, 16]}}"#,
            "impossible shape"
        ),
        (
            #"{"a": {"dtype": "F8_E4M3", "shape": [16], "data_offsets": [0, 16]}}"#,
            "tensor a has the unknown dtype \"F8_E4M3\""
        ),
        (#"{"a": {"dtype": "F32", "shape": [4]}}"#, "\"a.data_offsets\" is missing"),
        (#"{"a": {"dtype": "F32", "shape": 4, "data_offsets": [0, 16]}}"#, "\"a.shape\" should be a list"),
        (
            #"{"a": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}}"#,
            "8 bytes after tensor a belong to no tensor"
        ),
        (
            #"{"a": {"dtype": "F32", "shape": [2], "data_offsets": [8, 16]}}"#,
            "8 bytes before tensor a belong to no tensor"
        ),
        (
            #"{"a": {"dtype": "F32", "shape": [4], "data_offsets": [0, 16]}, "#
                + #""b": {"dtype": "U8", "shape": [8], "data_offsets": [8, 16]}}"#,
            "tensor b overlaps tensor a"
        ),
        (#"{"a": "#, "this is not valid JSON"),
    ])
    func aLyingHeaderIsRefused(header: String, reason: String) throws {
        try write(header: header, numbers: 16)
        let found = try sentence()
        #expect(found.contains(reason), "\(found)")
        #expect(found.contains(url.path))
    }

    @Test func anUnwritableFolderIsASentence() throws {
        let nowhere = folder.url.appendingPathComponent("missing/weights.safetensors")
        let error = #expect(throws: CLIPError.self) { try SafetensorsFile.write([], to: nowhere) }
        #expect(error?.description == "\(nowhere.path) cannot be written: No such file or directory.")
    }
}
