import DataSets
import Foundation
import Testing

@Suite struct SetupCheckTests {
    @Test func aUsableFolderIsDescribed() throws {
        let tree = try TemporaryTree("pets")
        for name in ["cat", "dog"] {
            try tree.images(3, in: "train/\(name)")
            try tree.images(name == "cat" ? 1 : 2, in: "test/\(name)")
        }
        let check = DataSet.check(tree.url)
        #expect(check.isReady)
        #expect(check.dataSet?.images.count == 9)
        #expect(
            check.text == """
                \(tree.url.path)
                found      pets, layout class-folders
                classes    2: "cat", "dog"
                training   6 images, 3 in every class
                test       3 images, 1 to 2 in a class
                paradigms  ul, ssl
                ready
                """)
    }

    @Test func whatIsMissingIsListed() throws {
        let tree = try TemporaryTree("Flowers102")
        try tree.images(2, in: "jpg")
        try tree.write("imagelabels.mat")
        let check = DataSet.check(tree.url)
        #expect(!check.isReady)
        #expect(check.text.contains("\nlooks like Flowers102 as distributed officially\n"))
        #expect(check.text.contains("\nfound      jpg/ and imagelabels.mat\n"))
        #expect(check.text.contains("\nmissing    setid.mat\n"))
        #expect(check.text.hasSuffix("\nnot ready"))
    }

    @Test func layoutsAreReadBackFromTheirNames() {
        #expect(Layout.all.count == 16)
        for layout in Layout.all { #expect(Layout(layout.description) == layout) }
        #expect(Layout("nonsense") == nil)
    }
}
