import Foundation
import Images
import Testing

/// docs/images.md says what the readers do.
struct FormatMatrixTests {
    static let document = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("../../docs/images.md").standardizedFileURL

    static func row(_ codec: ImageCodec) -> String {
        let properties = codec.properties
        let orientation = properties.orientations.joined(separator: ", ")
        return "| "
            + [
                codec.name, codec.extensions.map { "`.\($0)`" }.joined(separator: " "),
                codec.library.map { String($0.prefix { $0 != " " }) } ?? "code of our own",
                properties.distance == 0 ? "the same" : "within \(properties.distance) level",
                properties.isDeep ? "yes" : "–", properties.hasOpenScale ? "yes" : "–",
                properties.hasFrames ? "the first" : "–", properties.hasAlpha ? "keep their color" : "–",
                orientation.isEmpty ? "–" : properties.isAlwaysUpright ? orientation + " (always)" : orientation,
                properties.keepsDamaged ? "can be kept" : "skipped",
            ].joined(separator: " | ") + " |"
    }

    @Test func theTableOfFormatsIsThatOfTheReaders() throws {
        let lines = try String(contentsOf: Self.document, encoding: .utf8).components(separatedBy: "\n")
        let head = try #require(lines.firstIndex { $0.hasPrefix("| format | names end in |") })
        #expect(Array(lines[(head + 2)...].prefix { $0.hasPrefix("|") }) == ImageCodec.all.map(Self.row))
    }
}
