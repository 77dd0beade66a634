import Foundation
import Images
import TestSupport
import Testing
import Views

struct DamagedImageTests {
    private func reason(_ bytes: [UInt8], options: ImageDecoder.Options = .init()) throws -> String {
        try #require(throws: ImagesError.self) { try ImageDecoder(options: options).decode(bytes) }.reason
    }

    @Test(arguments: ["baseline-420.jpg", "progressive.jpg", "gray.jpg", "cmyk.jpg", "baseline-restart.jpg"])
    func truncatedJPEGIsRefusedWhereverItEnds(_ name: String) throws {
        let bytes = try ImageFixtures.bytes(name)
        for count in 3..<bytes.count {
            let reason = try reason(Array(bytes.prefix(count)))
            #expect(reason.hasPrefix("not a sound JPEG: "), "cut at \(count) bytes: \(reason)")
        }
        #expect(try reason(Array(bytes.dropLast(2))) == "not a sound JPEG: the data end early (truncated file)")
    }

    @Test(arguments: ["rgb8.png", "palette4-interlaced.png", "gray16.png"])
    func truncatedPNGIsRefusedWhereverItsPixelsEnd(_ name: String) throws {
        let bytes = try ImageFixtures.bytes(name)
        let endChunk = 12
        for count in 8..<bytes.count - endChunk {
            let reason = try reason(Array(bytes.prefix(count)))
            #expect(reason.hasPrefix("not a sound PNG: "), "cut at \(count) bytes: \(reason)")
        }
    }

    @Test func damagedEntropyDataIsRefused() throws {
        let bytes = try ImageFixtures.bytes("baseline-420.jpg")
        // An end-of-image marker in the middle of the scan.
        var ended = bytes
        ended[bytes.count - 200] = 0xFF
        ended[bytes.count - 199] = 0xD9
        #expect(try reason(ended).hasPrefix("not a sound JPEG: damaged data: "))
    }

    @Test func aWrongChecksumIsRefused() throws {
        var bytes = try ImageFixtures.bytes("rgb8.png")
        bytes[bytes.count - 20] ^= 1
        #expect(try reason(bytes).hasPrefix("not a sound PNG: "))
    }

    /// libpng would ask for the two gigabytes of text that 812 bytes claim to have.
    @Test func aChunkIsNotBelievedToBeAsLongAsItClaims() throws {
        let file = Repository.file("Tests/Fuzzers/PNG/text-of-two-gigabytes.png")
        func held() throws -> Int {
            let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
            return try #require(status.firstMatch(of: /VmHWM:\s+(\d+) kB/).flatMap { Int($0.1) })
        }
        let before = try held()
        #expect(try reason([UInt8](Data(contentsOf: file))).hasPrefix("not a sound PNG: "))
        #expect(try held() < before + 1_000_000)
    }

    @Test(arguments: [
        "baseline-420.jpg", "progressive.jpg", "cmyk.jpg", "rgb16.png", "palette8.png", "rgb8-exif.png",
    ])
    func anyChangedByteGivesAnImageOrAReason(_ name: String) throws {
        let bytes = try ImageFixtures.bytes(name)
        var options = ImageDecoder.Options()
        options.maximumPixels = 1 << 20
        options.reading.orientation = .upright
        let decoder = ImageDecoder(options: options)
        var generator = Congruential(seed: 0)
        for index in bytes.indices {
            var broken = bytes
            broken[index] ^= UInt8.random(in: 1...255, using: &generator)
            do {
                let image = try decoder.decode(broken)
                #expect(image.pixels.count == image.height * image.width * 3)
            } catch let error as ImagesError {
                #expect(!error.reason.isEmpty)
            }
        }
    }

    @Test func aFileThatIsNoImageHasItsOwnReason() throws {
        #expect(try reason([]) == "the file is empty")
        let none = "no image: the file does not begin as JPEG, PNG, WebP, TIFF, GIF, BMP, HEIC and AVIF files do"
        #expect(try reason(Array("not an image at all\n".utf8)) == none)
        #expect(try reason(Array("BMW is a car".utf8)) == none)
        #expect(try reason([0xFF, 0x0A, 0, 0]) == "a JPEG XL image, which is not read")
        #expect(try reason(Array("GIF89a".utf8)) == "not a sound GIF: the data end early (truncated file)")
        #expect(
            try reason(Array("RIFF".utf8) + [40, 0, 0, 0] + Array("WEBPVP8 ".utf8))
                == "not a sound WebP: the data end early (truncated file)")
        #expect(try reason([0x49, 0x49, 0x2A, 0, 8, 0, 0, 0]).hasPrefix("not a sound TIFF: "))
    }

    @Test func anUnreadablePathIsNamed() throws {
        let missing = try #require(throws: ImagesError.self) {
            try ImageDecoder().decode(contentsOf: "/nowhere/a.jpg")
        }
        #expect(missing.description == "/nowhere/a.jpg: cannot be read: No such file or directory")
        let directory = try TemporaryFolder()
        let error = try #require(throws: ImagesError.self) {
            try ImageDecoder().decode(contentsOf: directory.path)
        }
        #expect(error.reason == "not a regular file")
    }

    /// The header of a 30000×30000 PNG: refused before anything is allocated for its pixels.
    @Test func anImageOverThePixelLimitIsRefused() throws {
        var bytes = try ImageFixtures.bytes("rgb8.png")
        bytes.replaceSubrange(16..<24, with: [0, 0, 0x75, 0x30, 0, 0, 0x75, 0x30])
        bytes.replaceSubrange(29..<33, with: crc32(bytes[12..<29]))
        #expect(try reason(bytes) == "30000 x 30000 pixels are more than the limit of 178956970")

        var options = ImageDecoder.Options()
        options.maximumPixels = 37 * 45 - 1
        #expect(
            try reason(ImageFixtures.bytes("gray.jpg"), options: options)
                == "37 x 45 pixels are more than the limit of 1664")
    }

    @Test func aStripIsRefused() throws {
        let strip = try RGBImage(height: 1, width: 101, pixels: Array(repeating: 0, count: 303))
        #expect(try reason(strip.png()) == "1 x 101 pixels: one side is more than 100 times the other")
        #expect(throws: ImagesError.self) { try EvaluationView(size: 8).render(strip) }
    }

    @Test func anImageKnowsItsSize() throws {
        #expect(throws: ImagesError.self) {
            try RGBImage(height: 2, width: 2, pixels: Array(repeating: 0, count: 11))
        }
        #expect(throws: ImagesError.self) { try RGBImage(height: Int.max, width: 2, pixels: []) }
        #expect(throws: ImagesError.self) { try RGBImage(height: 0, width: 0, pixels: []) }
    }
}

/// CRC-32 of PNG (ISO 3309), big-endian.
private func crc32(_ bytes: some Sequence<UInt8>) -> [UInt8] {
    var crc = UInt32.max
    for byte in bytes {
        crc ^= UInt32(byte)
        for _ in 0..<8 {
            crc = crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1
        }
    }
    return withUnsafeBytes(of: (~crc).bigEndian, Array.init)
}
