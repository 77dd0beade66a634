import Foundation
import HDF5
import TestSupport
import Testing

@Suite("Every byte of a sealed file is checked before HDF5 reads it")
struct SealTests {
    let folder: TemporaryFolder
    let path: String

    init() throws {
        folder = try TemporaryFolder()
        path = folder.file("file.h5")
    }

    /// A file of numbers, texts and attributes, in which rows of two datasets take turns.
    func write(rows: Int, seed: UInt64) throws -> (floats: [Float], bytes: [UInt8], texts: [String]) {
        var random = SplitMix64(state: seed)
        let file = try File.create(path)
        let floats = (0..<rows).map { _ in Float.random(in: -1...1, using: &random) }
        let bytes = (0..<rows * 3).map { _ in UInt8.random(in: .min ... .max, using: &random) }
        let texts = (0..<rows % 1000).map { "text \($0)" }
        try file.root.attributes.set("title", to: "sealed")
        let first = try Appender<Float>(file.root, "group/floats", rowShape: [], chunkBytes: 10_000)
        let second = try Appender<UInt8>(file.root, "group/bytes", rowShape: [3], chunkBytes: 100_000)
        var row = 0
        while row < rows {
            let next = min(rows, row + Int.random(in: 1...7000, using: &random))
            try first.append(Array(floats[row..<next]))
            try second.append(Array(bytes[3 * row..<3 * next]))
            row = next
        }
        _ = try first.finish()
        _ = try second.finish()
        try file.root.write(texts, shape: [texts.count], to: "texts")
        try file.close()
        return (floats, bytes, texts)
    }

    /// Everything in the file, or nil where it is refused.
    func content() -> (floats: [Float], bytes: [UInt8], texts: [String], title: AttributeValue?)? {
        guard let file = try? File.open(path), let floats = try? file.root.dataset("group/floats").read(Float.self),
            let bytes = try? file.root.dataset("group/bytes").read(UInt8.self),
            let texts = try? file.root.dataset("texts").readStrings(), let title = try? file.root.attributes.value("title")
        else { return nil }
        return (floats, bytes, texts, title)
    }

    @Test("of any size, written in any order", arguments: [0, 1, 100, 16_384, 20_000, 70_001, 400_000])
    func sizes(rows: Int) throws {
        let written = try write(rows: rows, seed: UInt64(rows))
        let file = try File.open(path)
        #expect(file.isSealed)
        try file.verifySeal()
        let read = try #require(content())
        #expect(read.floats == written.floats && read.bytes == written.bytes && read.texts == written.texts)
        #expect(read.title == .string("sealed"))
    }

    @Test("a changed byte is refused wherever it is, or changes nothing that is read")
    func changedBytes() throws {
        let written = try write(rows: 5000, seed: 1)
        let sound = try Data(contentsOf: URL(fileURLWithPath: path))
        var random = SplitMix64(state: 2)
        var refused = 0
        for _ in 0..<300 {
            var damaged = sound
            damaged[Int.random(in: 0..<damaged.count, using: &random)] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            try damaged.write(to: URL(fileURLWithPath: path))
            if let file = try? File.open(path), file.isSealed {
                #expect(throws: HDF5Error.self) { try file.verifySeal() }
            }
            guard let read = content() else {
                refused += 1
                continue
            }
            // The magic number of the seal itself: the file counts as one that was never sealed.
            #expect(read.floats == written.floats && read.bytes == written.bytes && read.texts == written.texts)
        }
        // The rest lies where no value is: in rows that a chunk has room for.
        #expect(refused > 100)
    }

    @Test("rows are checked as they are read: those before the damage are there, those behind it too")
    func streaming() throws {
        let written = try write(rows: 400_000, seed: 3)
        var data = try Data(contentsOf: URL(fileURLWithPath: path))
        let place = try #require(data.range(of: Data(written.bytes[600_000..<600_032])))
        data[place.lowerBound] ^= 1
        try data.write(to: URL(fileURLWithPath: path))
        let file = try File.open(path)
        let bytes = try file.root.dataset("group/bytes")
        #expect(try bytes.read(UInt8.self, rows: 0..<1000) == Array(written.bytes[0..<3000]))
        #expect(try bytes.read(UInt8.self, rows: 399_000..<400_000) == Array(written.bytes[1_197_000...]))
        let error = #expect(throws: HDF5Error.self) { try bytes.read(UInt8.self, rows: 199_999..<200_001) }
        #expect(error?.description.contains("are not what was written: the file is damaged") == true)
        #expect(error?.description.hasPrefix("\(path): cannot read /group/bytes: bytes ") == true)
    }

    @Test("what another program appends makes a file one without a seal, and changed lengths are said")
    func lengths() throws {
        _ = try write(rows: 100, seed: 4)
        let sound = try Data(contentsOf: URL(fileURLWithPath: path))
        try (sound + Data("more".utf8)).write(to: URL(fileURLWithPath: path))
        #expect(try !File.open(path).isSealed)
        var shifted = sound
        shifted.insert(contentsOf: [UInt8](repeating: 0, count: 16), at: 5000)
        try shifted.write(to: URL(fileURLWithPath: path))
        let error = #expect(throws: HDF5Error.self) { try File.open(path) }
        #expect(error?.description == "\(path): its length is not the one that it was sealed with")
    }
}
