import Artifacts
import Foundation
import HDF5
import Testing

@Suite("The outline of any HDF5 file")
struct OutlineTests {
    let outline: Outline

    init() throws {
        let path = try #require(
            Bundle.module.path(forResource: "foreign", ofType: "h5", inDirectory: "Fixtures"))
        outline = try Outline(of: path, values: 3)
    }

    func dataset(_ path: String) throws -> Outline.Dataset {
        try #require(outline.datasets.first { $0.path == path })
    }

    @Test("has root attributes of several types")
    func attributes() {
        let values = Dictionary(uniqueKeysWithValues: outline.attributes.map { ($0.name, $0.value) })
        #expect(
            values == ["title": .string("measurements"), "count": .int(3), "range": .floats([0.5, 1.5])])
    }

    @Test(
        "has the types, and first values of those that are numbers or text",
        arguments: [
            ("group/inner/fixed", "string", ["abc", "de"]),
            ("group/inner/half", "float16", ["0.0", "1.0", "2.0"]),
            ("group/inner/big_endian", "int16", ["-1", "256"]),
            ("group/inner/packed", "float64", ["7.0", "7.0", "7.0"]),
            ("group/inner/flags", "enumeration", []),
            ("group/inner/records", "compound", []),
            ("group/inner/large", "uint64", []),
            ("empty", "float32", []),
            ("text", "string", ["scalar text, ünïcödé"]),
            ("claimed", "float64", ["0.0", "0.0", "0.0"]),
        ])
    func values(path: String, type: String, first: [String]) throws {
        let dataset = try dataset(path)
        #expect(dataset.type == type)
        #expect(dataset.problem == nil)
        switch dataset.firstValues {
        case .ints(let values): #expect(values.map { "\($0)" } == first)
        case .floats(let values): #expect(values.map { "\($0)" } == first)
        case .strings(let values): #expect(values == first)
        case .none: #expect(first.isEmpty)
        }
    }

    @Test("has shapes, dimension names and units where they are given")
    func dimensions() throws {
        let packed = try dataset("group/inner/packed")
        #expect(packed.shape == [1000, 100])
        #expect(packed.dimensions == ["row", ""])
        #expect(packed.unit == "m")
        #expect(try dataset("claimed").shape == [1 << 40, 1 << 20])
    }

    @Test("names every object once, however it is linked")
    func links() throws {
        #expect(outline.groups.count == 2)
        #expect(outline.links.contains("nowhere"))
        #expect(outline.links.contains { $0.hasSuffix("inner/root") })
        #expect(
            Set(outline.datasets.map { $0.path.split(separator: "/").last }).count == outline.datasets.count)
    }

    @Test("can be restricted to a part")
    func restriction() throws {
        #expect(try outline.restricted(to: "/text").datasets.map(\.path) == ["text"])
        #expect(try outline.restricted(to: "group/inner").datasets.count == 7)
        #expect(throws: ArtifactError.self) { try outline.restricted(to: "group/in") }
    }
}
