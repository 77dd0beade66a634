import Foundation
import Images
import Testing

/// Every format, and every property that its reader has, against Pillow.
struct CodecTests {
    @Test(arguments: CodecFixtures.recorded)
    func everyFormatDecodesToPillowsPixels(_ fixture: CodecFixtures.File) throws {
        let codec = try #require(ImageCodec.all.first { $0.name == fixture.codec })
        for expected in fixture.expected {
            var options = ImageDecoder.Options()
            options.reading = expected.reading
            let decoded = try fixture.bytes.withUnsafeBytes { try ImageDecoder(options: options).examine($0) }
            let image = decoded.image
            #expect(
                image.height == expected.height && image.width == expected.width,
                "\(expected.choices): \(image.height) x \(image.width)")
            let distance = try difference(image.pixels, expected.image().pixels)
            #expect(distance.largest <= fixture.distance ?? codec.properties.distance, "\(expected.choices): \(distance)")
            #expect((decoded.damage != nil) == (expected.reading.damaged == .keep))
            #expect((decoded.deepMaximum != nil) == fixture.properties.contains("16 bits"))
        }
    }

    @Test(arguments: CodecFixtures.recorded.filter { $0.properties.contains("damaged, kept") })
    func damagedFilesAreRefusedUnlessKept(_ fixture: CodecFixtures.File) throws {
        let error = try #require(throws: ImagesError.self) { try ImageDecoder().decode(fixture.bytes) }
        #expect(error.reason.hasPrefix("not a sound \(fixture.codec): "))
    }

    @Test func whatATruncatedFileKeepsIsNeverMoreThanItsSize() throws {
        var options = ImageDecoder.Options()
        options.reading.damaged = .keep
        let decoder = ImageDecoder(options: options)
        for name in ["cut.jpg", "cut-progressive.jpg", "cut.png", "cut-palette.png", "cut.gif", "cut.bmp", "cut.tif"] {
            let fixture = try CodecFixtures.named(name)
            let bytes = try fixture.bytes
            for count in stride(from: 1, to: bytes.count, by: max(1, bytes.count / 40)) {
                guard let image = try? decoder.decode(Array(bytes.prefix(count))) else { continue }
                #expect(image.height == fixture.expected[0].height && image.width == fixture.expected[0].width)
            }
        }
    }

    /// Every format has fixtures, and every property that is claimed has one.
    @Test(arguments: ImageCodec.all.map(\.name))
    func everyPropertyHasAFixture(_ name: String) throws {
        let codec = try #require(ImageCodec.all.first { $0.name == name })
        let shown = Set(
            CodecFixtures.recorded.filter { $0.codec == name }.flatMap(\.properties)
                + (["JPEG", "PNG"].contains(name) ? ["color", "alpha", "orientation from EXIF", "orientation from eXIf"] : []))
        var claimed = codec.properties.orientations.map { "orientation from \($0)" }
        if codec.properties.isDeep { claimed.append("16 bits") }
        if codec.properties.hasOpenScale { claimed += ["floating-point", "integers with a sign"] }
        if codec.properties.hasFrames { claimed.append("first of several pictures") }
        if codec.properties.hasAlpha { claimed.append("alpha") }
        if codec.properties.keepsDamaged { claimed.append("damaged, kept") }
        // pillow-heif writes no file that is turned by its container.
        let unshown = Set(claimed).subtracting(shown).subtracting(
            name == "HEIC" ? ["orientation from irot", "orientation from imir"] : [])
        #expect(unshown.isEmpty)
    }

    @Test func everyFormatIsToldByItsFirstBytes() throws {
        for fixture in CodecFixtures.recorded {
            let start = try fixture.bytes.prefix(ImageCodec.signatureLength)
            let codecs = ImageCodec.all.filter { codec in
                codec.signatures.contains { signature in
                    start.count >= signature.count && zip(start, signature).allSatisfy { $1 == nil || $0 == $1 }
                }
            }
            #expect(codecs.map(\.name) == [fixture.codec], "\(fixture.file)")
        }
    }
}

/// Nothing of one image is left for the next.
struct CleanStateTests {
    /// A file's segments: without those of `marker`.
    private func without(_ marker: UInt8, _ jpeg: [UInt8]) -> [UInt8] {
        var out = Array(jpeg.prefix(2))
        var start = 2
        while jpeg[start + 1] != 0xDA {
            let length = 2 + Int(jpeg[start + 2]) << 8 + Int(jpeg[start + 3])
            if jpeg[start + 1] != marker { out += jpeg[start..<start + length] }
            start += length
        }
        return out + jpeg[start...]
    }

    @Test func aFileWithoutTablesIsReadTheSameWhateverWasReadBefore() throws {
        let frame = try CodecFixtures.named("frame.jpg")
        let ordinary = try ImageFixtures.bytes("baseline-420.jpg")
        let progressive = try ImageFixtures.bytes("progressive.jpg")
        let unquantized = without(0xDB, ordinary)
        #expect(unquantized.count < ordinary.count)
        let expected = try frame.expected[0].image()
        for neighbours in [[], [ordinary], [progressive], [ordinary, unquantized], [unquantized, progressive, ordinary]] {
            let decoder = ImageDecoder()
            for neighbour in neighbours { _ = try? decoder.decode(neighbour) }
            #expect(try decoder.decode(frame.bytes) == expected)
            let error = try #require(throws: ImagesError.self) { try decoder.decode(unquantized) }
            #expect(error.reason.hasPrefix("not a sound JPEG: "))
        }
    }

    @Test func anyOrderOfAnyFilesGivesTheSameImages() throws {
        let files = try CodecFixtures.recorded.map { try $0.bytes } + [without(0xDB, ImageFixtures.bytes("baseline-420.jpg"))]
        func outcome(_ bytes: [UInt8], _ decoder: ImageDecoder) -> Result<RGBImage, ImagesError> {
            Result { try decoder.decode(bytes) }.mapError { $0 as? ImagesError ?? ImagesError("\($0)") }
        }
        let alone = files.map { outcome($0, ImageDecoder()) }
        for seed: UInt64 in 0..<3 {
            var generator = Congruential(seed: seed)
            let decoder = ImageDecoder()
            for index in files.indices.shuffled(using: &generator) {
                #expect(outcome(files[index], decoder) == alone[index], "\(index)")
            }
        }
    }
}
