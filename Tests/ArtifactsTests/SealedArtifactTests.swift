import Artifacts
import Foundation
import HDF5
import Outputs
import TestSupport
import Testing

@Suite("What a stage reads is what was written")
struct SealedArtifactTests {
    let folder: TemporaryFolder
    let images: ArtifactReader<ImagesSchema>

    init() throws {
        folder = try TemporaryFolder()
        images = try Example.images(in: folder)
    }

    /// The file without its seal, as another program leaves it.
    func unseal(_ path: String) throws -> Data {
        let data = try Data(contentsOf: URL(fileURLWithPath: path))
        let footer = data.suffix(64)
        #expect(footer.starts(with: Data("CAPseal\n".utf8)))
        let length = (0..<8).reduce(0) { $0 | Int(footer[footer.startIndex + 16 + $1]) << (8 * $1) }
        try data.prefix(length).write(to: URL(fileURLWithPath: path))
        return Data(data.prefix(length))
    }

    @Test("an artifact is sealed when it is committed")
    func sealed() throws {
        #expect(images.isSealed)
        try images.verify()
    }

    @Test("a file without a seal is refused before HDF5 sees it, and taken over with its identity")
    func unsealed() throws {
        let identity = images.identity
        let data = try unseal(images.path)
        let said = sentence { _ = try ArtifactReader(images.path, schema: .images) }
        #expect(said.hasPrefix("\(images.path): has no seal, so what is read of it could not be checked"))
        #expect(said.contains("cap-inspect \(images.path) --seal NEW.h5"))
        #expect(sentence { _ = try ArtifactReader(anyKind: images.path) } == said)

        let target = folder.file("taken-over.h5")
        #expect(try Resealing.reseal(images.path, to: target) == identity)
        let reader = try ArtifactReader(target, schema: .images)
        #expect(reader.isSealed && reader.identity == identity)
        #expect(try reader.values(\.images.name) == ["a.jpg", "b.jpg", "c.jpg"])

        // What is cut short has lost its seal as well, and is said to be cut short.
        try data.prefix(data.count - 100).write(to: URL(fileURLWithPath: images.path))
        #expect(
            sentence { _ = try ArtifactReader(images.path, schema: .images) }
                == "\(images.path): the file is truncated (\(data.count - 100) of \(data.count) bytes); copy it or write it again"
        )
    }

    @Test("changed data without a seal is refused, until it is sealed anew")
    func changed() throws {
        let identity = images.identity
        var data = try unseal(images.path)
        let name = try #require(data.range(of: Data("b.jpg".utf8)))
        data[name.lowerBound] = UInt8(ascii: "x")
        try data.write(to: URL(fileURLWithPath: images.path))
        #expect(sentence { _ = try ArtifactReader(images.path, schema: .images) }.contains("has no seal"))

        let target = folder.file("taken-over.h5")
        let taken = try Resealing.reseal(images.path, to: target)
        let reader = try ArtifactReader(target, schema: .images)
        try reader.verify()
        #expect(reader.isSealed && reader.identity == taken && taken != identity && reader.imageSet == taken)
        #expect(try reader.values(\.images.name) == ["a.jpg", "x.jpg", "c.jpg"])
        #expect(try reader.common(\.changed) != nil)
        #expect(try Conformance.departures(ofFile: target) == [])
        #expect(try Data(contentsOf: URL(fileURLWithPath: images.path)) == data)
    }

    @Test("sealing what has not changed keeps its identity, and damage is not sealed")
    func resealing() throws {
        let target = folder.file("again.h5")
        #expect(try Resealing.reseal(images.path, to: target) == images.identity)
        #expect(try ArtifactReader(target, schema: .images).common(\.changed) == nil)
        var data = try Data(contentsOf: URL(fileURLWithPath: images.path))
        data[data.count / 3] ^= 1
        try data.write(to: URL(fileURLWithPath: folder.file("damaged.h5")))
        #expect(throws: (any Error).self) { try Resealing.reseal(folder.file("damaged.h5"), to: target) }
        #expect(sentence { _ = try Resealing.reseal(target, to: target) }.contains("is what is read as well"))
    }

    @Test("any changed byte of a small artifact is refused as it is opened, whether it would be read or not")
    func changedBytes() throws {
        let sound = try Data(contentsOf: URL(fileURLWithPath: images.path))
        var random = SplitMix64(state: 5)
        for _ in 0..<100 {
            var damaged = sound
            damaged[Int.random(in: 0..<damaged.count - 64, using: &random)] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            try damaged.write(to: URL(fileURLWithPath: images.path))
            #expect(throws: (any Error).self) { try ArtifactReader(images.path, schema: .images) }
        }
    }

    @Test("an artifact is not written over one that it is made from")
    func inputs() throws {
        let before = try Data(contentsOf: URL(fileURLWithPath: images.path))
        try FileManager.default.createSymbolicLink(atPath: folder.file("link.h5"), withDestinationPath: images.path)
        for target in [images.path, folder.file("link.h5")] {
            let error = #expect(throws: OutputError.self) {
                try ArtifactWriter(target, schema: .features, provenance: Example.provenance(from: [images]))
            }
            #expect(error?.description == "\(target): is what is read as well (\(images.path)); name another file to write")
        }
        #expect(try Data(contentsOf: URL(fileURLWithPath: images.path)) == before)
    }
}
