import DataSets
import Foundation
import Testing

@Suite struct ManifestTests {
    private func images(_ names: String = "a b c d e f") throws -> TemporaryTree {
        let tree = try TemporaryTree("pets")
        for name in names.split(separator: " ") { try tree.write("photos/\(name).jpg") }
        return tree
    }

    @Test func pathsLabelsAndPartsAreRead() throws {
        let tree = try images()
        let file = try tree.write(
            "pets.csv",
            """
            split,Label,path
            train,dog,photos/a.jpg
            test,cat,photos/b.jpg
            train,,photos/c.jpg
            val,cat,"photos/d.jpg"
            test,"do""g",./photos//e.jpg
            """)
        let set = try DataSet.load(from: file)
        #expect(set.layout == .manifest)
        #expect(set.name == "pets")
        #expect(set.classes.map(\.name) == ["cat", "do\"g", "dog"])
        #expect(set.training.map(\.path) == ["photos/a.jpg", "photos/c.jpg", "photos/d.jpg"])
        #expect(set.trainingLabels == [2, nil, 0])
        #expect(set.test.map(\.path) == ["photos/b.jpg", "photos/e.jpg"])
        #expect(set.images[0].file == tree.url.path + "/photos/a.jpg")
    }

    @Test func jsonLinesSayTheSame() throws {
        let tree = try images()
        try tree.write(
            "manifest.jsonl",
            """
            {"path": "photos/a.jpg", "label": "dog", "split": "train", "photographer": {"name": "x"}}

            {"path": "photos/b.jpg", "label": null, "split": "train"}
            {"path": "photos/c.jpg", "label": "cat", "split": "test"}
            """)
        let set = try tree.load()
        #expect(set.classes.map(\.name) == ["cat", "dog"])
        #expect(set.trainingLabels == [1, nil])
        #expect(set.test.map(\.label) == [0])
    }

    @Test(arguments: [",", ";", "\t"])
    func separatorsMarksAndLineEndsOfSpreadsheetsAreFine(separator: String) throws {
        let tree = try images()
        let rows = [["path", "label"], ["photos\\a.jpg", "\"cat,\r\nblack\""], ["photos/B.JPG", "dog"]]
        try tree.write(
            "manifest.csv", "\u{feff}" + rows.map { $0.joined(separator: separator) + "\r\n" }.joined())
        let set = try tree.load { $0.testFraction = 0 }
        #expect(set.classes.map(\.name) == ["cat,\r\nblack", "dog"])
        #expect(set.images.map(\.path) == ["photos/a.jpg", "photos/b.jpg"])
    }

    /// To a String, a comma before a combining mark is another character than a comma.
    @Test(arguments: ["\u{301}", "\u{FE0F}", "\u{200D}"]) func whatBeginsWithAMarkIsAFieldOfItsOwn(mark: String) throws {
        let tree = try images()
        try tree.write("manifest.csv", "path,label\r\nphotos/a.jpg,\(mark)x\r\nphotos/b.jpg,\"\(mark)y, z\"\r\n")
        let set = try tree.load { $0.testFraction = 0 }
        #expect(set.images.map(\.path) == ["photos/a.jpg", "photos/b.jpg"])
        #expect(set.classes.count == 2)
    }

