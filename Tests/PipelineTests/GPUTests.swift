import Artifacts
import CAP
import Foundation
import TestSupport
import Testing

/// `--device cuda` without a GPU: on a device of libtorch that is the CPU's memory, refuses operations on tensors of two devices and
/// counts what a GPU would be waited for (Tests/FakeDevice).
@Suite struct GPUTests {
    static let library = Repository.executables.appendingPathComponent("libFakeDevice.so").path

    /// Runs a command on the fake device; what it did there, by name.
    @discardableResult
    static func run(
        _ workspace: Workspace, _ command: String, _ arguments: [String], device: String = "cuda",
        environment: [String: String] = [:]
    ) throws -> (outcome: Outcome, tally: [String: Int]) {
        let tally = workspace.path("tally")
        let outcome = try workspace.run(
            command, arguments: arguments + ["--device", device, "--threads", "1"],
            environment: ["LD_PRELOAD": library, "FAKE_DEVICE_TALLY": tally].merging(environment) { $1 })
        let lines = (try? String(contentsOfFile: tally, encoding: .utf8))?.split(separator: "\n") ?? []
        let counts = lines.map { $0.split(separator: " ", maxSplits: 1) }.filter { $0.count == 2 }
        return (outcome, Dictionary(counts.map { (String($0[1]), Int($0[0]) ?? 0) }) { $1 })
    }

    /// The words of a training by `method`, with those of the values that it has.
    static func training(_ method: String, _ values: [String: String]) -> [String] {
        let usual = ["batch": "4", "tau": "0.3", "lr": "0.001"]
        return ["images.h5", "features.h5", "labels.h5", "--checkpoint", Workspace.checkpoint, "-o", "gpu.h5"]
            + MethodTests.own(method, usual.merging(values) { $1 })
    }

    static let files = ["images.h5", "features.h5", "mismatch.h5", "descriptions.h5", "labels.h5", "model.h5"]

    static func workspace() throws -> Workspace {
        let finished = try Pipeline.ul.get()
        let workspace = try Workspace()
        for file in files { try FileManager.default.copyItem(atPath: finished.path(file), toPath: workspace.path(file)) }
        return workspace
    }

    /// The largest difference between numbers of two artifacts.
    static func difference<Kind: ArtifactKind>(
        _ workspace: Workspace, _ a: String, _ b: String, _ schema: Kind, _ key: KeyPath<Kind, DatasetKey<Float>>
    ) throws -> Float {
        let a = try ArtifactReader(workspace.path(a), schema: schema).values(key)
        let b = try ArtifactReader(workspace.path(b), schema: schema).values(key)
        try #require(a.count == b.count && !a.isEmpty)
        return zip(a, b).map { abs($0 - $1) }.max() ?? 0
    }

    @Test(arguments: [("fp32", Float(1e-5)), ("tf32", 1e-5), ("high", 1e-5), ("bf16", 3e-2), ("fp16", 1e-2)])
    func featuresAreThoseOfTheCPU(precision: String, bound: Float) throws {
        let workspace = try Self.workspace()
        let (outcome, _) = try Self.run(
            workspace, "cap-embed",
            ["images.h5", "--checkpoint", Workspace.checkpoint, "--precision", precision, "--batch", "16", "-o", "gpu.h5"])
        try Pipeline.expectSuccess(outcome)
        for key in [\FeaturesSchema.images.features, \.classes.textFeatures] {
            #expect(try Self.difference(workspace, "features.h5", "gpu.h5", .features, key) < bound, "\(key)")
        }
        #expect(try Conformance.departures(ofFile: workspace.path("gpu.h5")) == [])
    }

