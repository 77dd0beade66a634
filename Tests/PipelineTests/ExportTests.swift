import Foundation
import Images
import TestSupport
import Testing

/// An exported model in Python, with PyTorch alone.
@Suite struct ExportTests {
    private struct Best: Decodable {
        let label: String
        let confidence: Double

        init(from decoder: any Decoder) throws {
            var container = try decoder.unkeyedContainer()
            label = try container.decode(String.self)
            confidence = try container.decode(Double.self)
        }
    }

    private struct Line: Decodable {
        let path: String
        let `class`: String
        let confidence: Double
    }

    /// The folder that Python finds torch in: the one that the package is built against.
    private static let python: String = {
        let libtorch = ProcessInfo.processInfo.environment["LIBTORCH"]
        return libtorch.map { URL(fileURLWithPath: $0).deletingLastPathComponent().path }
            ?? Repository.file(".deps/python").path
    }()

    /// Runs python3 with that torch.
    private static func run(_ arguments: [String]) throws -> Outcome {
        try Program.run(
            "python3", ["-W", "ignore"] + arguments,
            environment: ["PYTHONPATH": python, "OMP_NUM_THREADS": "1", "PYTHONDONTWRITEBYTECODE": "1"])
    }

    /// Whether what setup fetched has Python's part: PyPI's build for GPUs goes without, where PyTorch's own index is out of reach.
    private static let hasTorch = FileManager.default.fileExists(atPath: python + "/torch/lib/libtorch_python.so")

    @Test(.enabled(if: hasTorch, "this libtorch comes without its Python"))
    func predictsTheSameInPython() throws {
        let workspace = try Pipeline.ul.get()
        try expectTheSamePredictions(in: workspace, of: "data", count: 64)
    }

    /// What every method's prompts come to, each modality with one of the methods that learn it.
    @Test(
        .enabled(if: hasTorch, "this libtorch comes without its Python"),
        arguments: [
            ["zero-shot"], ["fpl", "--modality", "text"], ["supervised", "--modality", "visual"],
            ["grip", "--modality", "multimodal"], ["cpl", "--modality", "multimodal-joint"], ["fpl", "--modality", "maple"],
            ["cap-shared-adapter"],
        ])
    func everyModalityPredictsTheSameInPython(_ run: [String]) throws {
        let workspace = try MethodTests.workspace("ssl")
        try Pipeline.expectSuccess(MethodTests.label(workspace, run[0]))
        try Pipeline.expectSuccess(MethodTests.finetune(workspace, Array(run.dropFirst())))
        try expectTheSamePredictions(in: workspace, of: Pipeline.ul.get().path("data/test"), count: 16)
    }

    /// Compares `cap-predict` on the images in `folder` with both halves of an export.
    private func expectTheSamePredictions(in workspace: Workspace, of folder: String, count: Int) throws {
        let export = workspace.path("exported")
        try Pipeline.expectSuccess(workspace.run("cap-export", "model.h5", "-o", export))
        let predicted = try workspace.run("cap-predict", "model.h5", folder, "--format", "jsonl", "--threads", "1")
        try Pipeline.expectSuccess(predicted)
        let expected = try predicted.output.split(separator: "\n")
            .map { try JSONDecoder().decode(Line.self, from: Data($0.utf8)) }
        #expect(expected.count == count)

        // Pixels, so that the comparison is not one of image decoders.
        var pixels = Data()
        for line in expected {
            let path = line.path.hasPrefix("/") ? line.path : workspace.path(line.path)
            let image = try ImageDecoder().decode(contentsOf: path)
            for side in [image.height, image.width] {
                withUnsafeBytes(of: UInt32(side).littleEndian) { pixels.append(contentsOf: $0) }
            }
            pixels.append(contentsOf: image.pixels)
        }
        let file = workspace.folder.appendingPathComponent("pixels")
        try pixels.write(to: file)
        let outcome = try Self.run([Repository.file("Tests/Tools/use_export.py").path, export, file.path])
        try #require(outcome.status == 0, "\(outcome.errors)")
        let results = try JSONDecoder().decode([[String: Best]].self, from: Data(outcome.output.utf8))
        #expect(results.count == expected.count)
        for (result, line) in zip(results, expected) {
            for half in ["torchscript", "model.py"] {
                let best = try #require(result[half])
                #expect(best.label == line.class, "\(half) on \(line.path)")
                #expect(abs(best.confidence - line.confidence) < 1e-3, "\(half) on \(line.path)")
            }
        }
    }

    @Test func aFolderThatExistsIsNotOverwritten() throws {
        let workspace = try Pipeline.ul.get()
        let outcome = try workspace.run("cap-export", "model.h5", "-o", "data")
        #expect(outcome.status == 1)
        #expect(outcome.errors == "cap-export: data: exists already; remove it, or name another folder with -o\n")
        #expect(try FileManager.default.contentsOfDirectory(atPath: workspace.path("data")).sorted() == ["test", "train"])
    }

    @Test func anotherCheckpointIsRefused() throws {
        let workspace = try Pipeline.ul.get()
        let other = Workspace.checkpoint.replacing("quick_gelu", with: "bfloat16")
        for command in [["cap-export", "-o", "elsewhere"], ["cap-predict", "data"]] {
            let outcome = try workspace.run(
                command[0], arguments: ["model.h5", "--checkpoint", other] + command.dropFirst())
            #expect(outcome.status == 1)
            #expect(outcome.errors.contains("model.h5 was made with another checkpoint than \(other)"))
        }
    }
}
