import Artifacts
import CLIP
import Foundation
import Images
import Tensors
import TestSupport
import Testing
import Views

/// A checkpoint between the stages: found again, and its images brought to its size.
@Suite struct CheckpointTests {
    /// A workspace with a model that a checkpoint beside it was named for by a relative path.
    private func trained(_ options: String...) throws -> (workspace: Workspace, outcome: Outcome) {
        let done = try Pipeline.ul.get()
        let workspace = try Workspace()
        for name in ["images.h5", "features.h5", "labels.h5"] {
            try FileManager.default.copyItem(atPath: done.path(name), toPath: workspace.path(name))
        }
        try FileManager.default.createDirectory(atPath: workspace.path("models"), withIntermediateDirectories: true)
        try FileManager.default.copyItem(atPath: Workspace.checkpoint, toPath: workspace.path("models/clip"))
        try FileManager.default.createDirectory(atPath: workspace.path("runs/a"), withIntermediateDirectories: true)
        let outcome = try workspace.run(
            "cap-finetune",
            arguments: [
                "images.h5", "features.h5", "labels.h5", "--checkpoint", "models/clip", "-o", "runs/a/model.h5", "--epochs",
                "1", "--iters",
                "1", "--batch", "2", "--tau", "0.3", "--threads", "1",
            ] + options)
        return (workspace, outcome)
    }

    @Test func aModelFindsItsCheckpointFromAnyFolderAndAfterAMove() throws {
        let (workspace, outcome) = try trained()
        try Pipeline.expectSuccess(outcome)
        try workspace.writeImages(1, of: "some", kind: 1, to: "new")
        let elsewhere = try Workspace()
        func predict(_ root: String) throws -> Outcome {
            try elsewhere.run("cap-predict", "\(root)/runs/a/model.h5", "\(root)/new", "--threads", "1")
        }
        let first = try predict(workspace.folder.path)
        try Pipeline.expectSuccess(first)
        #expect(first.output.split(separator: "\n").count == 2)
        let moved = elsewhere.path("moved")
        try FileManager.default.copyItem(atPath: workspace.folder.path, toPath: moved)
        try Pipeline.expectSuccess(predict(moved))
        // Another checkpoint at the recorded place is not taken for it while the own one is found.
        try FileManager.default.createDirectory(atPath: elsewhere.path("models"), withIntermediateDirectories: true)
        let other = URL(fileURLWithPath: Workspace.checkpoint).deletingLastPathComponent().appendingPathComponent(
            "bfloat16"
        ).path
        try FileManager.default.copyItem(atPath: other, toPath: elsewhere.path("models/clip"))
        try Pipeline.expectSuccess(predict(moved))
        // Without its own it is refused as another.
        try FileManager.default.removeItem(atPath: moved + "/models")
        let refused = try predict(moved)
        #expect(refused.status == 1 && refused.errors.contains("was made with another checkpoint"), "\(refused.errors)")
        try FileManager.default.removeItem(atPath: elsewhere.path("models"))
        let missing = try predict(moved)
        #expect(
            missing.status == 1 && missing.errors.contains("models/clip is not here: name it with --checkpoint"),
            "\(missing.errors)")
    }

    @Test func theDepthOfPromptsIsAnOptionAndIsCutWithAWord() throws {
        let (cut, outcome) = try trained()
        #expect(outcome.errors.contains("the model has 3 blocks, so its prompts are 3 deep and not 8"), "\(outcome.errors)")
        #expect(try ArtifactReader(cut.path("runs/a/model.h5"), schema: .model).shape(\.trained["prompts/deep_text"])[0] == 2)

        let (shallow, two) = try trained("--depth", "2")
        try Pipeline.expectSuccess(two)
        #expect(!two.errors.contains("deep and not"))
        let model = try ArtifactReader(shallow.path("runs/a/model.h5"), schema: .model)
        #expect(try model.shape(\.trained["prompts/deep_text"])[0] == 1 && model.parameters()["depth"] == .int(2))
        // The commands that use the model take its depth from it.
        try shallow.writeImages(1, of: "some", kind: 1, to: "new")
        try Pipeline.expectSuccess(shallow.run("cap-predict", "runs/a/model.h5", "new", "--threads", "1"))

        let deep = try trained("--depth", "4").outcome
        #expect(deep.status == 1 && deep.errors.contains("--depth 4 needs a model of as many blocks"), "\(deep.errors)")
        let text = try trained("--depth", "2", "--modality", "text").outcome
        #expect(text.status == 1 && text.errors.contains("--depth is for the modality maple"), "\(text.errors)")
    }

    /// Views that open_clip made of an image (Tests/Tools/make_variant_fixtures.py).
    @Test(arguments: ["shortest", "squash"], ["bicubic", "bilinear"])
    func viewsAreOpenCLIPs(mode: String, filter: String) throws {
        let fixtures = URL(fileURLWithPath: Workspace.checkpoint).deletingLastPathComponent().appendingPathComponent(
            "variants")
        let expected = try SafetensorsFile(fixtures.appendingPathComponent("expected.safetensors"))
        let pixels = try expected.tensor("image")
        let image = try RGBImage(
            height: pixels.shape[0], width: pixels.shape[1],
            pixels: pixels.reshaped([-1]).to(.int64).ints().map { UInt8($0) })
        let view = try EvaluationView(
            size: 32, squashes: mode == "squash", filter: filter == "bilinear" ? .bilinear : .bicubic
        ).render(image)
        let reference = try expected.tensor("view/\(mode)/\(filter)").reshaped([-1]).to(.int64).ints()
        let differences = zip(view.pixels, reference).map { abs(Int($0) - $1) }
        #expect(differences.count == 32 * 32 * 3 && (differences.max() ?? 99) <= 2)
        #expect(differences.count { $0 > 0 } * 20 < differences.count)
    }
}
