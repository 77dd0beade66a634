import Artifacts
import Foundation
import Testing

@Suite("Writing and reading an artifact")
struct WritingTests {
    @Test("an artifact is read back with everything it was given")
    func roundTrip() throws {
        let folder = try TemporaryFolder()
        let images = try Example.images(in: folder)
        let path = try Example.features(in: folder, from: images)
        let reader = try ArtifactReader(path, schema: .features)
        #expect(try reader.strings("images/name") == ["a.jpg", "b.jpg", "c.jpg"])
        #expect(try reader.floats("images/features") == [1, 0, 0, 1, 1, 0])
        #expect(try reader.shape("images/features") == [3, 2])
        #expect(try reader.float("logit_scale") == 100)
        #expect(try reader.string(attribute: "checkpoint") == "models/clip")
        #expect(reader.imageSet == images.identity)
        #expect(reader.inputs.map(\.identity) == [images.identity])
        #expect(try reader.parameters() == ["batch": 32, "precision": "fp32"])
    }
}
