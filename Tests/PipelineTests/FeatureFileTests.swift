import Artifacts
import Foundation
import TestSupport
import Testing

/// Features that were computed elsewhere in place of images, as clip-retrieval leaves them.
@Suite struct FeatureFileTests {
    /// A NumPy file of version 1.
    private func npy(_ type: String, shape: String, _ bytes: [UInt8]) -> [UInt8] {
        var header = "{'descr': '\(type)', 'fortran_order': False, 'shape': (\(shape)), }"
        header += String(repeating: " ", count: 63 - (10 + header.utf8.count) % 64) + "\n"
        let length = UInt16(header.utf8.count)
        return [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(length & 255), UInt8(length >> 8)] + Array(header.utf8) + bytes
    }

    private func workspace() throws -> (Workspace, ArtifactReader<FeaturesSchema>) {
        let workspace = try Workspace()
        try Data(Workspace.classes.joined(separator: "\n").utf8).write(to: workspace.folder.appendingPathComponent("classes.txt"))
        try FileManager.default.createDirectory(
            at: workspace.folder.appendingPathComponent("img_emb"), withIntermediateDirectories: true)
        return (workspace, try ArtifactReader(Pipeline.ul.get().path("features.h5"), schema: .features))
    }

    private func embed(_ workspace: Workspace, _ source: String) throws -> Outcome {
        try workspace.run(
            "cap-embed", source, "--classes", "classes.txt", "--checkpoint", Workspace.checkpoint, "-o", "features.h5",
            "--threads", "1")
    }

    @Test func featuresOfSeveralFilesAreThoseOfTheImages() throws {
        let (workspace, reference) = try workspace()
        let rows = try reference.values(\.images.features)
        let dimension = try reference.shape(\.images.features)[1]
        let count = rows.count / dimension
        // Longer than 1, as a model gives them; the second file counts after the tenth by its bytes.
        let scaled = rows.map { $0 * 3 }
        for (name, part) in [("img_emb_2", 0..<count / 2), ("img_emb_10", count / 2..<count)] {
            let numbers = Array(scaled[part.lowerBound * dimension..<part.upperBound * dimension])
            let bytes = numbers.flatMap { withUnsafeBytes(of: $0.bitPattern.littleEndian, Array.init) }
            try Data(npy("<f4", shape: "\(part.count), \(dimension)", bytes))
                .write(to: workspace.folder.appendingPathComponent("img_emb/\(name).npy"))
        }
        try Pipeline.expectSuccess(embed(workspace, "img_emb"))
        let features = try ArtifactReader(workspace.path("features.h5"), schema: .features)
        #expect(try features.values(\.images.name).first == "img_emb_2.npy/0")
        #expect(try features.values(\.images.name).last == "img_emb_10.npy/\(count - count / 2 - 1)")
        let largest = zip(try features.values(\.images.features), rows).map { abs($0 - $1) }.max() ?? 1
        #expect(largest < 1e-6)
        #expect(try features.ints(\.images.label).allSatisfy { $0 == -1 })
        // The stages that need no pixels go on from here.
        try Pipeline.expectSuccess(
            workspace.run("cap-detect", "features.h5", "--paradigm", "ul", "-o", "mismatch.h5", "--threads", "1"))
    }

    @Test func whatIsNoTableOfFeaturesIsRefused() throws {
        let (workspace, _) = try workspace()
        for (file, sentence) in [
            (npy("|O", shape: "4, 2", []), "an array of another kind than numbers"),
            (npy("<f4", shape: "40, 1000000000000000000", []), "no sound NumPy file"),
            (npy("<f4", shape: "100, 3", [UInt8](repeating: 0, count: 1200)), "they are of another model"),
            (npy("<i8", shape: "3", [UInt8](repeating: 0, count: 24)), "holds no table of floating-point numbers"),
            (Array("text, and long enough to be taken for a header".utf8), "is no NumPy file"),
        ] {
            try Data(file).write(to: workspace.folder.appendingPathComponent("x.npy"))
            let outcome = try embed(workspace, "x.npy")
            #expect(outcome.status == 1 && outcome.errors.contains(sentence), "\(outcome.errors)")
        }
        let dimension = try ArtifactReader(Pipeline.ul.get().path("features.h5"), schema: .features).shape(\.images.features)[1]
        let short = npy("<f4", shape: "100, \(dimension)", [UInt8](repeating: 0, count: 1200))
        try Data(short).write(to: workspace.folder.appendingPathComponent("x.npy"))
        #expect(try embed(workspace, "x.npy").errors.contains("ends early"))
    }
}
