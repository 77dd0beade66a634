import Artifacts
import Essentials
import Foundation
import TestSupport
import Testing
import Vocabulary

@Suite("What cap-inspect shows of an artifact")
struct OutputTests {
    let folder: TemporaryFolder
    let path: String

    init() throws {
        folder = try TemporaryFolder()
        path = folder.file("labels.h5")
        let provenance = try Provenance(
            arguments: ["cap-label", "features of mine.h5"], parameters: ["k": 16, "exclusive": false],
            inputs: [],
            software: ["CAP": "0.1.0"], seed: nil)
        let writer = try ArtifactWriter(path, schema: .labels, provenance: provenance)
        try writer.write(["cat", #"a "dog"/犬"#], to: \.classes.name)
        try writer.write([] as [Int32], to: \.labeled.image)
        try writer.write([] as [Int32], to: \.labeled.label)
        try writer.write([3, 1, 4, 1, 5, 9, 2, 6] as [Int32], to: \.pseudolabeled.image)
        try writer.write([0, 0, 0, 0, 1, 1, 1, 1] as [Int32], to: \.pseudolabeled.label)
        try writer.write([0.1, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 1] as [Float], to: \.pseudolabeled.confidence)
        try writer.write([PseudolabelOrigin](repeating: .zeroShot, count: 8), to: \.pseudolabeled.origin)
        try writer.write([0, 7, 8] as [Int32], to: \.unlabeledImages)
        try writer.write([] as [Int32], to: \.split.seen)
        try writer.write([0, 1] as [Int32], to: \.split.unseen)
        try writer.set(\.paradigm, to: .ul)
        try writer.set(\.k, to: 16)
        try writer.commit()
    }

    @Test("a line for every dataset, with dimensions, type, unit and first values")
    func text() throws {
        let outcome = try Inspect.run([path])
        #expect(outcome.status == 0)
        for line in [
            "  command   cap-label 'features of mine.h5'",
            "  paradigm  ul",
            "  exclusive  false",
            "classes/",
            #"  name        [class 2]          string   text         "cat" "a \"dog\"/犬""#,
            "  image       [pseudolabeled 8]  int32    image index  3 1 4 1 5 9 …",
            "  confidence  [pseudolabeled 8]  float32  1            0.1 0.9 0.8 0.7 0.6 0.5 …",
            "  seen        [seen 0]           int32    class index",
        ] {
            #expect(outcome.output.contains(line + "\n"))
        }
        #expect(!outcome.output.contains("\u{1B}"))
    }

    @Test("a part of it, with as many values as asked for and what they mean")
    func part() throws {
        let outcome = try Inspect.run([path, "pseudolabeled/image", "--first", "8", "--long"])
        #expect(
            outcome.output == """
                pseudolabeled/
                  image  [pseudolabeled 8]  int32  image index  3 1 4 1 5 9 2 6
                    pseudolabeled images

                """)
    }

    @Test("JSON with parameters, datasets and values")
    func json() throws {
        let outcome = try Inspect.run([path, "--json"])
        guard case .object(let fields) = try JSONValue(parsing: outcome.output),
            case .array(let datasets)? = fields["datasets"]
        else {
            Issue.record("not the expected JSON: \(outcome.output)")
            return
        }
        #expect(fields["parameters"] == ["k": 16, "exclusive": false])
        #expect(fields["inputs"] == [])
        #expect(
            datasets.contains([
                "path": "unlabeled/image", "type": "int32", "shape": [3], "dimensions": ["unlabeled"],
                "unit": "image index", "description": "images without a label", "attributes": [:],
                "values": [0, 7, 8],
            ]))
    }

    @Test("all values of one dataset for a shell script")
    func values() throws {
        #expect(try Inspect.run([path, "--value", "unlabeled/image"]).output == "0\n7\n8\n")
        #expect(try Inspect.run([path, "--value", "classes/name"]).output == "cat\na \"dog\"/犬\n")
        #expect(try Inspect.run([path, "--value", "labeled/image"]).output == "")
        #expect(
            try Inspect.run([path, "--value", "pseudolabeled/confidence"]).output.hasPrefix("0.1\n0.9\n"))
    }

    @Test("whether its data is still what was written")
    func verification() throws {
        let intact = try Inspect.run([path, "--verify"])
        #expect(intact.status == 0)
        #expect(intact.errors == "cap-inspect: \(path): intact\n")
        var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        let name = try #require(bytes.range(of: Data("cat".utf8)))
        bytes[name.lowerBound] = UInt8(ascii: "b")
        try bytes.write(to: URL(fileURLWithPath: path))
        let damaged = try Inspect.run([path, "--verify"])
        #expect(damaged.status == 1)
        #expect(damaged.errors.contains("are not what was written: the file is damaged"))
    }
}
