import Artifacts
import HDF5
import TestSupport

/// Small artifacts: three images of two classes.
enum Example {
    static func provenance(from inputs: [ArtifactReader] = []) throws -> Provenance {
        try Provenance(
            arguments: ["/usr/bin/cap-embed", "images of mine.h5", "-o", "features.h5"],
            parameters: ["batch": 32, "precision": "fp32"], inputs: inputs, software: ["CAP": "0.1.0"],
            seed: 1)
    }

    static func images(
        in folder: TemporaryFolder, named name: String = "images.h5", firstPixel: UInt8 = 0
    ) throws -> ArtifactReader {
        let path = folder.file(name)
        let writer = try ArtifactWriter(path, schema: .images, provenance: provenance())
        let pixels = try writer.appender(UInt8.self, to: "images/pixels")
        for image in 0..<3 {
            try pixels.append([image == 0 ? firstPixel : 9] + [UInt8](repeating: 7, count: 11))
        }
        try fillImages(writer)
        try writer.commit()
        return try ArtifactReader(path, schema: .images)
    }

    /// Writes everything that images.h5 needs but its pixels.
    static func fillImages(_ writer: ArtifactWriter) throws {
        try writer.write(["cat", "dog"], to: "classes/name")
        try writer.write(["a photo of a cat", "a photo of a dög"], to: "classes/phrase")
        try writer.write(["a.jpg", "b.jpg", "c.jpg"], to: "images/name")
        try writer.write([0, 1, -1] as [Int32], to: "images/label")
        try writer.write([0, 0, 1] as [UInt8], to: "images/split")
        for size in ["height", "width", "original_height", "original_width"] {
            try writer.write([2, 2, 2] as [Int32], to: "images/\(size)")
        }
        try writer.write([0, 12, 24, 36] as [Int64], to: "images/offset")
        try writer.write([] as [String], to: "skipped/name")
        try writer.write([] as [String], to: "skipped/reason")
    }

    static func features(
        in folder: TemporaryFolder, from images: ArtifactReader, named name: String = "features.h5",
        features: [Float] = [1, 0, 0, 1, 1, 0]
    ) throws -> String {
        let path = folder.file(name)
        let writer = try ArtifactWriter(path, schema: .features, provenance: provenance(from: [images]))
        try fillFeatures(writer, features: features)
        try writer.commit()
        return path
    }

    /// Writes everything that features.h5 needs, short of the commit.
    static func fillFeatures(
        _ writer: ArtifactWriter, features: [Float] = [1, 0, 0, 1, 1, 0], omitting omitted: String = ""
    ) throws {
        for (path, values) in featureTexts where path != omitted { try writer.write(values, to: path) }
        try writer.write([1, 0, 0, 1] as [Float], shape: [2, 2], to: "classes/text_features")
        try writer.write([0, 1, -1] as [Int32], to: "images/label")
        try writer.write([0, 0, 1] as [UInt8], to: "images/split")
        try writer.write(features, shape: [features.count / 2, 2], to: "images/features")
        try writer.write([1, 0, 0, 1, 0.5, 0.5] as [Float], shape: [3, 2], to: "zero_shot/probabilities")
        try writer.write(100 as Float, to: "logit_scale")
        try writer.set("checkpoint", to: "models/clip")
        try writer.set("checkpoint_identity", to: "00000000000000000000000000000000")
    }

    private static let featureTexts: KeyValuePairs = [
        "classes/name": ["cat", "dog"], "classes/phrase": ["a cat", "a dog"],
        "classes/prompt": ["cat.", "dog."],
        "images/name": ["a.jpg", "b.jpg", "c.jpg"],
    ]

    /// A features.h5 written past all checks, as a damaged one or another program's would be.
    static func rawFeatures(
        _ path: String, version: Int64 = 1, features: [Float] = [1, 0, 0, 1, 1, 0],
        without omitted: String = "",
        also: (Group) throws -> Void = { _ in }
    ) throws {
        let file = try File.create(path)
        let attributes = file.root.attributes
        try attributes.set("schema", to: "cap-features")
        try attributes.set("schema_version", to: version)
        try attributes.set("inputs", to: "[]")
        for name in ["identity", "image_set", "checkpoint", "checkpoint_identity"] {
            try attributes.set(name, to: "00000000000000000000000000000000")
        }
        let root = file.root
        for (path, values) in featureTexts { try root.write(values, shape: [values.count], to: path) }
        try root.write([1, 0, 0, 1] as [Float], shape: [2, 2], to: "classes/text_features")
        if omitted != "images/label" {
            try root.write([0, 1, -1] as [Int32], shape: [3], to: "images/label")
        }
        try root.write([0, 0, 1] as [UInt8], shape: [3], to: "images/split")
        try root.write(features, shape: [3, 2], to: "images/features")
        try root.write([1, 0, 0, 1, 0.5, 0.5] as [Float], shape: [3, 2], to: "zero_shot/probabilities")
        try root.write([100] as [Float], shape: [], to: "logit_scale")
        try also(root)
        try file.close()
    }

    /// A mismatch.h5 in which nothing was found.
    static func mismatch(in folder: TemporaryFolder, from features: ArtifactReader) throws -> ArtifactReader {
        let path = folder.file("mismatch.h5")
        let writer = try ArtifactWriter(path, schema: .mismatch, provenance: provenance(from: [features]))
        for dataset in ArtifactSchema.mismatch.datasets {
            let shape = dataset.dimensions.map { $0.hasSuffix("+1") ? 1 : 0 }
            switch dataset.type {
            case .string: try writer.write([] as [String], to: dataset.path)
            case .uint8: try writer.write([] as [UInt8], to: dataset.path)
            case .int32: try writer.write([] as [Int32], to: dataset.path)
            case .int64: try writer.write([Int64](repeating: 0, count: shape[0]), to: dataset.path)
            case .float32, .float64: try writer.write([] as [Float], shape: shape, to: dataset.path)
            }
        }
        try writer.set("paradigm", to: "ul")
        try writer.set("split_seed", to: 1)
        try writer.commit()
        return try ArtifactReader(path, schema: .mismatch)
    }
}
