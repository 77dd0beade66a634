import CAP
import Foundation
import Methods
import Testing

/// The method's hyperparameters stand in `pipelines/cap.mk`; what the commands use by default is the same.
@Suite struct HyperparameterTests {
    static let owners = [
        "SHORTER_SIDE": ("cap-decode", "--shorter-side"), "SPLIT_SEED": ("cap-detect", "--split-seed"),
        "DETECTION_SEED": ("cap-detect", "--seed"), "SHARE": ("cap-detect", "--share"), "SEED": ("cap-finetune", "--seed"),
        "K": ("cap-label", "--k"), "TAU": ("cap-finetune", "--tau"),
        "MARGIN": ("cap-finetune", "--margin"), "GROWTH": ("cap-finetune", "--growth"),
        "EPOCHS": ("cap-finetune", "--epochs"), "ITERS": ("cap-finetune", "--iters"),
        "BATCH": ("cap-finetune", "--batch"), "LR": ("cap-finetune", "--lr"),
        "PRECISION": ("cap-finetune", "--precision"), "DEVICE": ("cap-finetune", "--device"),
        "TEMPLATE": ("cap-embed", "--template"), "DOMAIN": ("cap-describe", "--domain"),
    ]

    @Test func theCommandsDefaultsAreThePipelines() throws {
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("pipelines/cap.mk")
        let workspace = try Workspace()
        var seen: Set<String> = []
        for line in try String(contentsOf: file, encoding: .utf8).split(separator: "\n") {
            guard let match = line.wholeMatch(of: /default\.(\w+)\s*:=\s*(.*)/) else { continue }
            let (name, value) = (String(match.1), String(match.2))
            let (command, option) = try #require(Self.owners[name], "\(name) belongs to no command")
            seen.insert(name)
            let help = try workspace.run(command, "--help").output
            let text = help.split(whereSeparator: \.isWhitespace).joined(separator: " ")
            let options = try #require(text.range(of: "OPTIONS:"))
            let start = try #require(
                text[options.upperBound...].range(of: "\(option) <"), "\(command) has no \(option)")
            let found = try #require(text[start.upperBound...].firstMatch(of: /default: ([^)]*)\)/))
            let isSame = found.1 == value || (Double(found.1) != nil && Double(found.1) == Double(value))
            #expect(isSame, "\(command) \(option): \(found.1), pipelines/cap.mk: \(value)")
        }
        #expect(seen == Set(Self.owners.keys))
    }

    /// What the pipelines give the other methods is what `cap-finetune` uses by itself.
    @Test func theOtherMethodsDefaultsAreThePipelines() throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        var wanted: [String: Double] = [:]
        for method in Method.all where method.rounds != nil {
            for modality in [Modality.text, .visual, .multimodal, .multimodalJoint, .maple] {
                let options = PromptTuningOptions(method, modality: modality)
                wanted["\(method.name)-\(modality.rawValue).EPOCHS"] = Double(options.epochs)
                wanted["\(method.name)-\(modality.rawValue).BATCH"] = Double(options.batch)
                wanted["\(method.name)-\(modality.rawValue).LR"] = options.learningRate
            }
        }
        let script = wanted.keys.sorted().map { key in
            let parts = key.split(separator: ".")
            let method = parts[0].split(separator: "-")[0]
            return "$(info \(key) $(or $(\(key)),$(\(method).\(parts[1]))))"
        }.joined()
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/make")
        process.arguments = ["-C", root.path, "--no-print-directory", "--eval", ".PHONY: nothing\nnothing:; \(script)@:", "nothing"]
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let output = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        var found: [String: Double] = [:]
        for line in output.split(separator: "\n") {
            let words = line.split(separator: " ")
            if words.count == 2 { found[String(words[0])] = Double(words[1]) }
        }
        #expect(found == wanted)
    }
}
