import Foundation
import Tensors
import Testing

/// A JSON file of answers recorded from another program; `Tests/Tools/` holds the scripts that made them.
func fixture<Content: Decodable>(_ name: String, as type: Content.Type = Content.self) throws -> Content {
    let file = try #require(Bundle.module.url(forResource: name, withExtension: "json", subdirectory: "Fixtures"))
    return try JSONDecoder().decode(Content.self, from: Data(contentsOf: file))
}

extension Tensor {
    /// Rows of equal length as a `[rows, columns]` tensor.
    init(rows: [[Float]]) throws {
        try self.init(Array(rows.joined()), shape: [rows.count, rows.first?.count ?? 0])
    }
}

/// Whether two lists of numbers agree to an absolute tolerance.
func agree(_ a: some Collection<Float>, _ b: some Collection<Float>, within tolerance: Float) -> Bool {
    a.count == b.count && zip(a, b).allSatisfy { abs($0 - $1) <= tolerance }
}
