import Foundation
import Images
import TestSupport
import Testing
import Vocabulary

/// Thousands of damaged files of every format, each of which must give an image or a sentence: no crash, no hang, no memory beyond
/// what the limits allow. `CAP_DAMAGED_IMAGES=COUNT` and `CAP_DAMAGE_SEED=N` make it longer or another one.
struct DamageCampaignTests {
    private static let seeds: [(codec: String, bytes: [UInt8])] = {
        let recorded = CodecFixtures.recorded.compactMap { file in (try? file.bytes).map { (file.codec, $0) } }
        let older = ImageFixtures.recorded.files.compactMap { file in
            (try? ImageFixtures.bytes(file.file)).map { (file.file.hasSuffix("jpg") ? "JPEG" : "PNG", $0) }
        }
        return recorded + older
    }()

    private static func number(_ name: String) -> Int? { ProcessInfo.processInfo.environment[name].flatMap { Int($0) } }

    @Test(arguments: ImageCodec.all.map(\.name))
    func damagedFilesGiveAnImageOrASentence(_ codec: String) throws {
        let count = Self.number("CAP_DAMAGED_IMAGES") ?? 1500
        var damage = Damage(seed: UInt64(Self.number("CAP_DAMAGE_SEED") ?? 1), others: Self.seeds.map(\.bytes))
        let seeds = Self.seeds.filter { $0.codec == codec }.map(\.bytes)
        #expect(!seeds.isEmpty)
        var (images, refused) = (0, 0)
        var slowest = Duration.zero
        let decoders = [Damaged.skip, .keep].map { damaged in
            var options = ImageDecoder.Options()
            options.maximumPixels = 1 << 20
            options.reading = Reading(orientation: .upright, gray16: .stretch, damaged: damaged)
            return ImageDecoder(options: options)
        }
        for index in 0..<count {
            let file = damage.applied(to: seeds[index % seeds.count])
            let start = ContinuousClock.now
            do {
                let image = try decoders[index / seeds.count % 2].decode(file)
                #expect(image.pixels.count == image.height * image.width * 3)
                images += 1
            } catch let error as ImagesError {
                #expect(!error.reason.isEmpty && !error.reason.contains("\n"), "\(error)")
                refused += 1
            }
            slowest = max(slowest, ContinuousClock.now - start)
        }
        print("\(codec): \(count) damaged files, \(images) images, \(refused) sentences, the slowest took \(slowest)")
        #expect(slowest < .seconds(20))
    }
}
