import Foundation
import Images
import Testing
import Vocabulary

/// What `Tests/Tools/make_codec_fixtures.py` recorded of Pillow.
struct CodecFixtures: Decodable {
    struct File: Decodable, Sendable, CustomTestStringConvertible {
        let file: String
        let codec: String
        /// What it is an example of.
        let properties: [String]
        let expected: [Expected]
        /// How many levels it may be off where the format as such is not: what is
        /// missing is smoothed, and not the same by every version of the library.
        let distance: Int?

        var testDescription: String { file }

        var bytes: [UInt8] { get throws { try ImageFixtures.bytes("codecs/\(file)") } }
    }

    struct Expected: Decodable, Sendable {
        /// The choices of reading, by name; the others are the defaults.
        let choices: [String: String]
        let pixels: String
        let height: Int
        let width: Int

        var reading: Reading {
            Reading(
                orientation: choices["orientation"].flatMap(Orientation.init(rawValue:)) ?? .asIs,
                gray16: choices["gray16"].flatMap(Gray16.init(rawValue:)) ?? .highByte,
                damaged: choices["damaged"].flatMap(Damaged.init(rawValue:)) ?? .skip)
        }

        func image() throws -> RGBImage {
            try RGBImage(height: height, width: width, pixels: ImageFixtures.bytes("codecs/\(pixels)"))
        }
    }

    let files: [File]

    static let recorded: [File] = {
        do {
            return try JSONDecoder().decode(CodecFixtures.self, from: Data(ImageFixtures.bytes("codecs/codecs.json"))).files
        } catch {
            fatalError("codecs.json: \(error)")
        }
    }()

    /// The file of that name.
    static func named(_ name: String) throws -> File {
        guard let file = recorded.first(where: { $0.file == name }) else { throw ImagesError("no fixture \(name)") }
        return file
    }
}
