import Foundation
import TestSupport
import Testing

/// The trees of Tests/Tools/make_layouts.py, which says itself what is in them.
enum LayoutTrees {
    /// Where they are.
    private static let folder = Result {
        let place = try TemporaryFolder()
        let script = Repository.file("Tests/Tools/make_layouts.py").path
        let outcome = try Program.run("python3", [script, place.path])
        try #require(outcome.status == 0, "\(outcome.errors)")
        return place
    }

    /// The data set's folder of a case such as "dtd-official".
    static func root(of name: String) throws -> URL {
        let inside = try folder.get().url.appendingPathComponent(name)
        let folder = try #require(
            FileManager.default.contentsOfDirectory(atPath: inside.path).first { $0 != "expected.json" })
        return inside.appendingPathComponent(folder, isDirectory: true)
    }

    static func expected(of name: String) throws -> Expected {
        let file = try folder.get().url.appendingPathComponent("\(name)/expected.json")
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
