import Artifacts
import Foundation
import Images
import Testing

/// `cap-inspect --sheet` on the files of a run.
@Suite struct SheetTests {
    private func draw(_ workspace: Workspace, _ arguments: [String]) throws -> (rows: [String], image: RGBImage) {
        let file = workspace.path("sheet-\(UUID().uuidString).png")
        let outcome = try workspace.run("cap-inspect", arguments: arguments + ["--sheet", file, "--tile", "16"])
        try Pipeline.expectSuccess(outcome)
        return try (
            outcome.output.split(separator: "\n").map(String.init), ImageDecoder().decode(contentsOf: file)
        )
    }

    @Test func everyClassOfASetIsARow() throws {
        let workspace = try Pipeline.ul.get()
        let (rows, image) = try draw(workspace, ["labels.h5"])
        let classes = try ArtifactReader(workspace.path("labels.h5"), schema: .labels).values(\.classes.name)
        #expect(rows == classes.enumerated().map { "row \($0 + 1): \($1), 3 images" })
        #expect((image.height, image.width) == (4 + 4 * 20, 4 + 3 * 20))
    }

    @Test func theTilesAreTheImages() throws {
        let workspace = try Pipeline.ul.get()
        let (_, sheet) = try draw(workspace, ["labels.h5", "--class", "woven", "--columns", "1"])
        let labels = try ArtifactReader(workspace.path("labels.h5"), schema: .labels)
        let names = try ArtifactReader(workspace.path("images.h5"), schema: .images).values(\.images.name)
        let woven = try labels.values(\.classes.name).firstIndex(of: "woven")
        let row = try #require(try labels.ints(\.pseudolabeled.label).firstIndex { $0 == woven })
        let name = try names[labels.ints(\.pseudolabeled.image)[row]]
        let tile = try ImageDecoder().decode(contentsOf: workspace.path("data/\(name)")).thumbnail(size: 16)
        for y in 0..<16 {
            let start = ((4 + y) * sheet.width + 4) * 3
            #expect(sheet.pixels[start..<start + 48] == tile.pixels[y * 48..<(y + 1) * 48])
        }
    }

    @Test func clustersOfWhatDetectionLeftAreShown() throws {
        let workspace = try Pipeline.ul.get()
        let mismatch = try ArtifactReader(workspace.path("mismatch.h5"), schema: .mismatch)
        let clusters = try mismatch.ints(\.residual.cluster)
        let (all, _) = try draw(workspace, ["mismatch.h5"])
        #expect(all.count == Set(clusters).count)
        let first = try #require(clusters.min())
        let (one, _) = try draw(workspace, ["mismatch.h5", "--set", "\(first)"])
        #expect(one == ["row 1: cluster \(first), \(clusters.count { $0 == first }) images"])
    }

    @Test func aSheetIsWhatItsNameSays() throws {
        let workspace = try Pipeline.ul.get()
        try Pipeline.expectSuccess(workspace.run("cap-inspect", "labels.h5", "--sheet", "sheet.jpg", "--tile", "16"))
        let bytes = try Data(contentsOf: URL(fileURLWithPath: workspace.path("sheet.jpg")))
        #expect(bytes.prefix(3) == Data([0xFF, 0xD8, 0xFF]))
        let other = try workspace.run("cap-inspect", "labels.h5", "--sheet", "sheet.webp")
        #expect(other.status == 1 && other.errors.contains("ends in .png or .jpg"))
        #expect(!FileManager.default.fileExists(atPath: workspace.path("sheet.webp")))
    }

    @Test func tablesHavePathsAndNamesAndNoPixels() throws {
        let workspace = try Pipeline.ul.get()
        func table(_ file: String, _ path: String) throws -> [String] {
            let outcome = try workspace.run("cap-inspect", file, "--csv", path)
            try Pipeline.expectSuccess(outcome)
            return outcome.output.split(separator: "\r\n").map(String.init)
        }
        let images = try table("images.h5", "images")
        let names = try ArtifactReader(workspace.path("images.h5"), schema: .images).values(\.images.name)
        #expect(images.count == 1 + names.count && !images[0].contains("pixels"))
        #expect(images[0].hasPrefix("image,") && images[0].contains("name") && images[0].contains("height"))
        for (row, name) in names.enumerated() where name.contains("banded") {
            #expect(images[row + 1].contains("\(name),banded,"))
        }
        let pseudolabels = try table("labels.h5", "pseudolabeled")
        let labels = try ArtifactReader(workspace.path("labels.h5"), schema: .labels)
        let classes = try labels.values(\.classes.name)
        for (row, (image, label)) in try zip(labels.ints(\.pseudolabeled.image), labels.ints(\.pseudolabeled.label)).enumerated()
        where !names[image].contains("\"") && !classes[label].contains("\"") {
            #expect(pseudolabels[row + 1].hasPrefix("\(row),\(names[image]),\(classes[label]),"))
        }
    }

    @Test func aSetThatIsNotThereIsNamed() throws {
        let workspace = try Pipeline.ul.get()
        for (arguments, sentence) in [
            (["labels.h5", "--set", "everything"], "has no set everything"),
            (["labels.h5", "--class", "nothing"], "there is no class \"nothing\""),
            (["features.h5"], "holds no set of images"), (["mismatch.h5", "--set", "999"], "there is no image in that set"),
        ] {
            let outcome = try workspace.run("cap-inspect", arguments: arguments + ["--sheet", "none.png"])
            #expect(outcome.status == 1 && outcome.errors.contains(sentence), "\(outcome.errors)")
        }
    }
}