    /// An epoch of one iteration writes that iteration's losses down.
    @Test(arguments: [[], ["--profile"], ["--no-recording"]]) func lossesAreThoseOfTheCPU(_ options: [String]) throws {
        let workspace = try Self.workspace()
        let iterations = Self.training("cap", ["epochs": "8", "iters": "1"])
        try Pipeline.expectSuccess(workspace.run("cap-finetune", arguments: iterations + ["-o", "cpu.h5", "--threads", "1"]))
        try Pipeline.expectSuccess(Self.run(workspace, "cap-finetune", iterations + options).outcome)
        let keys: [KeyPath<ModelSchema, DatasetKey<Float>>] = [
            \.epochs.lossPseudolabel, \.epochs.lossUnlabeled, \.trained.deepText, \.trained["adapters/pseudo/up_weight"],
        ]
        for key in keys { #expect(try Self.difference(workspace, "cpu.h5", "gpu.h5", .model, key) < 1e-4, "\(key)") }
        let (cpu, gpu) = try (
            ArtifactReader(workspace.path("cpu.h5"), schema: .model), ArtifactReader(workspace.path("gpu.h5"), schema: .model)
        )
        #expect(try cpu.ints(\.epochs.confidentCount) == gpu.ints(\.epochs.confidentCount))
        #expect(try cpu.ints(\.pseudolabeled.image) == gpu.ints(\.pseudolabeled.image))
    }

    /// Where no image passes, what images learned from confidence alone change stays as it is, weight decay included.
    @Test func withoutConfidenceNothingIsLearnedFromIt() throws {
        let workspace = try Self.workspace()
        let iterations = Self.training("cap", ["epochs": "2", "iters": "2", "tau": "0.9999"])
        try Pipeline.expectSuccess(workspace.run("cap-finetune", arguments: iterations + ["-o", "cpu.h5", "--threads", "1"]))
        try Pipeline.expectSuccess(Self.run(workspace, "cap-finetune", iterations).outcome)
        for name in ["adapters/pseudo/up_weight", "adapters/main/up_weight", "adapters/text/up_weight"] {
            #expect(try Self.difference(workspace, "cpu.h5", "gpu.h5", .model, \.trained[name]) < 1e-6, "\(name)")
        }
        let momentum = try Self.difference(workspace, "cpu.h5", "gpu.h5", .model, \.momentum["adapters/pseudo/up_weight"])
        #expect(momentum < 1e-6)
    }

    /// What is read from the device does not grow with an epoch's iterations.
    @Test(arguments: ["cap", "fpl"]) func iterationsAreNotWaitedFor(method: String) throws {
        let workspace = try Self.workspace()
        if method != "cap" { try Pipeline.expectSuccess(MethodTests.label(workspace, method)) }
        func waits(_ batch: String) throws -> Int {
            let (outcome, tally) = try Self.run(
                workspace, "cap-finetune",
                Self.training(method, ["epochs": "1", "iters": batch == "2" ? "12" : "3", "batch": batch]))
            try Pipeline.expectSuccess(outcome)
            #expect(tally["copy to the device", default: 0] > 0)
            return tally.filter { $0.key.contains("waited for") }.values.reduce(0, +)
        }
        #expect(try waits("2") == waits("4"))
    }

    static let runs =
        ["text", "visual", "multimodal", "multimodal-joint", "maple"].map { ["cap", $0] }
        + ["text", "visual", "multimodal", "maple"].map { ["cpl", $0] } + [["grip", "text"], ["fpl", "visual"]]
        + ["cap-shared-adapter", "cap-neither"].map { [$0, "maple"] }

    @Test(arguments: runs) func everyMethodAndModalityGoesFromTrainingToPredictions(_ run: [String]) throws {
        let workspace = try Self.workspace()
        if run[0] != "cap" { try Pipeline.expectSuccess(MethodTests.label(workspace, run[0])) }
        let precision = ["--precision", run[1] == "visual" ? "bf16" : "fp32"]
        try Pipeline.expectSuccess(
            Self.run(
                workspace, "cap-finetune",
                Self.training(run[0], ["epochs": "2", "iters": "2"]) + ["--modality", run[1]] + precision
            ).outcome)
        try Pipeline.expectSuccess(
            Self.run(
                workspace, "cap-eval",
                ["gpu.h5", "images.h5", "features.h5", "labels.h5", "--checkpoint", Workspace.checkpoint, "-o", "eval.h5"]
                    + precision
            ).outcome)
        for file in ["gpu.h5", "eval.h5"] {
            #expect(try Conformance.departures(ofFile: workspace.path(file)) == [], "\(file)")
        }
    }

    @Test func provenanceNamesTheGPU() throws {
        let workspace = try Self.workspace()
        try Pipeline.expectSuccess(
            Self.run(
                workspace, "cap-embed", ["images.h5", "--checkpoint", Workspace.checkpoint, "-o", "gpu.h5"], device: "cuda:1"
            ).outcome)
        let software = try ArtifactReader(workspace.path("gpu.h5"), schema: .features).common(\.software)
        #expect(software?.contains("\"GPU\"") == true && software?.contains("cuda:1") == true)
    }

    /// A device that is not there is refused in a sentence.
    @Test func devicesThatAreNotThereAreRefused() throws {
        let workspace = try Self.workspace()
        let embed = ["images.h5", "--checkpoint", Workspace.checkpoint, "-o", "gpu.h5"]
        let (outcome, _) = try Self.run(workspace, "cap-embed", embed, device: "cuda:2")
        #expect(outcome.status == 1 && outcome.errors.contains("libtorch sees 2 CUDA devices"), "\(outcome.errors)")
        for device in ["cuda:x", "gpu", "cuda:", "cuda:-1"] {
            #expect(try Self.run(workspace, "cap-embed", embed, device: device).outcome.status == 64)
        }
    }

    @Test(arguments: ["fp16", "tf32"]) func whatOnlyGPUsComputeWithIsRefusedOnTheCPU(precision: String) throws {
        let workspace = try Self.workspace()
        let outcome = try workspace.run(
            "cap-embed", "images.h5", "--checkpoint", Workspace.checkpoint, "--precision", precision, "-o", "cpu.h5")
        #expect(outcome.status == 1 && outcome.errors.contains("\(precision) is for --device cuda"), "\(outcome.errors)")
    }
}