    @Test func numbersAreLabelsOfTheClassList() throws {
        let tree = try images()
        try tree.write("manifest.csv", "path,label\nphotos/a.jpg,1\nphotos/b.jpg,0\nphotos/c.jpg,\n")
        try tree.write("classes.txt", "cat\ndog\n")
        #expect(try tree.load { $0.testFraction = 0 }.trainingLabels == [1, 0, nil])
        try tree.write("manifest.csv", "path,label\nphotos/a.jpg,1\nphotos/b.jpg,2\n")
        #expect(
            try tree.refusal()
                == "Line 3 of \(tree.url.path)/manifest.csv has the label 2, but "
                + "\(tree.url.path)/classes.txt names 2 classes (0 to 1).")
        try tree.write("manifest.csv", "path,label\nphotos/a.jpg,cat\nphotos/b.jpg,emu\n")
        #expect(try tree.refusal()?.contains("has the label \"emu\", which is none of the 2 classes") == true)
    }

    @Test func pathsAloneNeedClassNames() throws {
        let tree = try images()
        try tree.write("manifest.csv", "path\nphotos/a.jpg\nphotos/b.jpg\n")
        #expect(
            try tree.refusal()
                == "\(tree.url.path)/manifest.csv labels no image, and nothing says which classes there are. "
                + "Give a text file with a class name per line.")
        try tree.write("classes.txt", "cat\ndog\n")
        let set = try tree.load()
        #expect(set.trainingLabels == [nil, nil])
        #expect(set.test.isEmpty)
    }

    @Test func labeledImagesWithoutPartsAreSplit() throws {
        let tree = try TemporaryTree()
        try tree.images(10, in: "photos")
        let rows = (1...10).map { "photos/\(String(format: "%04d", $0)).jpg,\($0 % 2 == 0 ? "cat" : "dog")" }
        try tree.write("manifest.csv", "path,label\n" + rows.joined(separator: "\n"))
        let set = try tree.load()
        #expect(set.test.count == 2)
        #expect(Set(set.test.map(\.label)) == [0, 1])
    }

    @Test(arguments: [
        (
            "file_path,label\nphotos/a.jpg,x\n",
            "has no column \"path\"; its columns are \"file_path\" and \"label\"."
        ),
        ("path,label\nphotos/a.jpg\n", "Line 2 of FILE has 1 field, but there are 2 columns."),
        ("path,label\n,cat\n", "Line 2 of FILE gives no path."),
        (
            "path,label\nphotos/a.jpg,\"cat\n",
            "The quote that opens in the record of line 2 of FILE is never closed."
        ),
        ("path,label\nphotos/a.jpg,\"cat\"s\n", "Line 2 of FILE has text after a closing quote."),
        ("path,label\n", "FILE lists no image."),
        ("", "FILE is empty."),
        (
            "path,label\nphotos/a.jpg,x\nphotos/b.jpg,y\nphotos/../photos/a.jpg,x\n",
            "Lines 2 and 4 of FILE name the same image, photos/../photos/a.jpg. List every image once."
        ),
        (
            "path,label,split\nphotos/a.jpg,x,train\nphotos/b.jpg,y,dev\n",
            "Line 3 of FILE has the split \"dev\". It must be train, val or test."
        ),
        (
            "path,label,split\nphotos/a.jpg,x,train\nphotos/b.jpg,y,\n",
            "Line 3 of FILE does not say which split the image is in, as others do."
        ),
        (
            "path,label\n1.jpg,x\n2.jpg,y\n3.jpg,y\nphotos/a.jpg,x\n4.jpg,y\n",
            "FILE names 4 images that are not there, the first: 1.jpg, 2.jpg and 3.jpg."
        ),
    ])
    func whatCannotBeReadIsNamed(text: String, sentence: String) throws {
        let tree = try images()
        let file = try tree.write("manifest.csv", text)
        let refusal = try #require(try tree.refusal())
        #expect(refusal.contains(sentence.replacingOccurrences(of: "FILE", with: file.path)))
    }

    @Test(arguments: [
        (
            "{\"path\": \"photos/a.jpg\", \"label\": \"x\"}\n{\"path\": ",
            "Line 2 of FILE is not a JSON object"
        ),
        ("[1, 2]", "Line 1 of FILE is not a JSON object"),
        ("{\"label\": \"x\"}", "Line 1 of FILE has no \"path\"."),
        (
            "{\"path\": \"photos/a.jpg\", \"label\": [1]}",
            "Line 1 of FILE gives no text or number for \"label\"."
        ),
    ])
    func linesThatAreNoObjectsAreNamed(text: String, sentence: String) throws {
        let tree = try images()
        let file = try tree.write("manifest.jsonl", text)
        let refusal = try #require(try tree.refusal())
        #expect(refusal.contains(sentence.replacingOccurrences(of: "FILE", with: file.path)))
    }

    @Test func missingImagesMayBeSkipped() throws {
        let tree = try images()
        try tree.write("manifest.csv", "path,label\nphotos/a.jpg,x\nphotos/b.jpg,y\nphotos/zz.jpg,y\n")
        let set = try tree.load {
            $0.skipsMissingImages = true
            $0.testFraction = 0
        }
        #expect(set.images.count == 2)
        #expect(set.warnings.contains { $0.hasSuffix("They are skipped.") })
    }

    @Test func absolutePathsAndPathsAboveTheManifestAreFoundWhereTheyAreAllowed() throws {
        let tree = try images()
        let file = try tree.write(
            "lists/pets.tsv", "path\tlabel\n../photos/a.jpg\tx\n\(tree.url.path)/photos/b.jpg\ty\n")
        let options = LoadOptions.testing.with { $0.testFraction = 0 }
        let set = try DataSet.load(from: file, options: options.with { $0.allowsOutside = true })
        #expect(set.images.map(\.file) == ["a", "b"].map { tree.url.path + "/photos/\($0).jpg" })
        #expect(set.images[0].path == "../photos/a.jpg")
        let refusal = #expect(throws: DataSetError.self) { try DataSet.load(from: file, options: options) }
        #expect(
            refusal?.description
                == "Line 2 of \(file.path) names ../photos/a.jpg, and 1 image more, outside of \(tree.url.path)/lists, where what a "
                + "manifest names has to lie, links followed. Move or copy the images there, or, if you know the manifest, read "
                + "them where they are with --allow-outside.")
    }

    /// Every spelling of a picture elsewhere, by way of links and not.
    @Test(arguments: [
        "../private/a.jpg", "photos/../../private/a.jpg", "./photos/.././../private//a.jpg", "..\\private\\a.jpg", "ABSOLUTE",
        "/ABSOLUTE", "ABSOLUTE/../a.jpg", "soft.jpg", "folder/a.jpg", "folder/../folder/a.jpg", "nested/folder/a.jpg",
        "chain.jpg",
        "photos/../soft.jpg",
    ]) func aManifestReadsNothingOutsideOfItsFolder(path: String) throws {
        let tree = try images()
        let secret = tree.url.deletingLastPathComponent().appendingPathComponent("private/a.jpg")
        try FileManager.default.createDirectory(at: secret.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data().write(to: secret)
        try tree.link("soft.jpg", to: secret.path)
        try tree.link("folder", to: "../private")
        try tree.folder("nested")
        try tree.link("nested/folder", to: "../folder")
        try tree.link("chain.jpg", to: "nested/folder/a.jpg")
        let spelled = path.replacingOccurrences(of: "ABSOLUTE", with: secret.path)
        try tree.write("manifest.csv", "path,label\nphotos/a.jpg,x\n\(spelled),y\n")
        let refusal = try #require(try tree.refusal { $0.testFraction = 0 })
        if path == "ABSOLUTE/../a.jpg" {
            // A file is no folder: there is no such picture.
            #expect(refusal.contains("outside of") || refusal.contains("not there"))
        } else {
            #expect(refusal.hasPrefix("Line 3 of \(tree.url.path)/manifest.csv names \(spelled) outside of \(tree.url.path), "))
            let allowed = try tree.load {
                $0.testFraction = 0
                $0.allowsOutside = true
            }
            #expect(allowed.images.count == 2)
        }
    }

    @Test(arguments: ["photos/../photos/b.jpg", "ABSOLUTE/photos/b.jpg", "inside.jpg", "inner/b.jpg", "../pets/photos/b.jpg"])
    func whatLeadsBackIntoTheFolderIsRead(path: String) throws {
        let tree = try images()
        try tree.link("inside.jpg", to: "photos/b.jpg")
        try tree.link("inner", to: tree.url.path + "/photos")
        let spelled = path.replacingOccurrences(of: "ABSOLUTE", with: tree.url.path)
        try tree.write("manifest.csv", "path,label\nphotos/a.jpg,x\n\(spelled),y\n")
        #expect(try tree.load { $0.testFraction = 0 }.images.count == 2)
    }

    @Test func aFolderThatIsALinkItselfIsItsOwn() throws {
        let tree = try images()
        try tree.write("manifest.csv", "path,label\nphotos/a.jpg,x\nphotos/b.jpg,y\n")
        let link = tree.url.deletingLastPathComponent().appendingPathComponent("link")
        try FileManager.default.createSymbolicLink(at: link, withDestinationURL: tree.url)
        let options = LoadOptions.testing.with { $0.testFraction = 0 }
        #expect(try DataSet.load(from: link, options: options).images.count == 2)
        #expect(try DataSet.load(from: link.appendingPathComponent("manifest.csv"), options: options).images.count == 2)
    }
}
