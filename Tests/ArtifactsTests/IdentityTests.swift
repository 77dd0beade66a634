import Artifacts
import Foundation
import TestSupport
import Testing

@Suite("Identity and lineage")
struct IdentityTests {
    let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    @Test("the identity is the documented one")
    func documented() throws {
        // By Tests/Tools/artifact_identity.py, with h5py and xxhash.
        #expect(try Example.images(in: folder).identity.description == "0db1bb4ad6e3bc40a67d7a73ebfd391f")
    }

    @Test("equal data has equal identity, and one byte changes it")
    func stability() throws {
        let first = try Example.images(in: folder, named: "1.h5")
        let again = try Example.images(in: folder, named: "2.h5")
        let other = try Example.images(in: folder, named: "3.h5", firstPixel: 1)
        #expect(first.identity == again.identity)
        #expect(first.identity != other.identity)
    }

    @Test("how values are appended does not matter")
    func pieces() throws {
        func identity(_ name: String, piece: Int) throws -> Identity {
            let writer = try ArtifactWriter(
                folder.file(name), schema: .images, provenance: Example.provenance())
            let pixels = try writer.appender(to: \.images.pixels)
            let bytes = (0..<36).map { UInt8($0) }
            for start in stride(from: 0, to: 36, by: piece) {
                try pixels.append(Array(bytes[start..<start + piece]))
            }
            try Example.fillImages(writer)
            return try writer.commit()
        }
        let whole = try identity("1.h5", piece: 36)
        #expect(try identity("2.h5", piece: 1) == whole)
        #expect(try identity("3.h5", piece: 12) == whole)
    }

    @Test("the identity of a file is that of its bytes")
    func ofFile() throws {
        // xxhash.xxh3_128_hexdigest(b"hello\n")
        let path = folder.file("hello")
        try Data("hello\n".utf8).write(to: URL(fileURLWithPath: path))
        #expect(try Identity(ofFile: path).description == "6bba86c7e069f56d5a10b435f1c8e49c")
        #expect(
            sentence { _ = try Identity(ofFile: path + "2") }
                == "\(path)2: cannot read: no such file or directory")
    }

    @Test("artifacts of one set of images go together")
    func together() throws {
        let images = try Example.images(in: folder)
        let features = try ArtifactReader(Example.features(in: folder, from: images), schema: .features)
        try Lineage.check([images, features])
    }

    @Test("artifacts of different images do not, and both files are named")
    func differentImages() throws {
        let images = try Example.images(in: folder)
        let others = try Example.images(in: folder, named: "others.h5", firstPixel: 1)
        let features = try ArtifactReader(Example.features(in: folder, from: images), schema: .features)
        #expect(
            sentence { try Lineage.check([others, features]) }
                == "\(others.path) and \(features.path) come from different images: "
                + "run the stages between them again from one images.h5")
        #expect(throws: ArtifactError.self) { _ = try Example.provenance(from: [others, features]) }
    }

    @Test("an artifact made from other content than a file now has is named with it")
    func remade() throws {
        let images = try Example.images(in: folder)
        let features = try ArtifactReader(Example.features(in: folder, from: images), schema: .features)
        let detected = try Example.mismatch(in: folder, from: features)
        try Lineage.check([features, detected])
        let remade = try ArtifactReader(
            Example.features(in: folder, from: images, named: "remade.h5", features: [0, 1, 0, 1, 1, 0]),
            schema: .features)
        #expect(
            sentence { try Lineage.check([remade, detected]) }
                == "\(detected.path) was made from another features.h5 than \(remade.path): run cap-detect again"
        )
    }
}
