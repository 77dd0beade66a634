import Artifacts
import Foundation
import HDF5
import TestSupport
import Testing

@Suite("An artifact that cannot be used is refused with a sentence")
struct ReadingTests {
    let folder: TemporaryFolder
    let images: ArtifactReader<ImagesSchema>

    init() throws {
        folder = try TemporaryFolder()
        images = try Example.images(in: folder)
    }

    func refusal(_ path: String) -> String {
        sentence { _ = try ArtifactReader(path, schema: .features) }
    }

    @Test("missing, not HDF5, of another program")
    func foreign() throws {
        let missing = folder.file("features.h5")
        #expect(refusal(missing) == "\(missing): no such file")
        let text = folder.file("text.h5")
        try Data("features".utf8).write(to: URL(fileURLWithPath: text))
        #expect(refusal(text) == "\(text): not an HDF5 file")
        let foreign = try #require(
            Bundle.module.path(forResource: "foreign", ofType: "h5", inDirectory: "Fixtures"))
        #expect(refusal(foreign).hasPrefix("\(foreign): has no seal"))
        let raw = folder.file("raw.h5")
        try File.create(raw).close()
        #expect(refusal(raw) == "\(raw): was not written by CAP; expected features.h5, which cap-embed writes")
    }

    @Test("of another stage")
    func otherStage() {
        #expect(
            refusal(images.path)
                == "\(images.path): was written by cap-decode (cap-images); expected features.h5, which cap-embed writes"
        )
    }

    @Test("truncated at any length")
    func truncated() throws {
        let path = try Example.features(in: folder, from: images)
        let whole = try Data(contentsOf: URL(fileURLWithPath: path))
        for length in stride(from: 1, to: whole.count, by: max(1, whole.count / 97)) {
            try whole.prefix(length).write(to: URL(fileURLWithPath: path))
            #expect(refusal(path).hasPrefix("\(path): "))
        }
    }

    @Test("of a newer or an older version", arguments: [(2, "newer"), (0, "older")])
    func versions(version: Int64, word: String) throws {
        let path = folder.file("features.h5")
        try Example.rawFeatures(path, version: version)
        #expect(
            refusal(path).hasPrefix(
                "\(path): was written by \(word == "newer" ? "a newer" : "an older") version of CAP"))
        #expect(refusal(path).hasSuffix(word == "newer" ? "update CAP" : "run cap-embed again"))
    }

    @Test("without a dataset, or with one of another type or shape")
    func datasets() throws {
        let path = folder.file("features.h5")
        try Example.rawFeatures(path)
        _ = try ArtifactReader(path, schema: .features)
        try Example.rawFeatures(path, withLabels: false)
        #expect(refusal(path) == "\(path): has no dataset images/label; run cap-embed again")
        try Example.rawFeatures(path, withLabels: false) {
            try $0.write([0, 1, 0] as [Float], shape: [3], to: FeaturesSchema().images.label.path)
        }
        #expect(refusal(path) == "\(path): images/label holds float32, not int32")
        try Example.rawFeatures(path, withLabels: false) {
            try $0.write([0, 1, 0] as [Int32], shape: [3, 1], to: FeaturesSchema().images.label.path)
        }
        #expect(refusal(path) == "\(path): images/label has shape [3, 1], which is not [image]")
        try Example.rawFeatures(path, withLabels: false) {
            try $0.write([0, 1] as [Int32], shape: [2], to: FeaturesSchema().images.label.path)
        }
        #expect(refusal(path).hasPrefix("\(path): "))
        #expect(refusal(path).contains("of dimension image"))
    }

    @Test("with NaN in its features, naming the image")
    func notFinite() throws {
        let path = folder.file("features.h5")
        try Example.rawFeatures(path, features: [1, 0, 0, 1, 1, .nan])
        let reader = try ArtifactReader(path, schema: .features)
        let expected = "\(path): images/features: nan at image 2 (c.jpg); run cap-embed again"
        #expect(sentence { _ = try reader.values(\.images.features) } == expected)
        #expect(sentence { _ = try reader.values(\.images.features, rows: 1..<3) } == expected)
        #expect(try reader.values(\.images.features, rows: 0..<2) == [1, 0, 0, 1])
    }

    @Test("with an index that points outside, naming the record")
    func indices() throws {
        let path = try Example.features(in: folder, from: images)
        let reader = try ArtifactReader(path, schema: .features)
        #expect(try reader.indices(\.images.label, in: -1..<2) == [0, 1, -1])
        #expect(
            sentence { _ = try reader.indices(\.images.label, in: 0..<2) }
                == "\(path): images/label: -1 at image 2 (c.jpg) is not in 0...1")
    }

    @Test("with a code that stands for nothing, naming the image")
    func codes() throws {
        let path = folder.file("features.h5")
        try Example.rawFeatures(path, splits: [0, 1, 7])
        let reader = try ArtifactReader(path, schema: .features)
        #expect(
            sentence { _ = try reader.values(\.images.split) }
                == "\(path): images/split: 7 at image 2 (c.jpg) is none of: 0 training image, 1 test image")
    }

    @Test("without an attribute that is asked for, or with another type of it")
    func attributes() throws {
        let path = try Example.features(in: folder, from: images)
        let reader = try ArtifactReader(path, schema: .features)
        #expect(try reader.valueIfPresent(\.patchSize) == nil)
        #expect(
            sentence { _ = try reader.value(\.patchSize) }
                == "\(path): attribute patch_size is missing or not an integer")
        let raw = folder.file("raw.h5")
        try Example.rawFeatures(raw) { try $0.attributes.set(FeaturesSchema().patchSize.name, to: "large") }
        #expect(
            sentence { _ = try ArtifactReader(raw, schema: .features).valueIfPresent(\.patchSize) }
                == "\(raw): attribute patch_size is missing or not an integer")
    }

    @Test("whose data changed after it was written, when it is verified")
    func damaged() throws {
        let path = try Example.features(in: folder, from: images)
        try ArtifactReader(path, schema: .features).verify()
        try images.verify()
        var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        let name = try #require(bytes.range(of: Data("b.jpg".utf8)))
        bytes[name.lowerBound] = UInt8(ascii: "B")
        try bytes.write(to: URL(fileURLWithPath: path))
        #expect(
            sentence { try ArtifactReader(path, schema: .features).verify() }
                .contains("are not what was written: the file is damaged"))
    }
}
