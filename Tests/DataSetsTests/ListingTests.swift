import DataSets
import Foundation
import Testing

/// Which files of a folder are images, and what is said of the others.
@Suite struct ListingTests {
    private let jpeg: [UInt8] = [0xFF, 0xD8, 0xFF, 0xE0, 0, 16]

    private func write(_ bytes: [UInt8], _ path: String, in tree: TemporaryTree) throws {
        try tree.write(path)
        try Data(bytes).write(to: tree.url.appendingPathComponent(path))
    }

    private func twoClasses() throws -> TemporaryTree {
        let tree = try TemporaryTree()
        for name in ["cat", "dog"] { try tree.images(4, in: name) }
        return tree
    }

    @Test(arguments: [
        "photo", "photo.jpg_large", "photo.jpg!d", "photo.jpg.download", "photo.jpeg~", "photo.JPG ", "photo.txt", "photo.bak",
        "photo.jpg?name=large", "1.0", "photo.",
    ])
    func aFileThatBeginsAsAnImageIsOneWhateverItIsCalled(_ name: String) throws {
        let tree = try twoClasses()
        try write(jpeg, "cat/\(name)", in: tree)
        let set = try tree.load { $0.testFraction = 0 }
        #expect(set.images.map(\.path).contains("cat/\(name)"))
        #expect(set.leftOut.isEmpty)
    }

    @Test(arguments: ["x.JPG", "x.Jpeg", "x.jfif", "x.PNG"])
    func aFileThatIsNamedAsAnImageIsListedUnopened(_ name: String) throws {
        let tree = try twoClasses()
        try tree.write("cat/\(name)", "no image, as decoding will tell")
        #expect(try tree.load().images.map(\.path).contains("cat/\(name)"))
    }

    @Test func everyFileThatIsNotTakenIsCountedWithItsReason() throws {
        let tree = try twoClasses()
        try tree.write("cat/notes.txt", "text")
        try tree.write("dog/b.txt", "text")
        try tree.write("dog/film.MP4", "film")
        try tree.write("dog/noextension", "text")
        try tree.write("dog/sentence. With a dot", "text")
        try tree.write("dog/empty")
        try write([0xFF, 0x0A, 1, 2], "dog/x.jxl", in: tree)
        try write([0xFF, 0x0A, 1, 2], "dog/named.tmp", in: tree)
        try tree.link("dog/gone.jpg", to: "/nowhere/x.jpg")
        try tree.write("outside.jpg")
        try tree.write("classes.txt", "cat\ndog\n")
        let fifo = tree.url.appendingPathComponent("cat/pipe").path
        #expect(mkfifo(fifo, 0o600) == 0)
        let set = try tree.load()
        #expect(set.images.count == 8)
        #expect(
            set.leftOut.map { "\($0.count) \($0.reason), \($0.first)" } == [
                "2 JPEG XL image, which is not read, dog/named.tmp",
                "1 a link whose target is not there, dog/gone.jpg",
                "1 an image outside of any class folder, outside.jpg",
                "1 neither a file nor a folder, cat/pipe",
                "3 no image, dog/empty",
                "2 no image (.txt), cat/notes.txt",
                "1 video, which is not read, dog/film.MP4",
            ])
        #expect(set.leftOut[5].sentence == "Left out 2 files: no image (.txt), the first is cat/notes.txt.")
        #expect(set.leftOut[6].sentence == "Left out dog/film.MP4: video, which is not read.")
        let check = DataSet.check(tree.url).text
        #expect(check.contains("Left out 2 files: no image (.txt)"))
    }

    @Test(arguments: [
        "@eaDir", "@EADIR", ".AppleDouble", ".thumbnails", "lost+found", ".ipynb_checkpoints", ".hidden", "__MACOSX", "#recycle",
        "$RECYCLE.BIN", "System Volume Information", "@Recycle", ".git", ".@__thumb", ".Trashes",
    ])
    func foldersOfSystemsAreNoClassesAndTheirImagesNoImages(_ name: String) throws {
        let tree = try twoClasses()
        try tree.images(3, in: name)
        try tree.images(2, in: "cat/\(name)")
        try tree.images(2, in: "dog/deeper/\(name)/below")
        let set = try tree.load { $0.testFraction = 0 }
        #expect(set.classes.map(\.name) == ["cat", "dog"])
        #expect(set.images.count == 8)
        #expect(set.leftOut.map(\.count) == [3])
        #expect(set.leftOut.map(\.reason) == ["a file or folder that the system keeps for itself"])
    }

    @Test(arguments: ["._0001.jpg", "Thumbs.db", "thumbs.db", "desktop.ini", ".DS_Store", "ehthumbs.db", "Icon\r", ".nomedia"])
    func filesOfSystemsAreLeftOut(_ name: String) throws {
        let tree = try twoClasses()
        try write(jpeg, "cat/\(name)", in: tree)
        let set = try tree.load()
        #expect(set.images.count == 8)
        #expect(set.leftOut.map(\.reason) == ["a file or folder that the system keeps for itself"])
        #expect(set.leftOut.map(\.first) == ["cat/\(name)"])
    }

    @Test func filesBesideTheTrainingAndTestFoldersAreCounted() throws {
        let tree = try TemporaryTree()
        for part in ["train", "test"] { for name in ["cat", "dog"] { try tree.images(3, in: "\(part)/\(name)") } }
        try tree.write("beside.jpg")
        try tree.write("README.md", "text")
        let set = try tree.load()
        #expect(
            set.leftOut.map(\.reason) == ["beside the training and test folders", "no image (.md)"])
    }
}
