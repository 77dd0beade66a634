import DataSets
import Foundation
import Testing

@Suite struct UnlabeledTests {
    @Test func aFlatFolderAndAListOfClassNamesAreEnough() throws {
        let tree = try TemporaryTree("photos")
        try tree.images(5, in: ".")
        let names = try tree.write("names.txt", "cat\ndog\tsmall dog\n\n")
        let set = try tree.load { $0.classes = names }
        #expect(set.layout == .unlabeled)
        #expect(set.classes == [ClassName("cat"), ClassName("dog", phrase: "small dog")])
        #expect(set.training.map(\.path) == ["0001.jpg", "0002.jpg", "0003.jpg", "0004.jpg", "0005.jpg"])
        #expect(set.trainingLabels == [nil, nil, nil, nil, nil])
        #expect(set.test.isEmpty)
        #expect(set.warnings.isEmpty)
    }

    @Test func aTreeIsWalkedInByteOrder() throws {
        let tree = try TemporaryTree()
        for path in ["2024-b/1.jpg", "2024/b/2.jpg", "2024/a.png", "z.jpg", "A.jpg"] { try tree.write(path) }
        let names = try tree.write("names.txt", "cat\ndog\n")
        let set = try tree.load { $0.classes = names }
        #expect(set.layout == .unlabeled)
        #expect(set.images.map(\.path) == ["2024/a.png", "2024/b/2.jpg", "2024-b/1.jpg", "A.jpg", "z.jpg"])
        #expect(set.warnings.count == 1)
    }

    @Test func aListThatNamesNoneOfTheFoldersBesideItNeedsADecision() throws {
        let tree = try TemporaryTree()
        for path in ["2023/1.jpg", "2023/2.jpg", "2024/3.jpg", "2024/4.jpg"] { try tree.write(path) }
        try tree.write("classes.txt", "cat\ndog\n")
        #expect(
            try tree.refusal()
                == "\(tree.url.path) has folders of images, and classes.txt, which lies beside them, names none "
                + "of them. Ask for the layout class-folders if the folders are classes, or for the layout "
                + "unlabeled if the images in them carry no labels.")
        #expect(try tree.load { $0.layout = .unlabeled }.classes.map(\.name) == ["cat", "dog"])
        let folders = try tree.load { $0.layout = .classFolders }
        #expect(folders.classes.map(\.name) == ["2023", "2024"])
        #expect(folders.warnings.contains("classes.txt names none of the class folders and was not used."))
    }

    @Test func aClassListInAFlatFolderIsFound() throws {
        let tree = try TemporaryTree()
        try tree.images(3, in: ".")
        try tree.write("class_names.txt", "cat\ndog\n")
        #expect(try tree.load().classes.map(\.name) == ["cat", "dog"])
    }

    @Test func trainAndTestMayBothBeUnlabeled() throws {
        let tree = try TemporaryTree()
        try tree.images(3, in: "train")
        try tree.images(2, in: "test")
        try tree.write("classes.txt", "cat\ndog\n")
        let set = try tree.load()
        #expect(set.layout == .unlabeled)
        #expect(set.training.count == 3 && set.test.count == 2)
    }

    @Test func testImagesWithoutFoldersCarryNoLabels() throws {
        let tree = try TemporaryTree()
        for name in ["cat", "dog"] { try tree.images(2, in: "train/\(name)") }
        try tree.images(2, in: "test")
        let set = try tree.load()
        #expect(set.layout == .classFolders)
        #expect(set.test.map(\.label) == [nil, nil])
        #expect(set.warnings == ["The test images carry no labels: they get predictions, but no accuracy."])
    }

    @Test func aListThatNamesTheFoldersSetsTheOrderOfTheClasses() throws {
        let tree = try TemporaryTree()
        for name in ["sea_ice", "F-A-18", "été"] { try tree.images(2, in: name) }
        try tree.write("classes.txt", "été\nF/A-18\nsea ice\n")
        let set = try tree.load { $0.testFraction = 0 }
        #expect(set.layout == .classFolders)
        #expect(set.classes.map(\.name) == ["été", "F/A-18", "sea ice"])
        #expect(set.images.map(\.path).first == "été/0001.jpg")
        #expect(set.images.map(\.label) == [0, 0, 1, 1, 2, 2])
    }

    @Test func theListMayBeAskedToLeaveTheFoldersUnlabeled() throws {
        let tree = try TemporaryTree()
        for name in ["cat", "dog"] { try tree.images(2, in: name) }
        try tree.write("classes.txt", "cat\ndog\n")
        let set = try tree.load { $0.layout = .unlabeled }
        #expect(set.layout == .unlabeled)
        #expect(set.trainingLabels == [nil, nil, nil, nil])
    }
}
