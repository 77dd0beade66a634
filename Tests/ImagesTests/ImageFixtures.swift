import Foundation
import Images

/// What `Tests/Tools/make_image_fixtures.py` recorded of Pillow and torchvision.
struct ImageFixtures: Decodable {
    struct Size: Decodable {
        let pixels: String
        let height: Int
        let width: Int

        func image() throws -> RGBImage {
            try RGBImage(height: height, width: width, pixels: ImageFixtures.bytes(pixels))
        }
    }

    struct File: Decodable {
        let file: String
        let pixels: String
        let height: Int
        let width: Int
        let upright: Size?
    }

    struct View: Decodable {
        let file: String
        let size: Int
        let pixels: String
    }

    struct Window: Decodable {
        let height: Int
        let width: Int
        let fractions: [Double]
        let window: [Int]
    }

    struct Crop: Decodable {
        let file: String
        let window: [Int]
        let size: Int
        let pixels: String
    }

    let files: [File]
    let views: [View]
    let windows: [Window]
    let crops: [Crop]

    static let recorded: ImageFixtures = {
        do {
            return try JSONDecoder().decode(ImageFixtures.self, from: Data(bytes("fixtures.json")))
        } catch {
            fatalError("fixtures.json: \(error)")
        }
    }()

    static func path(_ name: String) -> String {
        Bundle.module.bundleURL.appendingPathComponent("Fixtures/\(name)").path
    }

    static func bytes(_ name: String) throws -> [UInt8] {
        try [UInt8](Data(contentsOf: URL(fileURLWithPath: path(name))))
    }
}

/// Plays recorded fractions of 1 back as random numbers.
struct Recording: RandomNumberGenerator {
    var fractions: ArraySlice<Double>

    mutating func next() -> UInt64 {
        UInt64((fractions.popFirst() ?? 0) * 0x1p64)
    }
}

/// Repeatable random numbers: a linear congruential generator with Knuth's MMIX constants, its weak low bits
/// mixed away.
struct Congruential: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
        _ = next()
    }

    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return (state ^ state >> 32) &* 0x9E37_79B9_7F4A_7C15
    }
}

/// How far `pixels` are from the recorded ones: the largest difference, and the part of values that differ.
func difference(_ pixels: [UInt8], _ recorded: [UInt8]) -> (largest: Int, part: Double) {
    let differences = zip(pixels, recorded).map { abs(Int($0) - Int($1)) }
    return (differences.max() ?? 0, Double(differences.count { $0 != 0 }) / Double(max(differences.count, 1)))
}
