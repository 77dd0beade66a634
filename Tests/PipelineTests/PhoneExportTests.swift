import Artifacts
import Essentials
import Foundation
import Images
import Testing

/// A folder as a phone's export leaves it: nothing in it is silently left out, and what is upright in a person's eyes is upright in
/// the model's.
@Suite struct PhoneExportTests {
    private static let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("ImagesTests/Fixtures")

    /// Two albums of pictures, and what lies beside them.
    private func export(in workspace: Workspace) throws {
        func copy(_ fixture: String, _ name: String) throws {
            let file = workspace.folder.appendingPathComponent("phone/\(name)")
            try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try FileManager.default.copyItem(at: Self.fixtures.appendingPathComponent(fixture), to: file)
        }
        func write(_ text: String, _ name: String) throws {
            let file = workspace.folder.appendingPathComponent("phone/\(name)")
            try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(text.utf8).write(to: file)
        }
        try copy("codecs/chroma-420.heic", "beach/IMG_0001.HEIC")
        try copy("exif-6.jpg", "beach/IMG_0002.JPG")
        try copy("codecs/lossy.webp", "beach/received.webp")
        try copy("codecs/tiles.tif", "beach/scan.tiff")
        try copy("codecs/two.mpo", "beach/MVIMG_0003.jpg_large")
        try copy("view-tall.png", "home/Screenshot 2026-11-26.png")
        try copy("codecs/animation.gif", "home/party.gif")
        try copy("codecs/turned-6.avif", "home/PXL_0004.avif")
        try copy("codecs/color24.bmp", "home/old camera.bmp")
        try copy("exif-3.jpg", "home/0C5A91F2")
        try write("Mac OS X resource fork", "beach/._IMG_0001.HEIC")
        try write("film", "beach/IMG_0005.MOV")
        try write("{}", "beach/IMG_0002.JPG.json")
        try write("edits", "beach/IMG_0002.AAE")
        try write("thumbnails", "home/Thumbs.db")
        try copy("exif-1.jpg", "home/.thumbnails/1.jpg")
        try copy("exif-1.jpg", "@eaDir/IMG_0001.HEIC/SYNOPHOTO_THUMB_M.jpg")
        try write("half an image", "home/broken.jpg")
    }

    @Test func everyPictureIsTakenAndEveryOtherFileIsCounted() throws {
        let workspace = try Workspace()
        try export(in: workspace)
        let outcome = try workspace.run("cap-decode", "phone", "--test-fraction", "0", "-o", "images.h5")
        try Pipeline.expectSuccess(outcome)
        let images = try ArtifactReader(workspace.path("images.h5"), schema: .images)
        #expect(try images.values(\.classes.name) == ["beach", "home"])
        #expect(
            try images.values(\.images.name) == [
                "beach/IMG_0001.HEIC", "beach/IMG_0002.JPG", "beach/MVIMG_0003.jpg_large", "beach/received.webp",
                "beach/scan.tiff",
                "home/0C5A91F2", "home/PXL_0004.avif", "home/Screenshot 2026-11-26.png", "home/old camera.bmp", "home/party.gif",
            ])
        #expect(try images.values(\.skipped.name) == ["home/broken.jpg"])
        // 16 wide and 11 high in the file, and turned.
        #expect(try images.ints(\.images.height)[1] == 16)
        #expect(try images.value(\.reading.orientation) == .upright)
        let leftOut = try JSONValue(parsing: images.value(\.leftOut))
        func entry(_ count: Int, _ reason: String, _ first: String) -> JSONValue {
            .object(["count": .int(count), "reason": .string(reason), "first": .string(first)])
        }
        #expect(
            leftOut
                == .array([
                    entry(4, "a file or folder that the system keeps for itself", "@eaDir"),
                    entry(1, "no image (.aae)", "beach/IMG_0002.AAE"),
                    entry(1, "no image (.json)", "beach/IMG_0002.JPG.json"),
                    entry(1, "video, which is not read", "beach/IMG_0005.MOV"),
                ]))
        for sentence in [
            "Left out 4 files: a file or folder that the system keeps for itself, the first is @eaDir.",
            "Left out beach/IMG_0005.MOV: video, which is not read.", "skipped home/broken.jpg: no image", "left out  7 files",
        ] {
            #expect(outcome.errors.contains(sentence), "\(outcome.errors)")
        }
    }

    @Test func theModelSeesNewPicturesAsItSawItsOwn() throws {
        let workspace = try Workspace()
        try export(in: workspace)
        let model = try Pipeline.ul.get().path("model.h5")
        let trained = try ArtifactReader(model, schema: .model)
        #expect(try trained.value(\.reading.orientation) == .upright)
        let outcome = try workspace.run("cap-predict", model, "phone", "-o", "predictions.h5")
        try Pipeline.expectSuccess(outcome)
        let predictions = try ArtifactReader(workspace.path("predictions.h5"), schema: .predictions)
        #expect(try predictions.count(\.images.path) == 10)
        #expect(
            try predictions.values(\.skipped.path) == [
                "phone/beach/IMG_0002.AAE", "phone/beach/IMG_0002.JPG.json", "phone/beach/IMG_0005.MOV", "phone/home/broken.jpg",
            ])
        #expect(outcome.errors.contains("left out   4 files of the system's"), "\(outcome.errors)")
        #expect(try predictions.parameters()["orientation"] == .string("upright"))

        // A picture and its turned copy are the same to a model that turns them.
        let turned = Self.fixtures.appendingPathComponent("exif-6.jpg").path
        func confidence(_ orientation: String...) throws -> String {
            try workspace.run("cap-predict", arguments: [model, turned, "-q"] + orientation).output
        }
        #expect(try confidence() == confidence("--orientation", "upright"))
        #expect(try confidence() != confidence("--orientation", "as-is"))
    }
}
