import Artifacts
import HDF5

/// Small artifacts of two kinds: three images of two classes.
enum Example {
    static func provenance(from inputs: [ArtifactReader] = []) throws -> Provenance {
        try Provenance(
            arguments: ["/usr/bin/cap-embed", "images of mine.h5", "-o", "features.h5"],
            parameters: ["batch": 32, "precision": "fp32"], inputs: inputs, software: ["CAP": "0.1.0"], seed: 1)
    }

    static func images(
        in folder: TemporaryFolder, named name: String = "images.h5", firstPixel: UInt8 = 0
    ) throws -> ArtifactReader {
        let path = folder.file(name)
        let writer = try ArtifactWriter(path, schema: .images, provenance: provenance())
        let pixels = try writer.appender(UInt8.self, to: "images/pixels")
        for image in 0..<3 { try pixels.append([image == 0 ? firstPixel : 9] + [UInt8](repeating: 7, count: 11)) }
        try writer.write(["cat", "dog"], to: "classes/name")
        try writer.write(["a photo of a cat", "a photo of a dog"], to: "classes/phrase")
        try writer.write(["a.jpg", "b.jpg", "c.jpg"], to: "images/name")
        try writer.write([0, 1, -1] as [Int32], to: "images/label")
        try writer.write([0, 0, 1] as [UInt8], to: "images/split")
        for size in ["height", "width", "original_height", "original_width"] {
            try writer.write([2, 2, 2] as [Int32], to: "images/\(size)")
        }
        try writer.write([0, 12, 24, 36] as [Int64], to: "images/offset")
        try writer.write([] as [String], to: "skipped/name")
        try writer.write([] as [String], to: "skipped/reason")
        try writer.commit()
        return try ArtifactReader(path, schema: .images)
    }

    static func features(
        in folder: TemporaryFolder, from images: ArtifactReader, named name: String = "features.h5"
    ) throws -> String {
        let path = folder.file(name)
        let writer = try ArtifactWriter(path, schema: .features, provenance: provenance(from: [images]))
        try fillFeatures(writer)
        try writer.commit()
        return path
    }

    /// Writes everything that features.h5 needs, short of the commit.
    static func fillFeatures(
        _ writer: ArtifactWriter, features: [Float] = [1, 0, 0, 1, 1, 0], omitting omitted: String = ""
    ) throws {
        let texts = [
            "classes/name": ["cat", "dog"], "classes/phrase": ["a cat", "a dog"], "classes/prompt": ["cat.", "dog."],
            "images/name": ["a.jpg", "b.jpg", "c.jpg"],
        ]
        for (path, values) in texts.sorted(by: { $0.key < $1.key }) where path != omitted {
            try writer.write(values, to: path)
        }
        try writer.write([1, 0, 0, 1] as [Float], shape: [2, 2], to: "classes/text_features")
        try writer.write([0, 1, -1] as [Int32], to: "images/label")
        try writer.write([0, 0, 1] as [UInt8], to: "images/split")
        try writer.write(features, shape: [features.count / 2, 2], to: "images/features")
        try writer.write([1, 0, 0, 1, 0.5, 0.5] as [Float], shape: [3, 2], to: "zero_shot/probabilities")
        try writer.write(100 as Float, to: "logit_scale")
        try writer.set("checkpoint", to: "models/clip")
        try writer.set("checkpoint_identity", to: "00000000000000000000000000000000")
    }
}
