import Artifacts
import DataSets
import Essentials
import Foundation
import Images
import Outputs
import Parameters
import Runs
import Stages
import TestSupport
import Testing

/// `cap-decode`'s work on folders made for the purpose.
struct DecodeTests {
    @Test func imagesAreStoredInOrderWithTheirPixels() throws {
        let folder = try ImageFolder()
        try folder.add("train/crème \"brûlée\"/b.png", ImageFolder.image(height: 20, width: 30, seed: 1))
        try folder.add("train/crème \"brûlée\"/a.png", ImageFolder.image(height: 31, width: 40, seed: 2))
        try folder.add("train/it's/1.png", ImageFolder.image(height: 12, width: 12, seed: 3))
        try folder.add("test/it's/2.png", ImageFolder.image(height: 50, width: 25, seed: 4))
        let result = try folder.decode { $0.settings.shorterSide = 25 }
        #expect(result.trainingImages == 3 && result.testImages == 1 && result.skipped.isEmpty)

        let stored = try folder.stored()
        #expect(try stored.values(\.classes.name) == ["crème \"brûlée\"", "it's"])
        #expect(
            try stored.values(\.images.name) == [
                "train/crème \"brûlée\"/a.png", "train/crème \"brûlée\"/b.png", "train/it's/1.png",
                "test/it's/2.png",
            ])
        #expect(try stored.ints(\.images.label) == [0, 0, 1, 1])
        #expect(try stored.values(\.images.split) == [.train, .train, .train, .test])
        #expect(try stored.ints(\.images.height) == [25, 20, 12, 50])
        #expect(try stored.ints(\.images.width) == [32, 30, 12, 25])  // 25 · 40 / 31 = 32.26
        #expect(try stored.ints(\.images.originalHeight) == [31, 20, 12, 50])
        #expect(try stored.ints(\.images.originalWidth) == [40, 30, 12, 25])
        let offsets = try stored.ints(\.images.offset)
        #expect(offsets == [0, 2400, 4200, 4632, 8382])
        #expect(
            try stored.values(\.images.pixels, rows: offsets[1]..<offsets[2])
                == ImageFolder.image(height: 20, width: 30, seed: 1).pixels)
    }

    @Test func theNumberOfThreadsChangesNothing() throws {
        let folder = try ImageFolder()
        for index in 0..<40 {
            let side = 8 + index * 37 % 60
            try folder.add(
                "class \(index % 4)/\(index).png", ImageFolder.image(height: side, width: 30, seed: index))
        }
        try folder.add("class 0/broken.jpg", bytes: [0xFF, 0xD8, 0xFF])
        let identities = try [1, 3, 8].map { threads in
            _ = try folder.decode { $0.settings.threads = threads }
            return try folder.stored().identity
        }
        #expect(Set(identities).count == 1)
    }

    /// Before images lay upright by default, nothing was recorded of it.
    @Test func imagesOfBeforeTheUprightDefaultAreMadeAgain() throws {
        let folder = try ImageFolder.ofTwoClasses()
        _ = try folder.decode()
        let made = try folder.stored()
        let now = try #require(try Recipe(made))
        #expect(now.difference(from: now) == nil)
        for (said, was) in [
            ([:], "as-is"), (["exif_orientation": .bool(false)], "as-is"), (["exif_orientation": .bool(true)], "upright"),
        ]
            as [([String: JSONValue], String)]
        {
            var parameters = try made.parameters()
            for key in ["orientation", "gray16", "damaged"] { parameters[key] = nil }
            let older = Older(made: made, parameters: JSONValue.object(parameters.merging(said) { $1 }).text)
            #expect(try now.difference(from: #require(try Recipe(older))) == "orientation is not given, was \(was)")
        }
    }

    /// An artifact with other parameters.
    private struct Older: Artifact {
        let made: any Artifact
        let parameters: String
        var path: String { made.path }
        var schema: ArtifactSchema { made.schema }
        var identity: Identity { made.identity }
        var imageSet: Identity? { made.imageSet }
        var inputs: [ArtifactInput] { made.inputs }

        func common<Value>(_ key: KeyPath<CommonAttributes, AttributeKey<Value>>) throws -> Value? {
            key == \CommonAttributes.parameters ? parameters as? Value : try made.common(key)
        }
    }

    @Test func everyFileIsReadOnceAndEveryImageDecodedOnce() throws {
        let folder = try ImageFolder.ofTwoClasses()
        let jpeg = try ImageFolder.image(height: 400, width: 300, seed: 9).jpeg(quality: 90)
        for index in 0..<20 { try folder.add("train/a/large \(index).jpg", bytes: jpeg) }
        // Of what is no image the first bytes are enough.
        try folder.add("train/a/film.jpg", bytes: [UInt8](repeating: 1, count: 100_000))
        let work = DecodingWork()
        _ = try folder.decode {
            $0.work = work
            $0.settings.shorterSide = 100
        }
        let images = try folder.files().filter { !$0.path.hasSuffix("film.jpg") }
        #expect(work.images == images.count)
        #expect(work.pixels == 20 * 400 * 300 + 5 * 16 * 18)
        let sizes = try images.map { try Data(contentsOf: $0).count }
        #expect(sizes.reduce(0, +)...sizes.reduce(100, +) ~= work.bytesRead, "\(work.bytesRead)")
    }

    @Test func imagesThatDoNotDecodeAreRecordedWithTheReason() throws {
        let folder = try ImageFolder.ofTwoClasses()
        let jpeg = try ImageFolder.image(height: 40, width: 40, seed: 9).jpeg(quality: 90)
        try folder.add("train/a/cut.jpg", bytes: Array(jpeg.prefix(jpeg.count / 2)))
        try folder.add("train/a/empty.jpg", bytes: [])
        try folder.add("train/b/text.jpg", bytes: Array("no picture".utf8))
        let result = try folder.decode()
        #expect(result.trainingImages == 4 && result.skipped.count == 3)
        let stored = try folder.stored()
        #expect(
            try stored.values(\.skipped.name) == ["train/a/cut.jpg", "train/a/empty.jpg", "train/b/text.jpg"])
        #expect(
            try stored.values(\.skipped.reason) == [
                "not a sound JPEG: the data end early (truncated file)", "the file is empty",
                "no image: the file does not begin as JPEG, PNG, WebP, TIFF, GIF, BMP, HEIC and AVIF files do",
            ])
        #expect(try stored.count(\.images.name) == 5)
    }

    @Test func strictEndsAtTheFirstImageThatDoesNotDecode() throws {
        let folder = try ImageFolder.ofTwoClasses()
        try folder.add("train/b/0.jpg", bytes: [])
        try folder.add("train/b/9.jpg", bytes: [])
        let error = try #require(throws: ImagesError.self) { try folder.decode { $0.settings.strict = true } }
        #expect(error.description == "\(folder.path)/train/b/0.jpg: the file is empty")
        #expect(!FileManager.default.fileExists(atPath: folder.output))
    }

    @Test func aClassWhoseImagesAllFailIsNamed() throws {
        let folder = try ImageFolder.ofTwoClasses()
        try folder.add("train/c/0.jpg", bytes: [])
        try folder.add("train/c/1.jpg", bytes: [])
        let error = try #require(throws: ImagesError.self) { try folder.decode() }
        #expect(error.reason.hasPrefix("no image of the class \"c\" decodes"))
        #expect(!FileManager.default.fileExists(atPath: folder.output))
    }

    @Test func aFolderWithoutOneDecodableImageIsRefused() throws {
        let folder = try ImageFolder()
        for name in ["train/a/0.png", "train/b/0.png"] {
            try folder.add(name, bytes: Array("no picture".utf8))
        }
        let error = try #require(throws: ImagesError.self) { try folder.decode() }
        #expect(error.reason.hasPrefix("none of the 2 images decodes"))
    }

    @Test func tooFewTrainingImagesAfterSkippingAreRefused() throws {
        let folder = try ImageFolder()
        try folder.add("train/a/0.png", ImageFolder.image(height: 9, width: 9, seed: 0))
        try folder.add("train/b/0.png", bytes: [])
        try folder.add("test/b/0.png", ImageFolder.image(height: 9, width: 9, seed: 1))
        let error = try #require(throws: ImagesError.self) { try folder.decode() }
        #expect(error.reason.hasPrefix("only 1 training images decode for 2 classes"))
    }

    @Test func unlabeledImagesHaveNoLabel() throws {
        let folder = try ImageFolder()
        for index in 0..<3 {
            try folder.add("\(index).png", ImageFolder.image(height: 9, width: 9, seed: index))
        }
        try folder.add("classes.txt", bytes: Array("red/green\nblue\n".utf8))
        _ = try folder.decode()
        let stored = try folder.stored()
        #expect(try stored.values(\.classes.name) == ["red/green", "blue"])
        #expect(try stored.ints(\.images.label) == [-1, -1, -1])
    }

    @Test func imagesInAnArchiveAreThoseOfTheFolder() throws {
        let folder = try ImageFolder.ofTwoClasses()
        _ = try folder.decode { $0.settings.native = true }
        let pixels = try folder.stored().values(\.images.pixels, rows: 0..<4 * 16 * 18 * 3)
        for (index, name) in ["a/1", "a/2", "b/1", "b/2"].enumerated() {
            let image = try Data(contentsOf: URL(fileURLWithPath: "\(folder.path)/train/\(name).png"))
            try folder.add("packed/\(index).png", bytes: [UInt8](image))
            try folder.add("packed/\(index).cls", bytes: Array((name.hasPrefix("a") ? "a" : "b").utf8))
        }
        let tar = try Program.run("tar", ["--sort=name", "-cf", "\(folder.path)/shards.tar", "-C", "\(folder.path)/packed", "."])
        #expect(tar.status == 0, "\(tar.errors)")
        _ = try folder.decode {
            $0.dataSet = "\(folder.path)/shards.tar"
            $0.settings.testFraction = 0
            $0.settings.native = true
        }
        let stored = try folder.stored()
        #expect(try stored.ints(\.images.label) == [0, 0, 1, 1])
        #expect(try stored.values(\.images.pixels) == pixels)
    }

    @Test func dataOfTwelveBitsAreNoticed() throws {
        let folder = try ImageFolder.ofTwoClasses()
        let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../ImagesTests/Fixtures/codecs").standardizedFileURL
        for name in ["deep-gray.png", "deep-rgb.tif"] {
            try folder.add("train/a/\(name)", bytes: [UInt8](Data(contentsOf: fixtures.appendingPathComponent(name))))
        }
        var notes: [String] = []
        _ = try folder.decode { $0.note = { notes.append($0) } }
        #expect(
            notes.contains { $0.hasPrefix("The 2 images of 16 bits hold no value above 3") && $0.contains("--gray16 stretch") })
        notes = []
        _ = try folder.decode {
            $0.note = { notes.append($0) }
            $0.settings.gray16 = .stretch
        }
        #expect(!notes.contains { $0.contains("gray16") })
        #expect(try folder.stored().value(\.reading.gray16) == .stretch)
    }

    @Test func damagedImagesAreKeptOnRequestAndCounted() throws {
        let folder = try ImageFolder.ofTwoClasses()
        let jpeg = try ImageFolder.image(height: 40, width: 40, seed: 9).jpeg(quality: 90)
        try folder.add("train/a/cut.jpg", bytes: Array(jpeg.prefix(jpeg.count / 2)))
        #expect(try folder.decode().skipped.count == 1)
        let result = try folder.decode { $0.settings.damaged = .keep }
        #expect(result.skipped.isEmpty && result.damaged == 1)
        #expect(try folder.stored().value(\.reading.damaged) == .keep)
        #expect(try folder.stored().values(\.images.name).contains("train/a/cut.jpg"))
    }

    @Test func picturesAreUprightInFoldersOfOnesOwn() throws {
        let folder = try ImageFolder.ofTwoClasses()
        let turned = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../ImagesTests/Fixtures/exif-6.jpg").standardizedFileURL
        try folder.add("train/a/0.jpg", bytes: [UInt8](Data(contentsOf: turned)))
        _ = try folder.decode()
        #expect(try folder.stored().ints(\.images.height)[0] == 16)
        #expect(try folder.stored().value(\.reading.orientation) == .upright)
        _ = try folder.decode { $0.settings.orientation = .asIs }
        #expect(try folder.stored().ints(\.images.height)[0] == 11)
        #expect(try folder.stored().value(\.reading.orientation) == .asIs)
    }

    @Test func anEarlierFileStaysWhenDecodingFails() throws {
        let folder = try ImageFolder.ofTwoClasses()
        _ = try folder.decode()
        let before = try folder.stored().identity
        try folder.add("train/a/0.jpg", bytes: [])
        #expect(throws: ImagesError.self) { try folder.decode { $0.settings.strict = true } }
        #expect(try folder.stored().identity == before)
    }

    @Test func anOutputThatCannotBeWrittenIsRefused() throws {
        let folder = try ImageFolder.ofTwoClasses()
        let error = try #require(throws: (any Error).self) {
            try folder.decode { $0.output = StageOutput("/nowhere/images.h5") }
        }
        #expect("\(error)" == "/nowhere/images.h5: there is no folder /nowhere; create it first")
    }
}

