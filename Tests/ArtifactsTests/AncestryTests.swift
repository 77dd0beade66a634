import Artifacts
import Foundation
import TestSupport
import Testing

@Suite("What an artifact was made from")
struct AncestryTests {
    /// Features in a folder some way below that of their images, which has another name by now.
    private func moved(down path: String) throws -> (
        features: ArtifactReader<FeaturesSchema>, images: String, folder: TemporaryFolder
    ) {
        let folder = try TemporaryFolder()
        let files = FileManager.default
        try files.createDirectory(atPath: folder.file("runs/demo"), withIntermediateDirectories: true)
        let made = try Example.features(in: folder, from: Example.images(in: folder))
        try files.createDirectory(atPath: folder.file("runs/demo/\(path)"), withIntermediateDirectories: true)
        try files.moveItem(atPath: made, toPath: folder.file("runs/demo/\(path)/features.h5"))
        let images = folder.file("runs/demo/images.h5")
        try files.moveItem(atPath: folder.file("images.h5"), toPath: images)
        return try (ArtifactReader(folder.file("runs/demo/\(path)/features.h5"), schema: .features), images, folder)
    }

    @Test("is found beside it and in the folders above", arguments: [".", "ul", "ul/cap/seed-1"])
    func above(path: String) throws {
        let (features, images, folder) = try moved(down: path)
        let found = try withExtendedLifetime(folder) { try #require(features.madeFrom(.images)) }
        #expect(try resolved(found.path) == resolved(images))
    }

    @Test("is not another file of that name") func another() throws {
        let (features, images, folder) = try moved(down: "ul")
        try FileManager.default.removeItem(atPath: images)
        _ = try Example.images(in: folder, named: "runs/demo/images.h5", firstPixel: 8)
        #expect(features.madeFrom(.images) == nil)
    }
}

/// A file by what it resolves to.
private func resolved(_ path: String) throws -> String {
    URL(fileURLWithPath: path).resolvingSymlinksInPath().standardizedFileURL.path
}
