import Artifacts
import Foundation
import HDF5
import TestSupport
import Testing

@Suite("Writing an artifact")
struct WritingTests {
    let folder: TemporaryFolder
    let images: ArtifactReader<ImagesSchema>

    init() throws {
        folder = try TemporaryFolder()
        images = try Example.images(in: folder)
    }

    func writer(_ name: String = "features.h5") throws -> ArtifactWriter<FeaturesSchema> {
        try ArtifactWriter(
            folder.file(name), schema: .features, provenance: Example.provenance(from: [images]))
    }

    func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: folder.file(name)) }

    func partialFiles() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".partial") }
    }

    @Test("it is read back with everything it was given")
    func roundTrip() throws {
        let path = try Example.features(in: folder, from: images)
        let reader = try ArtifactReader(path, schema: .features)
        #expect(try reader.values(\.images.name) == ["a.jpg", "b.jpg", "c.jpg"])
        #expect(try reader.values(\.images.features) == [1, 0, 0, 1, 1, 0])
        #expect(try reader.values(\.images.features, rows: 1..<3) == [0, 1, 1, 0])
        #expect(try reader.shape(\.images.features) == [3, 2])
        #expect(try reader.count(\.images.features) == 3)
        #expect(try reader.ints(\.images.label) == [0, 1, -1])
        #expect(try reader.value(\.logitScale) == 100)
        #expect(try reader.value(\.checkpoint.path) == "models/clip")
        #expect(try reader.common(\.seed) == 1)
        #expect(try reader.common(\.command) == "cap-embed 'images of mine.h5' -o features.h5")
        #expect(try reader.parameters() == ["batch": 32, "precision": "fp32"])
        #expect(reader.imageSet == images.identity)
        #expect(reader.inputs == [images.input])
        #expect(images.imageSet == images.identity)
        #expect(try images.values(\.images.pixels, rows: 12..<24) == [9] + [UInt8](repeating: 7, count: 11))
    }

    @Test("the time is now, in UTC")
    func created() throws {
        let text = try #require(try images.common(\.created))
        let time = try Date(text, strategy: .iso8601)
        #expect(text.hasSuffix("Z"))
        #expect(abs(time.timeIntervalSinceNow) < 60)
    }

    @Test("it conforms to the registry to the letter")
    func conformance() throws {
        #expect(try Conformance.departures(ofFile: images.path) == [])
        #expect(try Conformance.departures(ofFile: Example.features(in: folder, from: images)) == [])
    }

    @Test("the file appears with the commit and not before")
    func appearance() throws {
        let writer = try writer()
        try Example.fillFeatures(writer)
        #expect(!exists("features.h5"))
        #expect(try partialFiles().count == 1)
        try writer.commit()
        #expect(exists("features.h5"))
        #expect(try partialFiles() == [])
    }

    @Test("a writer that goes away leaves nothing, and an older file as it was")
    func abandonment() throws {
        let path = try Example.features(in: folder, from: images)
        let before = try Data(contentsOf: URL(fileURLWithPath: path))
        do {
            let writer = try writer()
            try Example.fillFeatures(writer, features: [9, 9, 9, 9, 9, 9])
        }
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == before)
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == [
                "features.h5", "images.h5",
            ])
    }

    @Test("a commit that finds something missing leaves nothing either")
    func failedCommit() throws {
        do {
            let writer = try writer()
            try Example.fillFeatures(writer, withPrompts: false)
            #expect(
                sentence { try writer.commit() }.hasSuffix(
                    "classes/prompt was not written, but cap-features requires it"))
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["images.h5"])
    }

    @Test("an attribute that is missing is noticed at the commit")
    func missingAttribute() throws {
        let writer = try ArtifactWriter(
            folder.file("labels.h5"), schema: .labels, provenance: Example.provenance())
        try writer.write([] as [String], to: \.classes.name)
        for key in [
            \LabelsSchema.labeled.image, \.labeled.label, \.pseudolabeled.image, \.pseudolabeled.label, \.unlabeledImages,
            \.split.seen, \.split.unseen,
        ] {
            try writer.write([] as [Int32], to: key)
        }
        try writer.write([] as [Float], to: \.pseudolabeled.confidence)
        try writer.write([], to: \.pseudolabeled.origin)
        try writer.set(\.paradigm, to: .ul)
        #expect(
            sentence { try writer.commit() }.hasSuffix("attribute k was not set, but cap-labels requires it"))
    }

    @Test("what a killed process left behind is removed")
    func leftovers() throws {
        try Data("garbage of a killed process".utf8).write(
            to: URL(fileURLWithPath: folder.file("features.h5.0123456789abcdef.partial")))
        _ = try ArtifactReader(Example.features(in: folder, from: images), schema: .features)
        #expect(try partialFiles() == [])
    }

    @Test("a second writer of the same file is refused until the first is gone")
    func twoWriters() throws {
        var first: ArtifactWriter<FeaturesSchema>? = try writer()
        #expect(
            sentence { _ = try writer() }
                == "\(folder.file("features.h5")): another process is writing it; "
                + "wait for that to finish, or stop it and try again")
        try first.map { try Example.fillFeatures($0) }
        #expect(try first?.commit() != nil)
        first = nil
        try Example.fillFeatures(try writer())
        #expect(throws: Never.self) { _ = try writer() }
    }

    @Test("folders that are missing, in the way or not writable are named")
    func places() throws {
        func refusal(_ path: String) -> String {
            sentence { _ = try ArtifactWriter(path, schema: .features, provenance: Example.provenance()) }
        }
        let missing = folder.file("runs/features.h5")
        #expect(refusal(missing) == "\(missing): there is no folder \(folder.file("runs")); create it first")
        #expect(refusal(folder.path) == "\(folder.path): is a folder; give a file name")
        let inFile = images.path + "/features.h5"
        #expect(refusal(inFile) == "\(inFile): cannot be written: not a directory")
        #expect(refusal("/proc/features.h5").hasPrefix("/proc/features.h5: cannot be written: "))
    }

    @Test("datasets of other dimensions than the schema's, or written twice, are refused")
    func schema() throws {
        let writer = try writer()
        func refusal(_ body: () throws -> Void) -> String {
            sentence(body).replacingOccurrences(of: writer.target + ": ", with: "")
        }
        #expect(
            refusal { try writer.write([1] as [Float], to: \.images.features) }
                == "images/features has dimensions [image, dim], not 1 of them")
        try writer.write(["a", "b"], to: \.images.name)
        #expect(
            refusal { try writer.write(["a", "b"], to: \.images.name) } == "images/name was written twice")
        #expect(
            refusal { try writer.write([.train, .train, .train], to: \.images.split) }
                == "images/split says there are 3 of dimension image, but images/name says 2")
        try writer.set(\.patchSize, to: 16)
        #expect(refusal { try writer.set(\.patchSize, to: 32) } == "attribute patch_size was set twice")
    }

    @Test("a trained tensor that no schema declares is refused by its name")
    func undeclaredTensor() throws {
        let writer = try ArtifactWriter(folder.file("m.h5"), schema: .model, provenance: Example.provenance())
        for key in [\ModelSchema.trained["prompts/colour"], \.momentum["prompts/colour"]] {
            let path = ModelSchema()[keyPath: key].path
            #expect(
                sentence { try writer.write([1] as [Float], to: key) }
                    == "\(writer.target): cap-model has no dataset \(path)")
        }
    }

    @Test("a dimension that is one longer must be")
    func bounds() throws {
        let writer = try ArtifactWriter(
            folder.file("i.h5"), schema: .images, provenance: Example.provenance())
        try writer.write(["a", "b"], to: \.images.name)
        #expect(
            sentence { try writer.write([0, 1] as [Int64], to: \.images.offset) }
                .hasSuffix("images/offset says there are 1 of dimension image, but images/name says 2"))
    }

    @Test("NaN and infinities are refused, naming the record", arguments: [Float.nan, .infinity, -.infinity])
    func notFinite(value: Float) throws {
        let writer = try writer()
        #expect(
            sentence { try Example.fillFeatures(writer, features: [1, 0, 0, value, 1, 0]) }
                .hasSuffix("images/features: \(value) at record 1; not written"))
        let other = try self.writer("other.h5")
        let appender = try other.appender(to: \.images.features, rowShape: [2])
        try appender.append([1, 2, 3, 4])
        #expect(
            sentence { try appender.append([5, 6, value, 8]) }.hasSuffix(
                ": \(value) at record 3; not written"))
        withExtendedLifetime(other) {}
    }

    @Test("rows whose writer is gone are refused, and their file is gone with it")
    func orphanedRows() throws {
        let appender = try writer().appender(to: \.images.features, rowShape: [2])
        #expect(try partialFiles() == [])
        #expect(
            sentence { try appender.append([1, 2]) }.hasSuffix("rows of images/features outlive their writer")
        )
    }
}
