import Images
import Testing
import Views

struct RandomResizedCropTests {
    @Test func windowsAreTorchvisionsForTheSameRandomNumbers() throws {
        let crop = try RandomResizedCrop(size: 32)
        #expect(ImageFixtures.recorded.windows.count == 60)
        for recorded in ImageFixtures.recorded.windows {
            var generator = Recording(fractions: recorded.fractions[...])
            let window = crop.window(height: recorded.height, width: recorded.width, using: &generator)
            #expect([window.top, window.left, window.height, window.width] == recorded.window)
            #expect(generator.fractions.isEmpty)
        }
    }

    @Test(arguments: ImageFixtures.recorded.crops.map(\.pixels))
    func pixelsArePillowsCropResizedAndMirrored(_ pixels: String) throws {
        let recorded = try #require(ImageFixtures.recorded.crops.first { $0.pixels == pixels })
        let image = try ImageDecoder().decode(contentsOf: ImageFixtures.path(recorded.file))
        let (height, width) = (Double(recorded.window[2]), Double(recorded.window[3]))
        // Pin the window by its exact area and ratio; the offsets are fractions of what is left.
        let crop = try RandomResizedCrop(
            size: recorded.size,
            scale: { $0...$0 }(height * width / Double(image.height * image.width)),
            ratio: { $0...$0 }(width / height))
        let offsets = [
            (Double(recorded.window[0]) + 0.5) / (Double(image.height) - height + 1),
            (Double(recorded.window[1]) + 0.5) / (Double(image.width) - width + 1),
        ]
        var generator = Recording(fractions: [0, 0] + offsets + [0])
        let view = try crop.render(image, using: &generator)
        let difference = try difference(view.pixels, ImageFixtures.bytes(recorded.pixels))
        #expect(difference.largest <= 2 && difference.part < 0.01, "\(difference)")
    }

    @Test func withoutFlippingTheViewIsTheMirrorImage() throws {
        let image = try ImageDecoder().decode(contentsOf: ImageFixtures.path("view-tall.png"))
        var generators = (Congruential(seed: 3), Congruential(seed: 3))
        let flipped = try RandomResizedCrop(size: 33).render(image, using: &generators.0)
        let plain = try RandomResizedCrop(size: 33, flipProbability: 0).render(image, using: &generators.1)
        for row in 0..<33 {
            for column in 0..<33 {
                let (here, there) = ((row * 33 + column) * 3, (row * 33 + 32 - column) * 3)
                #expect(plain.pixels[here..<here + 3].elementsEqual(flipped.pixels[there..<there + 3]))
            }
        }
    }

    @Test func aViewDependsOnItsGeneratorAndNotOnItsBatch() throws {
        let image = try ImageDecoder().decode(contentsOf: ImageFixtures.path("view-wide.png"))
        let crop = try RandomResizedCrop(size: 16)
        var batch = [UInt8](repeating: 0, count: 4 * 16 * 16 * 3)
        try batch.withUnsafeMutableBufferPointer {
            try crop.render([image, image, image, image], into: $0) { Congruential(seed: UInt64($0)) }
        }
        var generator = Congruential(seed: 2)
        let third = try crop.render(image, using: &generator).pixels
        #expect(batch[2 * 768..<3 * 768].elementsEqual(third))
        #expect(!batch[..<768].elementsEqual(third))
    }

    @Test func impossibleCropsAreRefused() {
        #expect(throws: ImagesError.self) { try RandomResizedCrop(size: -1) }
        #expect(throws: ImagesError.self) { try RandomResizedCrop(scale: 0...1) }
        #expect(throws: ImagesError.self) { try RandomResizedCrop(ratio: -1...1) }
        #expect(throws: ImagesError.self) { try RandomResizedCrop(flipProbability: 1.5) }
    }
}
