import DataSets
import Foundation
import Testing

@Suite struct ClassFolderTests {
    @Test func trainAndTestFoldersGiveThePartsAndTheClassesInByteOrder() throws {
        let tree = try TemporaryTree("shapes")
        for (folder, count) in [("train/b", 2), ("train/a", 3), ("train/B", 2), ("test/a", 1), ("test/b", 1)] {
            try tree.images(count, in: folder)
        }
        try tree.images(1, in: "test/B")
        let set = try tree.load()
        #expect(set.name == "shapes")
        #expect(set.layout == .classFolders)
        #expect(set.classes.map(\.name) == ["B", "a", "b"])
        #expect(set.training.map(\.label) == [0, 0, 1, 1, 1, 2, 2])
        #expect(set.test.map(\.path) == ["test/B/0001.jpg", "test/a/0001.jpg", "test/b/0001.jpg"])
        #expect(set.images[2].path == "train/a/0001.jpg")
        #expect(set.images[2].url.path == tree.url.path + "/train/a/0001.jpg")
    }

    @Test func validationImagesBelongToTrainingAfterItsOwn() throws {
        let tree = try TemporaryTree()
        for part in ["Train", "val", "test"] {
            for name in ["cat", "dog"] { try tree.images(2, in: "\(part)/\(name)") }
        }
        let set = try tree.load()
        #expect(
            set.training.map(\.path).map { $0.prefix(9) } == [
                "Train/cat", "Train/cat", "Train/dog", "Train/dog", "val/cat/0", "val/cat/0", "val/dog/0",
                "val/dog/0",
            ])
        #expect(set.test.count == 4)
        #expect(set.warnings.isEmpty)
    }

    @Test func validationStandsInForAMissingTestFolder() throws {
        let tree = try TemporaryTree()
        for part in ["train", "val"] {
            for name in ["cat", "dog"] { try tree.images(2, in: "\(part)/\(name)") }
        }
        let set = try tree.load()
        #expect(set.training.count == 4)
        #expect(set.test.count == 4)
        #expect(set.warnings == ["There is no test folder: the images under val/ are the test images."])
    }

    /// numpy.random.RandomState(0).permutation(10)[:2] is [2, 8], and of the ten after it [3, 5].
    @Test func foldersWithoutPartsAreSplitAsDocumented() throws {
        let tree = try TemporaryTree()
        for name in ["cat", "dog"] { try tree.images(10, in: name) }
        let set = try tree.load()
        #expect(set.test.map(\.path) == ["cat/0003.jpg", "cat/0009.jpg", "dog/0004.jpg", "dog/0006.jpg"])
        #expect(set.training.count == 16)
        #expect(try tree.load() == set)
        #expect(try tree.load { $0.testSeed = 1 }.test.map(\.path) != set.test.map(\.path))
        #expect(try tree.load { $0.testFraction = 0 }.test.isEmpty)
    }

    @Test func aFolderNamedTrainAmongOthersIsAClass() throws {
        let tree = try TemporaryTree()
        for name in ["train", "bus", "car"] { try tree.images(4, in: name) }
        #expect(try tree.load().classes.map(\.name) == ["bus", "car", "train"])
    }

    @Test func extensionsCountInAnyCaseAndHiddenFilesDoNot() throws {
        let tree = try TemporaryTree()
        for name in ["a/1.JPG", "a/2.Jpeg", "a/3.pNg", "a/._1.JPG", "a/.DS_Store", "b/1.jpg", "b/2.jpg"] {
            try tree.write(name)
        }
        try tree.write("__MACOSX/a/1.jpg")
        let set = try tree.load { $0.testFraction = 0 }
        #expect(set.images.map(\.path) == ["a/1.JPG", "a/2.Jpeg", "a/3.pNg", "b/1.jpg", "b/2.jpg"])
    }
}
