import Images
import TestSupport
import Testing

struct DecodingTests {
    @Test(arguments: ImageFixtures.recorded.files.map(\.file))
    func everyKindOfFileDecodesToPillowsPixels(_ name: String) throws {
        let fixture = try #require(ImageFixtures.recorded.files.first { $0.file == name })
        let image = try ImageDecoder().decode(contentsOf: ImageFixtures.path(name))
        #expect(image.height == fixture.height && image.width == fixture.width)
        #expect(try image.pixels == ImageFixtures.bytes(fixture.pixels))
    }

    @Test func oneDecoderServesManyFilesAlsoAfterAFailure() throws {
        let decoder = ImageDecoder()
        for fixture in ImageFixtures.recorded.files {
            let bytes = try ImageFixtures.bytes(fixture.file)
            #expect(throws: ImagesError.self) { try decoder.decode(Array(bytes.prefix(bytes.count / 2))) }
            #expect(try decoder.decode(bytes).pixels == ImageFixtures.bytes(fixture.pixels))
        }
    }

    @Test func theFormatIsToldByTheContentNotTheName() throws {
        let directory = try TemporaryFolder()
        let path = try directory.write(ImageFixtures.bytes("rgb8.png"), to: "rgb8.jpg")
        #expect(try ImageDecoder().decode(contentsOf: path).pixels == ImageFixtures.bytes("rgb8.rgb"))
    }

    @Test(arguments: ImageFixtures.recorded.files.filter { $0.upright != nil }.map(\.file))
    func exifOrientationIsAppliedOnRequest(_ name: String) throws {
        let fixture = try #require(ImageFixtures.recorded.files.first { $0.file == name }?.upright)
        var options = ImageDecoder.Options()
        options.reading.orientation = .upright
        #expect(try ImageDecoder(options: options).decode(contentsOf: ImageFixtures.path(name)) == fixture.image())
    }

    @Test func brokenExifLeavesTheImageAsItIs() throws {
        var options = ImageDecoder.Options()
        options.reading.orientation = .upright
        let decoder = ImageDecoder(options: options)
        let intact = try ImageFixtures.bytes("exif-6.jpg")
        let stored = try ImageFixtures.bytes("exif-6.rgb")
        let exif = try #require(intact.indices.first { intact[$0...].starts(with: Array("Exif".utf8)) })
        // Byte order, directory offset, number of entries, tag, type, value.
        for offset in [6, 7, 10, 11, 14, 15, 16, 17, 18, 19, 24, 25] {
            for value: UInt8 in [0, 9, 0x7F, 0xFF] {
                var broken = intact
                broken[exif + offset] = value
                let image = try decoder.decode(broken)
                #expect(image.pixels.count == stored.count)
                if offset == 6 {
                    #expect(image.pixels == stored)
                }
            }
        }
    }
}
