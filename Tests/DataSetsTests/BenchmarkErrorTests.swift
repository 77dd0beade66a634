import DataSets
import Foundation
import Testing

@Suite struct BenchmarkErrorTests {
    /// DTD in the ELEVATER layout: lists of its own, folders linked to those of make_layouts.py.
    private func dtd() throws -> TemporaryTree {
        let tree = try TemporaryTree("DTD")
        let made = try LayoutTrees.root(of: "dtd-elevater")
        for part in ["train", "val", "test"] {
            try tree.link(part, to: made.appendingPathComponent(part).path)
            let list = made.appendingPathComponent("\(part).txt")
            try tree.write("\(part).txt", String(contentsOf: list, encoding: .utf8))
        }
        return tree
    }

    @Test func missingImagesAreCountedAndTheFirstThreeNamed() throws {
        let tree = try dtd()
        let lines = try String(contentsOf: tree.url.appendingPathComponent("train.txt"), encoding: .utf8)
        let lost = (1...5).map { "train.zip@banded/lost_\($0).jpg 0\n" }.joined()
        try tree.write("train.txt", lines + lost)
        #expect(
            try tree.refusal()
                == "train.txt names 5 images that are not in \(tree.url.path), the first: "
                + "train/banded/lost_1.jpg, train/banded/lost_2.jpg and train/banded/lost_3.jpg. Unpack or "
                + "copy them, or choose to skip missing images.")
        let set = try tree.load { $0.skipsMissingImages = true }
        #expect(set.training.count == 3 * 47)
        #expect(
            set.warnings.contains {
                $0.hasPrefix("train.txt names 5 images") && $0.hasSuffix("They are skipped.")
            })
    }

    @Test func aLabelOutOfRangeIsNamedWithItsLine() throws {
        let tree = try dtd()
        try tree.write("val.txt", "val.zip@banded/banded_0002.jpg 0\nval.zip@blotchy/blotchy_0002.jpg 47\n")
        #expect(
            try tree.refusal()
                == "Line 2 of \(tree.url.path)/val.txt has the label 47, but there are 47 classes (0 to 46).")
        try tree.write("val.txt", "val.zip@banded/banded_0002.jpg -1\n")
        #expect(try tree.refusal()?.contains("has the label -1") == true)
    }

    @Test(arguments: [
        "banded/banded_0002.jpg", "banded/banded_0002.jpg zero", "0", "a.zip@ 0",
        "99999999999999999999999999",
    ])
    func aLineThatIsNoPathAndLabelIsNamed(line: String) throws {
        let tree = try dtd()
        try tree.write("val.txt", "\u{feff}val.zip@banded/banded_0002.jpg 0\r\n\r\n\(line)\r\n")
        #expect(try tree.refusal()?.hasPrefix("Line 3 of \(tree.url.path)/val.txt ") == true)
    }

    @Test func byteOrderMarkAndWindowsLineEndsDoNotMatter() throws {
        let tree = try dtd()
        let plain = try tree.load()
        for part in ["train", "val", "test"] {
            let file = tree.url.appendingPathComponent("\(part).txt")
            let text = try String(contentsOf: file, encoding: .utf8)
            try tree.write(
                "\(part).txt", "\u{feff}" + text.replacingOccurrences(of: "\n", with: "\r\n") + "\r\n")
        }
        #expect(try tree.load() == plain)
    }

    @Test func extensionsMayBeInAnotherCaseThanInTheList() throws {
        let tree = try dtd()
        let list = try String(contentsOf: tree.url.appendingPathComponent("train.txt"), encoding: .utf8)
        try tree.write("train.txt", list.replacingOccurrences(of: ".jpg", with: ".JPG"))
        let set = try tree.load()
        #expect(set.training.count == 3 * 47)
        #expect(set.images.first?.path.hasSuffix(".jpg") == true)
    }

    @Test func missingPartsAreNamed() throws {
        let tree = try dtd()
        try FileManager.default.removeItem(at: tree.url.appendingPathComponent("val.txt"))
        #expect(
            try tree.refusal()
                == "\(tree.url.path) looks like DTD in the ELEVATER layout, but val.txt is missing. Fetch "
                + "what is missing, or ask for the layout class-folders if it is a data set of your own.")
        #expect(try tree.load { $0.layout = .classFolders }.layout == .classFolders)
    }

    @Test func archivesThatWereNotUnpackedAreNamed() throws {
        let tree = try dtd()
        try FileManager.default.removeItem(at: tree.url.appendingPathComponent("val"))
        try tree.write("val.zip")
        #expect(try tree.refusal()?.contains("val/ is missing. Unpack val.zip") == true)
    }

    @Test func otherClassNamesInTheListAreUsedWithANote() throws {
        let tree = try dtd()
        var names = Benchmark.dtd.classes
        names[0] = "striped like a bandage"
        try tree.write("class_names.txt", names.joined(separator: "\n"))
        let set = try tree.load()
        #expect(set.classes.first?.name == "striped like a bandage")
        #expect(set.warnings.contains { $0.contains("names 1 class of DTD differently") })
        try tree.write("class_names.txt", names.dropLast().joined(separator: "\n"))
        #expect(try tree.refusal() == "\(tree.url.path)/class_names.txt names 46 classes, but DTD has 47.")
    }

    @Test func aBenchmarkThatIsNotThereIsSaidToBeMissing() throws {
        let tree = try TemporaryTree("data")
        #expect(
            try tree.refusal { $0.benchmark = .cub }
                == "There is no CUB-200-2011 in \(tree.url.path): expected is a folder named CUB, "
                + "CUB_200_2011 or CUB-200-2011 with its files as distributed.")
        try tree.folder("cub")
        let asked = tree.url.appendingPathComponent("CUB_200_2011")
        #expect(throws: DataSetError("There is no folder \(asked.path). Did you mean \(tree.url.path)/cub?")) {
            try DataSet.load(from: asked)
        }
    }

    // MARK: Flowers102's lists

    /// Flowers102 as distributed, with lists of make_mat_lists.py.
    private func flowers(parts: String = "setid-double", labels: String = "imagelabels") throws
        -> TemporaryTree
    {
        let tree = try TemporaryTree("Flowers102")
        let made = try LayoutTrees.root(of: "flowers102-official")
        try tree.link("jpg", to: made.appendingPathComponent("jpg").path)
        for (fixture, name) in [(parts, "setid.mat"), (labels, "imagelabels.mat")] {
            let file = try #require(
                Bundle.module.url(forResource: fixture, withExtension: "mat", subdirectory: "Fixtures/mat"))
            try FileManager.default.copyItem(at: file, to: tree.url.appendingPathComponent(name))
        }
        return tree
    }

    @Test(arguments: ["double", "single", "int16", "uint16", "int32", "uint32", "int64", "uint64"])
    func listsOfEveryNumberTypeAreRead(type: String) throws {
        let set = try flowers(parts: "setid-\(type)").load()
        #expect(set.training.map(\.label) == Array(stride(from: 101, through: 0, by: -1)) * 2)
        #expect(set.training.first?.path == "jpg/image_00102.jpg")
        #expect(set.test.first?.path == "jpg/image_00306.jpg")
        #expect(set.test.count == 102)
    }

    @Test(arguments: [
        ("setid-without-tstid", "imagelabels", "has no list \"tstid\"."),
        (
            "setid-fraction", "imagelabels",
            "Element 1 of \"trnid\" in FOLDER/setid.mat is not a whole number."
        ),
        ("setid-complex", "imagelabels", "\"trnid\" in FOLDER/setid.mat is not a list of numbers."),
        ("setid-text", "imagelabels", "\"trnid\" in FOLDER/setid.mat is not a list of numbers."),
        ("setid-empty", "imagelabels", "The list \"trnid\" in FOLDER/setid.mat is empty."),
        (
            "setid-beyond", "imagelabels",
            "Number 1 of \"valid\" in FOLDER/setid.mat is image 404, but imagelabels.mat has the labels of "
                + "306 images."
        ),
        (
            "setid-double", "imagelabels-beyond",
            "Image 5 has the label 103 in FOLDER/imagelabels.mat, but there are 102 classes (1 to 102)."
        ),
    ])
    func wrongListsAreRefused(parts: String, labels: String, sentence: String) throws {
        let tree = try flowers(parts: parts, labels: labels)
        let refusal = try #require(try tree.refusal())
        #expect(refusal.contains(sentence.replacingOccurrences(of: "FOLDER", with: tree.url.path)))
    }

    @Test func damagedListsAreRefused() throws {
        let tree = try flowers()
        let file = tree.url.appendingPathComponent("setid.mat")
        let whole = try Data(contentsOf: file)
        for length in [0, 60, 128, 140, 200, 300, whole.count - 40] {
            try whole.prefix(length).write(to: file)
            #expect(try tree.refusal() != nil, "\(length) bytes")
        }
        try Data("no list".utf8).write(to: file)
        #expect(try tree.refusal() == "\(file.path) is not a MATLAB file.")
    }
}

private func * (list: [Int], times: Int) -> [Int] {
    Array(repeatElement(list, count: times).joined())
}
