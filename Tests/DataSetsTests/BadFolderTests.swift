import DataSets
import Foundation
import TestSupport
import Testing

/// Takes the superuser's right to read everything from this thread while `body` runs. (Linux: `setfsuid`,
/// which the system's Swift module leaves out.)
private func asNobody<Result>(_ body: () throws -> Result) throws -> Result {
    let symbol = try #require(dlsym(nil, "setfsuid"))
    let setUser = unsafeBitCast(symbol, to: (@convention(c) (UInt32) -> Int32).self)
    let before = setUser(65534)
    defer { _ = setUser(UInt32(bitPattern: before)) }
    return try body()
}

@Suite struct BadFolderTests {
    private func twoClasses(_ images: Int = 3) throws -> TemporaryTree {
        let tree = try TemporaryTree("pets")
        for name in ["cat", "dog"] { try tree.images(images, in: name) }
        return tree
    }

    @Test func aFolderOneLevelTooHighGetsTheRightOneNamed() throws {
        let tree = try TemporaryTree("data")
        for name in ["cat", "dog"] { try tree.images(2, in: "pets/\(name)") }
        #expect(
            try tree.refusal()
                == "The folders in \(tree.url.path) hold no images themselves, only further folders. "
                + "Did you mean \(tree.url.path)/pets?")
        for name in ["cat", "dog"] { try tree.images(2, in: "animals/export/train/\(name)") }
        #expect(
            try tree.refusal()?.hasSuffix(
                "Did you mean \(tree.url.path)/animals/export/train or \(tree.url.path)/pets?") == true)
    }

    @Test func aFolderOneLevelTooDeepGetsTheRightOneNamed() throws {
        let tree = try twoClasses()
        let cat = tree.url.appendingPathComponent("cat")
        #expect {
            try DataSet.load(from: cat)
        } throws: {
            "\($0)".contains("2 folders of images lie side by side with it. Did you mean \(tree.url.path)?")
        }
    }

    @Test func theTrainingFolderAloneGetsTheWholeNamed() throws {
        let tree = try TemporaryTree()
        for part in ["train", "test"] {
            for name in ["cat", "dog"] { try tree.images(2, in: "\(part)/\(name)") }
        }
        let train = tree.url.appendingPathComponent("train")
        #expect(
            throws: DataSetError(
                "\(train.path) is one of the parts of a data set. Did you mean \(tree.url.path)? "
                    + "Ask for the layout class-folders to use it as it is.")
        ) {
            try DataSet.load(from: train)
        }
        #expect(try DataSet.load(from: train, options: .testing.with { $0.layout = .classFolders }).classes.count == 2)
    }

    @Test func aFolderThatIsNotThereOrAFileIsRefused() throws {
        let tree = try TemporaryTree()
        let nowhere = tree.url.appendingPathComponent("nowhere")
        #expect(throws: DataSetError("There is no folder \(nowhere.path).")) {
            try DataSet.load(from: nowhere)
        }
        let image = try tree.write("a.jpg")
        #expect {
            try DataSet.load(from: image)
        } throws: {
            "\($0)".hasPrefix("\(image.path) is a file. Give the folder of a data set, or a manifest")
        }
        #expect(try tree.refusal()?.contains("nothing says which classes there are") == true)
    }

    @Test func foldersWithoutReadableImagesAreRefused() throws {
        let tree = try TemporaryTree()
        #expect(try tree.refusal() == "There is no image (JPEG or PNG) in \(tree.url.path) or below it.")
        try tree.write("cat/1.jxl")
        try tree.write("dog/1.JXL")
        #expect(
            try tree.refusal()
                == "There is no image (JPEG or PNG) in \(tree.url.path) or below it, only 2 JPEG XL images. Convert "
                + "them."
        )
    }

    @Test func aClassWithoutImageIsRefused() throws {
        let tree = try twoClasses()
        try tree.folder("emu")
        #expect(
            try tree.refusal()
                == "The class folder \(tree.url.path)/emu is empty. Put images into it, or remove it if it "
                + "is no class."
        )
        try tree.write("emu/1.jxl")
        #expect(
            try tree.refusal()
                == "The class folder \(tree.url.path)/emu holds no image (JPEG or PNG), only 1 JPEG XL image. Convert "
                + "them."
        )
    }

    @Test func foldersOfOtherFilesAreNoClasses() throws {
        let tree = try twoClasses()
        try tree.write("notes/readme.txt")
        let set = try tree.load()
        #expect(set.classes.map(\.name) == ["cat", "dog"])
        #expect(set.warnings.contains("Not taken for classes, because no image is in them: \"notes\"."))
    }

    @Test func oneClassOnlyIsRefused() throws {
        let tree = try TemporaryTree()
        try tree.images(3, in: "cat")
        #expect(
            try tree.refusal()
                == "Only one class, \"cat\", was found in \(tree.url.path): there is nothing to tell apart. "
                + "Two classes are the least.")
    }

    @Test func fewerImagesThanClassesAreRefused() throws {
        let tree = try TemporaryTree()
        try tree.write("a.jpg")
        try tree.write("classes.txt", "cat\ndog\nemu\n")
        #expect(
            try tree.refusal()
                == "\(tree.url.path) has 1 training image for 3 classes. "
                + "At least as many images as classes are needed.")
    }

    @Test func duplicateClassNamesAreRefused() throws {
        let tree = try TemporaryTree()
        try tree.images(5, in: ".")
        try tree.write("classes.txt", "cat\ndog\ncat\n")
        #expect(
            try tree.refusal()
                == "The class name \"cat\" stands in lines 1 and 3 of \(tree.url.path)/classes.txt. "
                + "Class names must differ.")
    }

    @Test func classesThatReadTheSameGetANote() throws {
        let tree = try TemporaryTree()
        for name in ["sea_ice", "Sea Ice", "dog"] { try tree.images(2, in: name) }
        #expect(
            try tree.load().warnings.contains(
                "The classes \"Sea Ice\" and \"sea_ice\" read the same to the text encoder, \"sea ice\". "
                    + "Give one of them another phrase."))
    }

    @Test func unusualClassNamesAreKept() throws {
        let tree = try TemporaryTree()
        let names = [
            "\"quoted\"", "colt's foot", "dash-ed_under", "naïve café", "日本", "🙂 face", "a,b;c\ttab",
        ]
        for name in names { try tree.images(2, in: name) }
        let set = try tree.load { $0.testFraction = 0 }
        #expect(Set(set.classes.map(\.name)) == Set(names))
        #expect(set.images.allSatisfy { FileManager.default.fileExists(atPath: $0.file) })
        #expect(set.classes.first { $0.name == "dash-ed_under" }?.phrase == "dash-ed under")
    }

    @Test func listAndFoldersMustNameTheSameClasses() throws {
        let tree = try twoClasses()
        try tree.write("classes.txt", "cat\ndog\nemu\n")
        #expect(try tree.refusal()?.contains("has no folder with images for \"emu\"") == true)
        try tree.write("classes.txt", "cat\nbird\n")
        #expect(try tree.refusal()?.contains("has folders of images that") == true)
    }

    @Test func linksThatLeadBackUpAreNotFollowed() throws {
        let tree = try twoClasses(10)
        try tree.link("cat/again", to: "..")
        try tree.link("dog/self", to: "self")
        try tree.link("dog/gone.jpg", to: "/nowhere/x.jpg")
        let set = try tree.load()
        #expect(set.images.count == 20)
        #expect(set.warnings.contains("Not followed: the link cat/again leads back to a folder above it."))
        #expect(
            set.leftOut.map(\.sentence)
                == ["Left out 2 files: a link whose target is not there, the first is dog/gone.jpg."])
        try tree.link("loop", to: ".")
        #expect(try tree.load().classes.map(\.name) == ["cat", "dog"])
    }

    @Test func linkedFoldersAndImagesAreUsed() throws {
        let elsewhere = try TemporaryTree()
        try elsewhere.images(2, in: "emus")
        let tree = try twoClasses()
        try tree.link("emu", to: elsewhere.url.path + "/emus")
        #expect(try tree.load().classes.map(\.name) == ["cat", "dog", "emu"])
    }

    @Test func anUnreadableFolderIsNamed() throws {
        let tree = try twoClasses()
        let dog = tree.url.appendingPathComponent("dog").path
        try FileManager.default.setAttributes([.posixPermissions: 0], ofItemAtPath: dog)
        defer { try? FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: dog) }
        let sentence = try asNobody { try tree.refusal() }
        #expect(
            sentence
                == "The folder \(dog) may not be read (Permission denied). Give yourself read and search "
                + "permission on it."
        )
    }

    @Test func aShareOfTheImagesThatIsNoShareIsRefused() throws {
        let tree = try twoClasses()
        for share in [-0.1, 1, 2, .nan] {
            #expect(try tree.refusal { $0.testFraction = share }?.contains("is not possible") == true)
        }
    }

    /// A hundred class folders, all links to one of a thousand images: a hundred thousand names to list.
    @Test func aHundredThousandImagesAreListedInUnderFiveSeconds() throws {
        let elsewhere = try TemporaryTree()
        try elsewhere.images(1000, in: "images")
        let tree = try TemporaryTree()
        for number in 0..<100 { try tree.link("class_\(number)", to: elsewhere.url.path + "/images") }
        let clock = ContinuousClock()
        var count = 0
        let time = try clock.measure { count = try tree.load().images.count }
        #expect(count == 100_000)
        #expect(time < .seconds(isInstrumented ? 60 : 5))
    }
}
