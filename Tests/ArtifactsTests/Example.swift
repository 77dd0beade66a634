import Artifacts
import HDF5
import TestSupport

/// Small artifacts: three images of two classes.
enum Example {
    static func provenance(from inputs: [any Artifact] = []) throws -> Provenance {
        try Provenance(
            arguments: ["/usr/bin/cap-embed", "images of mine.h5", "-o", "features.h5"],
            parameters: ["batch": 32, "precision": "fp32"], inputs: inputs, software: ["CAP": "0.1.0"],
            seed: 1)
    }

    static func images(
        in folder: TemporaryFolder, named name: String = "images.h5", firstPixel: UInt8 = 0
    ) throws -> ArtifactReader<ImagesSchema> {
        let path = folder.file(name)
        let writer = try ArtifactWriter(path, schema: .images, provenance: provenance())
        let pixels = try writer.appender(to: \.images.pixels)
        for image in 0..<3 {
            try pixels.append([image == 0 ? firstPixel : 9] + [UInt8](repeating: 7, count: 11))
        }
        try fillImages(writer)
        try writer.commit()
        return try ArtifactReader(path, schema: .images)
    }

    /// Writes everything that images.h5 needs but its pixels.
    static func fillImages(_ writer: ArtifactWriter<ImagesSchema>) throws {
        try writer.write(["cat", "dog"], to: \.classes.name)
        try writer.write(["a photo of a cat", "a photo of a dög"], to: \.classes.phrase)
        try writer.write(["a.jpg", "b.jpg", "c.jpg"], to: \.images.name)
        try writer.write([0, 1, -1] as [Int32], to: \.images.label)
        try writer.write([.train, .train, .test], to: \.images.split)
        try writer.write([2, 2, 2] as [Int32], to: \.images.height)
        try writer.write([2, 2, 2] as [Int32], to: \.images.width)
        try writer.write([2, 2, 2] as [Int32], to: \.images.originalHeight)
        try writer.write([2, 2, 2] as [Int32], to: \.images.originalWidth)
        try writer.write([0, 12, 24, 36] as [Int64], to: \.images.offset)
        try writer.write([] as [String], to: \.skipped.name)
        try writer.write([] as [String], to: \.skipped.reason)
    }

    static func features(
        in folder: TemporaryFolder, from images: ArtifactReader<ImagesSchema>, named name: String = "features.h5",
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
        _ writer: ArtifactWriter<FeaturesSchema>, features: [Float] = [1, 0, 0, 1, 1, 0], withPrompts: Bool = true
    ) throws {
        try writer.write(classNames, to: \.classes.name)
        try writer.write(classPhrases, to: \.classes.phrase)
        if withPrompts { try writer.write(classPrompts, to: \.classes.prompt) }
        try writer.write(imageNames, to: \.images.name)
        try writer.write([1, 0, 0, 1] as [Float], shape: [2, 2], to: \.classes.textFeatures)
        try writer.write([0, 1, -1] as [Int32], to: \.images.label)
        try writer.write([.train, .train, .test], to: \.images.split)
        try writer.write(features, shape: [features.count / 2, 2], to: \.images.features)
        try writer.write([1, 0, 0, 1, 0.5, 0.5] as [Float], shape: [3, 2], to: \.zeroShotProbabilities)
        try writer.write(100 as Float, to: \.logitScale)
        try writer.set(\.checkpoint.path, to: "models/clip")
        try writer.set(\.checkpoint.identity, to: "00000000000000000000000000000000")
    }

    private static let classNames = ["cat", "dog"]
    private static let classPhrases = ["a cat", "a dog"]
    private static let classPrompts = ["cat.", "dog."]
    private static let imageNames = ["a.jpg", "b.jpg", "c.jpg"]

    /// A features.h5 written past all checks, as a damaged one or another program's would be.
    static func rawFeatures(
        _ path: String, version: Int64 = 1, features: [Float] = [1, 0, 0, 1, 1, 0],
        withLabels: Bool = true, splits: [UInt8] = [0, 0, 1],
        also: (Group) throws -> Void = { _ in }
    ) throws {
        let file = try File.create(path)
        let (keys, common) = (FeaturesSchema(), CommonAttributes())
        let attributes = file.root.attributes
        try attributes.set(common.schema.name, to: "cap-features")
        try attributes.set(common.schemaVersion.name, to: version)
        try attributes.set(common.inputs.name, to: "[]")
        for key in [common.identity, common.imageSet, keys.checkpoint.path, keys.checkpoint.identity] {
            try attributes.set(key.name, to: "00000000000000000000000000000000")
        }
        let root = file.root
        for (key, values) in [
            (keys.classes.name, classNames), (keys.classes.phrase, classPhrases), (keys.classes.prompt, classPrompts),
            (keys.images.name, imageNames),
        ] {
            try root.write(values, shape: [values.count], to: key.path)
        }
        try root.write([1, 0, 0, 1] as [Float], shape: [2, 2], to: keys.classes.textFeatures.path)
        if withLabels {
            try root.write([0, 1, -1] as [Int32], shape: [3], to: keys.images.label.path)
        }
        try root.write(splits, shape: [3], to: keys.images.split.path)
        try root.write(features, shape: [3, 2], to: keys.images.features.path)
        try root.write([1, 0, 0, 1, 0.5, 0.5] as [Float], shape: [3, 2], to: keys.zeroShotProbabilities.path)
        try root.write([100] as [Float], shape: [], to: keys.logitScale.path)
        try also(root)
        try file.close()
    }

    /// A mismatch.h5 in which nothing was found.
    static func mismatch(
        in folder: TemporaryFolder, from features: ArtifactReader<FeaturesSchema>
    ) throws -> ArtifactReader<MismatchSchema> {
        let path = folder.file("mismatch.h5")
        let writer = try ArtifactWriter(path, schema: .mismatch, provenance: provenance(from: [features]))
        try writer.write([], to: \.split.role)
        for key in [
            \MismatchSchema.split.seen, \.split.unseen, \.split.candidate, \.trace.label, \.trace.cluster, \.trace.removed,
            \.trace.filled, \.trace.image, \.residual.image, \.residual.cluster, \.classes.zeroShotCount, \.classes.final,
            \.classes.low, \.classes.mismatched,
        ] {
            try writer.write([] as [Int32], to: key)
        }
        try writer.write([] as [Float], to: \.trace.probability)
        try writer.write([0] as [Int64], to: \.trace.imageOffset)
        try writer.write([] as [Float], shape: [0, 0], to: \.residual.centroids)
        try writer.write([] as [String], to: \.classes.name)
        try writer.set(\.paradigm, to: .ul)
        try writer.set(\.splitSeed, to: 1)
        try writer.commit()
        return try ArtifactReader(path, schema: .mismatch)
    }
}
