import Foundation
import HDF5
import TestSupport
import Testing

@Suite("What is written is read back")
struct RoundTripTests {
    let folder: TemporaryFolder
    let path: String

    init() throws {
        folder = try TemporaryFolder()
        path = folder.file("file.h5")
    }

    @Test("numbers of every type, with shape and dimension names")
    func numbers() throws {
        let file = try File.create(path)
        try file.root.write([1, 2, 255] as [UInt8], shape: [3], to: "a/bytes")
        try file.root.write([Int32.min, 0, .max, -7], shape: [2, 2], to: "a/int32")
            .setDimensionNames(["image", "class"])
        try file.root.write([Int64.min, .max], shape: [2], to: "a/int64")
        try file.root.write([0.1 as Float, -.infinity, .nan], shape: [3, 1, 1], to: "a/b/float")
        try file.root.write([Double.pi], shape: [], to: "scalar")
        try file.close()

        let root = try File.open(path).root
        #expect(try root.dataset("a/bytes").read(UInt8.self) == [1, 2, 255])
        let matrix = try root.dataset("a/int32")
        #expect(try matrix.read(Int32.self) == [.min, 0, .max, -7])
        #expect(try matrix.shape() == [2, 2])
        #expect(try matrix.dimensionNames() == ["image", "class"])
        #expect(try root.dataset("a/int64").read(Int64.self) == [.min, .max])
        let floats = try root.dataset("a/b/float").read(Float.self)
        #expect(floats[0] == 0.1 && floats[1] == -.infinity && floats[2].isNaN)
        #expect(try root.dataset("scalar").read(Double.self) == [.pi])
        #expect(try root.dataset("scalar").shape() == [])
    }

    @Test("millions of numbers in a wider type than theirs")
    func widening() throws {
        let values = (0..<2_000_000).map { Int32($0) }
        let file = try File.create(path)
        let dataset = try file.root.write(values, shape: [values.count], to: "values")
        #expect(try dataset.read(Int64.self).elementsEqual(0..<2_000_000))
        let appender = try Appender<Int32>(file.root, "appended", rowShape: [])
        try appender.append(values)
        #expect(try appender.finish().read(Int64.self).elementsEqual(0..<2_000_000))
    }

    @Test("text of every script, empty text and many texts")
    func text() throws {
        let texts = [
            "", "plain", "Käfer / \"quoted\" 'single'", "サメ", "🦈🦈", String(repeating: "long ", count: 50_000),
        ]
        let many = (0..<20_000).map { "image \($0).jpg" }
        let file = try File.create(path)
        try file.root.write(texts, shape: [3, 2], to: "texts")
        try file.root.write(many, shape: [many.count], to: "many")
        try file.close()

        let root = try File.open(path).root
        #expect(try root.dataset("texts").readStrings() == texts)
        #expect(try root.dataset("texts").readStrings(rows: 1..<2) == Array(texts[2...3]))
        #expect(try root.dataset("many").readStrings() == many)
    }

    @Test("datasets without elements")
    func empty() throws {
        let file = try File.create(path)
        try file.root.write([] as [Float], shape: [0, 512], to: "features")
        try file.root.write([] as [String], shape: [0], to: "names")
        _ = try Appender<UInt8>(file.root, "pixels", rowShape: []).finish()
        try file.close()

        let root = try File.open(path).root
        #expect(try root.dataset("features").read(Float.self) == [])
        #expect(try root.dataset("features").shape() == [0, 512])
        #expect(try root.dataset("names").readStrings() == [])
        #expect(try root.dataset("pixels").read(UInt8.self) == [])
        #expect(try root.dataset("pixels").shape() == [0])
    }

    @Test("attributes of groups and datasets, in the order of writing")
    func attributes() throws {
        let file = try File.create(path)
        try file.root.attributes.set("schema", to: "cap-ünïts")
        try file.root.attributes.set("version", to: Int64(-3))
        try file.root.attributes.set("half", to: 0.5)
        try file.root.attributes.set("large", to: String(repeating: "x", count: 200_000))
        try file.root.write([1 as Int32], shape: [1], to: "data").attributes.set("unit", to: "pixel")
        try file.close()

        let root = try File.open(path).root
        #expect(try root.attributes.names() == ["schema", "version", "half", "large"])
        #expect(try root.attributes.value("schema") == .string("cap-ünïts"))
        #expect(try root.attributes.value("version") == .int(-3))
        #expect(try root.attributes.value("half") == .float(0.5))
        #expect(try root.attributes.value("large")?.description.count == 200_000)
        #expect(try root.attributes.value("missing") == nil)
        #expect(try root.dataset("data").attributes.value("unit") == .string("pixel"))
    }

    @Test("groups list their members in the order of writing", arguments: [["z", "a", "m"]])
    func members(names: [String]) throws {
        let file = try File.create(path)
        for name in names { try file.root.write([1 as Float], shape: [1], to: "group/\(name)") }
        try file.close()

        let root = try File.open(path).root
        #expect(try root.names() == ["group"])
        #expect(try root.group("group").names() == names)
        #expect(try root.kind("group") == .group)
        #expect(try root.kind("group/a") == .dataset)
        #expect(try root.kind("group/b/c") == nil)
    }

    @Test("rows appended in pieces of any size", arguments: [1, 7, 64, 100, 1000])
    func appending(piece: Int) throws {
        let rows = 1000
        let width = 3
        let values = (0..<rows * width).map { Int32($0) }
        let file = try File.create(path)
        let appender = try Appender<Int32>(file.root, "rows", rowShape: [width], chunkBytes: 64 * width * 4)
        var start = 0
        while start < rows {
            let end = min(rows, start + piece)
            try appender.append(Array(values[start * width..<end * width]))
            start = end
        }
        #expect(appender.count == rows)
        let dataset = try appender.finish()
        try dataset.setDimensionNames(["row", "column"])
        try file.close()

        let read = try File.open(path).root.dataset("rows")
        #expect(try read.shape() == [rows, width])
        #expect(try read.read(Int32.self) == values)
        #expect(try read.read(Int32.self, rows: 63..<130) == Array(values[63 * width..<130 * width]))
        #expect(try read.dimensionNames() == ["row", "column"])
    }
}
