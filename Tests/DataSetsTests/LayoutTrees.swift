import Foundation
import Testing

/// The trees of Tests/Tools/make_layouts.py, which says itself what is in them.
enum LayoutTrees {
    /// Where they are; removed when the tests end.
    private static let place = FileManager.default.temporaryDirectory
        .appendingPathComponent("cap-layouts-\(ProcessInfo.processInfo.processIdentifier)")
    private static let folder = Result {
        atexit { try? FileManager.default.removeItem(at: LayoutTrees.place) }
        let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("Tools/make_layouts.py")
        let python = Process()
        python.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        python.arguments = ["python3", script.path, place.path]
        try python.run()
        python.waitUntilExit()
        try #require(python.terminationStatus == 0)
        return place
    }

    /// The data set's folder of a case such as "dtd-official".
    static func root(of name: String) throws -> URL {
        let inside = try folder.get().appendingPathComponent(name)
        let folder = try #require(
            FileManager.default.contentsOfDirectory(atPath: inside.path).first { $0 != "expected.json" })
        return inside.appendingPathComponent(folder, isDirectory: true)
    }

    static func expected(of name: String) throws -> Expected {
        let file = try folder.get().appendingPathComponent("\(name)/expected.json")
        return try JSONDecoder().decode(Expected.self, from: Data(contentsOf: file))
    }

    struct Expected: Decodable {
        struct Image: Decodable, Equatable {
            let path: String
            let label: Int

            init(_ path: String, _ label: Int) {
                self.path = path
                self.label = label
            }

            init(from decoder: any Decoder) throws {
                var fields = try decoder.unkeyedContainer()
                path = try fields.decode(String.self)
                label = try fields.decode(Int.self)
            }
        }
        let classes: [String]
        let train: [Image]
        let test: [Image]
    }
}
