import CZlib
import Foundation
import Images
import TestSupport
import Vocabulary

extension FuzzedKind {
    /// Pictures of every codec, in this process, turned and stretched, as far as they go or not at all.
    static let images = FuzzedKind(name: "images", share: 1) { workshop in
        let folder = Repository.file("Tests/ImagesTests/Fixtures")
        let names = try FileManager.default.subpathsOfDirectory(atPath: folder.path).sorted()
        let endings: Set = ["jpg", "png", "apng", "mpo", "webp", "tif", "gif", "bmp", "heic", "avif"]
        let seeds = try names.filter { endings.contains(String($0.split(separator: ".").last ?? "")) }
            .map { try bytes(folder.appendingPathComponent($0)) }
        let decoders = [Damaged.skip, .keep].map { damaged in
            var options = ImageDecoder.Options()
            options.maximumPixels = 1 << 22
            options.reading = Reading(orientation: .upright, gray16: .stretch, damaged: damaged)
            return ImageDecoder(options: options)
        }
        return Tries { number in
            var damage = workshop.damage(number, seeds)
            let damaged = damage.applied(to: seeds[number % seeds.count])
            // Half of the PNGs have right checksums, which random changes do not get past.
            return number / seeds.count % 2 == 0 ? withRightChecksums(damaged) : damaged
        } read: { bytes, number in
            var size = 0
            let verdict = Verdict {
                let image = try decoders[number / 2 / seeds.count % 2].decode(bytes)
                size = image.pixels.count - image.height * image.width * 3
            }
            return size == 0 ? verdict : .wrong("\(size) bytes more than pixels")
        }
    }

    private static func withRightChecksums(_ file: [UInt8]) -> [UInt8] {
        guard file.starts(with: [0x89, 0x50, 0x4E, 0x47]) else { return file }
        var file = file
        var place = 8
        while place + 12 <= file.count {
            let length = file[place..<place + 4].reduce(0) { $0 << 8 | Int($1) }
            let end = place + 8 + length
            guard end + 4 <= file.count else { break }
            let sum = file[place + 4..<end].withUnsafeBufferPointer { crc32(0, $0.baseAddress, UInt32($0.count)) }
            for byte in 0..<4 { file[end + byte] = UInt8(truncatingIfNeeded: sum >> UInt(8 * (3 - byte))) }
            place = end + 4
        }
        return file
    }
}
