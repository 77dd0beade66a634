import CLIP
import Foundation
import Tensors

/// A checkpoint made by Tests/Tools/make_clip_fixtures.py and what transformers computed from it.
struct Fixture {
    let directory: URL
    let checkpoint: CLIPCheckpoint
    let expected: SafetensorsFile

    init(_ name: String) throws {
        directory = Self.url(name)
        checkpoint = try CLIPCheckpoint(directory.path)
        expected = try SafetensorsFile(directory.appendingPathComponent("expected.safetensors"))
    }

    static func url(_ name: String) -> URL {
        Bundle.module.bundleURL.appendingPathComponent("Fixtures/\(name)")
    }

    func tensor(_ name: String) throws -> Tensor {
        try expected.tensor(name)
    }

    /// The recorded texts.
    func texts() throws -> [String] {
        try JSONDecoder().decode([String].self, from: Data((expected.metadata["texts"] ?? "").utf8))
    }
}

/// The largest distance between corresponding rows, relative to the row's length.
func relativeError(_ found: Tensor, _ expected: Tensor) throws -> Double {
    let distance = try (found.to(.float64) - expected.to(.float64)).norm(dim: -1)
    return try (distance / expected.to(.float64).norm(dim: -1)).doubles().max() ?? .nan
}

/// The smallest cosine between corresponding rows.
func smallestCosine(_ found: Tensor, _ expected: Tensor) throws -> Double {
    let product = try found.to(.float64).l2Normalized() * expected.to(.float64).l2Normalized()
    return try product.sum(dim: -1).doubles().min() ?? .nan
}
