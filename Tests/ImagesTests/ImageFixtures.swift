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

/// How far `image` is from the recorded pixels: the largest difference, and the part of values that differ.
func difference(_ pixels: [UInt8], _ recorded: [UInt8]) -> (largest: Int, part: Double) {
    let differences = zip(pixels, recorded).map { abs(Int($0) - Int($1)) }
    return (differences.max() ?? 0, Double(differences.count { $0 != 0 }) / Double(max(differences.count, 1)))
}
