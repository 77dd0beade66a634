import Foundation
import HDF5
import TestSupport
import Testing

@Suite("What is wrong is said in a sentence that names the file")
struct RefusalTests {
    let folder: TemporaryFolder
    let path: String

    init() throws {
        folder = try TemporaryFolder()
        path = folder.file("file.h5")
    }

    @Test("a missing file")
    func missing() {
        #expect(sentence { _ = try File.open(path) } == "\(path): no such file")
    }

    @Test("a folder")
    func directory() {
        #expect(sentence { _ = try File.open(folder.path) } == "\(folder.path): not a file")
    }

    @Test("an empty file")
    func empty() throws {
        try Data().write(to: URL(fileURLWithPath: path))
        #expect(sentence { _ = try File.open(path) } == "\(path): the file is empty, not an HDF5 file")
    }

    @Test("a text file")
    func text() throws {
        try Data("labels\n".utf8).write(to: URL(fileURLWithPath: path))
        #expect(sentence { _ = try File.open(path) } == "\(path): not an HDF5 file")
    }

    @Test("a file cut off anywhere", arguments: [0.99, 0.9, 0.5, 0.25])
    func truncated(fraction: Double) throws {
        let file = try File.create(path)
        for name in ["a", "b", "c"] {
            try file.root.write([Float](repeating: 1, count: 5000), shape: [5000], to: "group/\(name)")
        }
        try file.close()
        let whole = try Data(contentsOf: URL(fileURLWithPath: path))
        let cut = whole.prefix(Int(Double(whole.count) * fraction))
        try cut.write(to: URL(fileURLWithPath: path))
        let said = sentence { _ = try File.open(path) }
        #expect(said.hasPrefix("\(path): the file is truncated"))
        #expect(said.contains("\(cut.count) of "))
    }

    @Test("a group, dataset or parent that is not there")
    func absent() throws {
        let file = try File.create(path)
        try file.root.write([1 as Float], shape: [1], to: "group/data")
        #expect(
            sentence { _ = try file.root.dataset("group/date") } == "\(path): there is no dataset /group/date"
        )
        #expect(sentence { _ = try file.root.dataset("a/b/c") } == "\(path): there is no dataset /a/b/c")
        #expect(
            sentence { _ = try file.root.group("group/data") }.hasPrefix(
                "\(path): cannot open group /group/data"))
        #expect(
            sentence { _ = try file.root.dataset("group") }.hasPrefix("\(path): cannot open dataset /group"))
    }

    @Test("values of another type")
    func wrongType() throws {
        let file = try File.create(path)
        let dataset = try file.root.write([300, -1] as [Int32], shape: [2], to: "labels")
        #expect(sentence { _ = try dataset.read(UInt8.self) } == "\(path): /labels holds int32, not uint8")
        #expect(sentence { _ = try dataset.read(Float.self) } == "\(path): /labels holds int32, not float32")
        #expect(sentence { _ = try dataset.readStrings() } == "\(path): /labels holds int32, not string")
        #expect(try dataset.read(Int64.self) == [300, -1])
    }

    @Test("rows outside the dataset", arguments: [0..<4, 3..<4, -1..<2])
    func outOfRange(rows: Range<Int>) throws {
        let file = try File.create(path)
        let dataset = try file.root.write([1, 2, 3] as [Float], shape: [3], to: "x")
        #expect(
            sentence { _ = try dataset.read(Float.self, rows: rows) }.hasPrefix(
                "\(path): /x has 3 rows, not "))
        let scalar = try file.root.write([1 as Float], shape: [], to: "s")
        #expect(
            sentence { _ = try scalar.read(Float.self, rows: rows) }
                == "\(path): /s is a scalar and has no rows")
    }

    @Test("values that do not fill their shape", arguments: [[2], [4], [3, 2], [-3], [.max, .max]])
    func wrongShape(shape: [Int]) throws {
        let file = try File.create(path)
        #expect(
            sentence { try file.root.write([1, 2, 3] as [Float], shape: shape, to: "x") }
                == "\(path): /x: 3 values do not fill the shape \(shape)")
    }

    @Test("rows that are appended in part")
    func partialRow() throws {
        let file = try File.create(path)
        let appender = try Appender<Float>(file.root, "x", rowShape: [3])
        #expect(
            sentence { try appender.append([1, 2, 3, 4]) }
                == "\(path): /x: 4 elements are not whole rows of shape [3]")
    }

    @Test("text with a NUL character, which HDF5 would cut there")
    func nul() throws {
        let file = try File.create(path)
        #expect(
            sentence { try file.root.write(["a", "b\0c"], shape: [2], to: "names") }
                == #"\#(path): /names: the text "b\0c" contains a NUL character"#)
    }

    @Test("a dataset written twice")
    func twice() throws {
        let file = try File.create(path)
        try file.root.write([1 as Float], shape: [1], to: "x")
        #expect(
            sentence { try file.root.write([1 as Float], shape: [1], to: "x") }
                .hasPrefix("\(path): cannot create dataset /x"))
    }

    @Test("a folder that is not there")
    func unwritable() {
        let path = folder.file("nowhere/file.h5")
        #expect(
            sentence { _ = try File.create(path) }
                == "\(path): cannot create the file: no such file or directory")
    }

    @Test("use after closing")
    func closed() throws {
        let file = try File.create(path)
        let dataset = try file.root.write([1 as Float], shape: [1], to: "x")
        try file.close()
        try file.close()
        #expect(sentence { _ = try dataset.read(Float.self) }.hasPrefix("\(path): "))
        #expect(sentence { try file.root.write([1 as Float], shape: [1], to: "y") }.hasPrefix("\(path): "))
    }

    @Test("a shape that claims more than the file holds asks for no memory")
    func lyingShape() throws {
        // The extent of a contiguous dataset, found in the file by its value and enlarged.
        let file = try File.create(path)
        try file.root.write([Float](repeating: 0, count: 1_234_567), shape: [1_234_567], to: "x")
        try file.close()
        var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        let extent = withUnsafeBytes(of: UInt64(1_234_567).littleEndian) { Data($0) }
        let lie = withUnsafeBytes(of: (UInt64(1) << 60).littleEndian) { Data($0) }
        var start = bytes.startIndex
        while let found = bytes.range(of: extent, in: start..<bytes.endIndex) {
            bytes.replaceSubrange(found, with: lie)
            start = found.upperBound
        }
        try bytes.write(to: URL(fileURLWithPath: path))
        for rows in [nil, 0..<1 << 59] {
            let said = sentence { _ = try File.open(path).root.dataset("x").read(Float.self, rows: rows) }
            #expect(said.hasPrefix("\(path): "))
        }
    }
}
