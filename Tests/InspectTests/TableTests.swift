import Artifacts
import Foundation
import TestSupport
import Testing
import Vocabulary

@Suite("Tables as CSV")
struct TableTests {
    let folder: TemporaryFolder
    let path: String

    init() throws {
        folder = try TemporaryFolder()
        path = folder.file("labels.h5")
        try LabelsExample.write(to: path, names: ["cat", "a \"dog\", or two"], k: 2, pseudolabels: [0, 0, 1])
    }

    @Test("a group's datasets stand side by side, with the rows counted")
    func group() throws {
        let outcome = try Inspect.run([path, "--csv", "pseudolabeled"])
        #expect(outcome.status == 0)
        #expect(
            outcome.output
                == "pseudolabeled,image,label,confidence,origin\r\n0,0,cat,0.5,zero-shot\r\n1,1,cat,0.5,zero-shot\r\n"
                + "2,2,\"a \"\"dog\"\", or two\",0.5,zero-shot\r\n")
        // There is no features.h5 that would know the images' paths.
        #expect(outcome.errors.hasPrefix("cap-inspect: \(path): images stay numbers"))
    }

    @Test("every code of every kind of artifact has a name of its own, which is at its number")
    func codes() {
        #expect(ImageSplit.codes == ["train", "test"])
        #expect(ImageRole.codes == ["unlabeled", "labeled", "test", "unused"])
        #expect(PseudolabelOrigin.codes == ["zero-shot", "description", "training", "candidate"])
        for dataset in ArtifactSchema.all.flatMap(\.datasets) { #expect((dataset.unit == "code") == !dataset.codes.isEmpty) }
    }

    @Test("classes are named, and quoted where they need it")
    func classes() throws {
        let outcome = try Inspect.run([path, "--csv", "classes/name"])
        #expect(
            outcome.output
                == "class,classes/name\r\ncat,cat\r\n\"a \"\"dog\"\", or two\",\"a \"\"dog\"\", or two\"\r\n")
    }

    @Test("text that a spreadsheet would compute has an apostrophe before it, numbers have none")
    func formulas() throws {
        let names = ["=1+1", "+x", "-y", "@z", "-5", "a;=b"]
        try LabelsExample.write(to: path, names: names, k: 2, pseudolabels: [0])
        let outcome = try Inspect.run([path, "--csv", "classes/name"])
        let cells = ["'=1+1", "'+x", "'-y", "'@z", "-5", "\"a;=b\""]
        #expect(outcome.output == "class,classes/name\r\n" + cells.map { "\($0),\($0)\r\n" }.joined())
    }

    @Test("a column of other rows is left out, and said so")
    func others() throws {
        let outcome = try Inspect.run([path, "--csv", "/"])
        #expect(outcome.output.hasPrefix("class,classes/name\r\n"))
        #expect(outcome.errors.contains("pseudolabeled/image is left out"))
    }

    @Test("what is not there is one sentence")
    func missing() throws {
        let outcome = try Inspect.run([path, "--csv", "nothing"])
        #expect(outcome.status == 1)
        #expect(outcome.errors == "cap-inspect: \(path): there is no group or dataset nothing\n")
    }
}

@Suite("Differences of two files")
struct DifferenceTests {
    let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    @Test("parameters, attributes and data that differ are listed, the others are not")
    func files() throws {
        let (first, second) = (folder.file("first.h5"), folder.file("second.h5"))
        try LabelsExample.write(to: first, names: ["cat", "dog"], k: 2, pseudolabels: [0, 0, 1])
        try LabelsExample.write(to: second, names: ["cat", "dog"], k: 3, pseudolabels: [0, 1, 1])
        let outcome = try Inspect.run([first, "--diff", second])
        #expect(outcome.status == 0)
        #expect(
            outcome.output == """
                first.h5
                  parameter k          2 → 3
                  k                    2 → 3
                  pseudolabeled/label  1 of 3 values differ

                """)
    }

    @Test("the same data are said to be the same")
    func equal() throws {
        let (first, second) = (folder.file("first.h5"), folder.file("second.h5"))
        for path in [first, second] {
            try LabelsExample.write(to: path, names: ["cat", "dog"], k: 2, pseudolabels: [0, 0, 1])
        }
        let outcome = try Inspect.run([first, "--diff", second])
        #expect(outcome.output == "first.h5\n  the same parameters and the same data\n")
    }

    @Test("folders are compared file by file")
    func folders() throws {
        let folders = ["a", "b"].map { folder.file($0) }
        for folder in folders {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            try LabelsExample.write(to: folder + "/labels.h5", names: ["cat"], k: 2, pseudolabels: [0])
        }
        try FileManager.default.copyItem(atPath: folders[0] + "/labels.h5", toPath: folders[0] + "/other.h5")
        let outcome = try Inspect.run([folders[0], "--diff", folders[1]])
        #expect(
            outcome.output
                == "labels.h5\n  the same parameters and the same data\n\nother.h5\n  only in the first\n")
    }
}

/// A small `labels.h5`.
enum LabelsExample {
    static func write(to path: String, names: [String], k: Int, pseudolabels: [Int32]) throws {
        let provenance = try Provenance(
            arguments: ["cap-label"], parameters: ["k": .int(k)], inputs: [], software: [:], seed: nil)
        let writer = try ArtifactWriter(path, schema: .labels, provenance: provenance)
        try writer.write(names, to: \.classes.name)
        try writer.write([] as [Int32], to: \.labeled.image)
        try writer.write([] as [Int32], to: \.labeled.label)
        try writer.write(pseudolabels.indices.map { Int32($0) }, to: \.pseudolabeled.image)
        try writer.write(pseudolabels, to: \.pseudolabeled.label)
        try writer.write([Float](repeating: 0.5, count: pseudolabels.count), to: \.pseudolabeled.confidence)
        try writer.write([PseudolabelOrigin](repeating: .zeroShot, count: pseudolabels.count), to: \.pseudolabeled.origin)
        try writer.write([0, 7] as [Int32], to: \.unlabeledImages)
        try writer.write([] as [Int32], to: \.split.seen)
        try writer.write([] as [Int32], to: \.split.unseen)
        try writer.set(\.paradigm, to: .ul)
        try writer.set(\.k, to: k)
        try writer.commit()
    }
}