/// A folder of images that goes away with its last reference.
private struct ImageFolder {
    private let place: TemporaryFolder

    var path: String { place.file("data") }
    var output: String { place.file("images.h5") }

    init() throws {
        place = try TemporaryFolder()
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    /// Classes a and b, two training images each, and a test image of a.
    static func ofTwoClasses() throws -> ImageFolder {
        let folder = try ImageFolder()
        let names = ["train/a/1.png", "train/a/2.png", "train/b/1.png", "train/b/2.png", "test/a/3.png"]
        for (seed, name) in names.enumerated() {
            try folder.add(name, image(height: 16, width: 18, seed: seed))
        }
        return folder
    }

    static func image(height: Int, width: Int, seed: Int) throws -> RGBImage {
        try RGBImage(
            height: height, width: width,
            pixels: (0..<height * width * 3).map { UInt8(truncatingIfNeeded: $0 * (seed + 3) + $0 / width * 7) })
    }

    func add(_ name: String, _ image: RGBImage) throws {
        try add(name, bytes: image.png())
    }

    func add(_ name: String, bytes: [UInt8]) throws {
        try place.write(bytes, to: "data/" + name)
    }

    func decode(_ change: (inout Decode) -> Void = { _ in }) throws -> Decode.Result {
        var stage = Decode(dataSet: path, settings: Settings(), output: StageOutput(output))
        stage.settings.threads = 2
        stage.quiet = true
        change(&stage)
        return try stage.run()
    }

    /// All files in it.
    func files() throws -> [URL] {
        try FileManager.default.subpathsOfDirectory(atPath: path).filter { $0.contains(".") }
            .map { URL(fileURLWithPath: path).appendingPathComponent($0) }
    }

    func stored() throws -> ArtifactReader<ImagesSchema> {
        try ArtifactReader(output, schema: .images)
    }
}
