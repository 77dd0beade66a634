import Artifacts
import CSealedHDF5
import Foundation
import TestSupport

extension FuzzedKind {
    /// Artifacts of every kind in three states by turns: damaged under their seal, without it as other programs leave them, and
    /// sealed anew by who means harm. Each is read by cap-inspect --verify and, in this process, as a stage reads it; every
    /// eighth by a stage itself. Nobody may take what cap-inspect --verify finds changed.
    static let artifacts = FuzzedKind(name: "artifacts", share: 0.2) { workshop in
        let names = ["images", "features", "mismatch", "descriptions", "labels", "model", "eval"]
        let sound = try names.map { try bytes(workshop.run.appendingPathComponent("\($0).h5")) }
        var mutators = sound.map { HDF5Mutator($0, others: sound, seed: 0) }
        for name in names {
            try? FileManager.default.copyItem(
                atPath: workshop.run.appendingPathComponent("\(name).h5").path, toPath: workshop.path("\(name).h5"))
        }
        let damaged = workshop.path("damaged.h5")
        return Tries { number in
            let kind = number % names.count
            mutators[kind].begin(seed: workshop.seed(number))
            let mutant = mutators[kind].next()
            switch number / names.count % 3 {
            case 0: return mutant
            case 1: return withoutSeal(mutant)
            default: return try sealedAnew(withoutSeal(mutant), at: workshop.path("sealing.h5"))
            }
        } read: { bytes, number in
            let name = names[number % names.count]
            try Data(bytes).write(to: URL(fileURLWithPath: damaged))
            let verified = try workshop.command("cap-inspect", [damaged, "--verify"])
            let inspected = Verdict(verified, of: "cap-inspect")
            if case .wrong = inspected { return inspected }
            let read = Verdict {
                let artifact = try ArtifactReader(anyKind: damaged)
                try artifact.verify()
            }
            if case .wrong = read { return read }
            // Who makes a file can seal it, and is believed: that it does no harm is all that is asked.
            let isForged = number / names.count % 3 == 2
            if !isForged, case .taken = read, case .refused = inspected {
                return .wrong("taken, and cap-inspect says \(verified.errors)")
            }
            guard number % 8 == 0 else { return read }
            for (command, arguments) in readers(of: name, damaged, turn: number / 8) {
                let outcome = try workshop.command(command, arguments)
                let verdict = Verdict(outcome, of: command)
                if case .wrong = verdict { return verdict }
                if !isForged, case .taken = verdict, case .refused = inspected {
                    return .wrong("\(command) takes what cap-inspect does not: \(verified.errors)")
                }
            }
            return read
        }
    }

    /// Stages that read a kind of artifact, one of them by turns.
    private static func readers(of kind: String, _ damaged: String, turn: Int) -> [(String, [String])] {
        func place(_ name: String) -> String { name == kind ? damaged : "\(name).h5" }
        let checkpoint = ["--checkpoint", Repository.file("Tests/CLIPTests/Fixtures/quick_gelu").path]
        let out = ["-q", "-o", "out.h5"]
        let stages: [(reads: [String], command: String, further: [String])] = [
            (["images"], "cap-embed", checkpoint + out),
            (["features"], "cap-detect", out),
            (["features", "mismatch", "descriptions"], "cap-label", ["--k", "3"] + out),
            (
                ["images", "features", "labels"], "cap-finetune",
                checkpoint + ["--epochs", "1", "--iters", "1", "--batch", "2"] + out
            ),
            (["model", "images", "features", "labels"], "cap-eval", checkpoint + out),
            (["model"], "cap-export", ["-q", "-o", "exported"]),
            (["eval"], "cap-report", []),
            (["eval"], "cap-table", ["--show", "groups", "-q", "-o", "table"]),
        ]
        let taking = stages.filter { $0.reads.contains(kind) }
        let chosen = taking[turn % taking.count]
        return [(chosen.command, chosen.reads.map(place) + chosen.further)]
    }

    private static let magic = Array("CAPseal\n".utf8)

    /// What is before the seal, as far as the seal can be found.
    private static func withoutSeal(_ file: [UInt8]) -> [UInt8] {
        let start = max(0, file.count - 64)
        guard file[start...].starts(with: magic) else { return file }
        let length = file[start + 16..<start + 24].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        return length < UInt64(start) ? Array(file[..<Int(length)]) : file
    }

    private static func sealedAnew(_ file: [UInt8], at path: String) throws -> [UInt8] {
        try Data(file).write(to: URL(fileURLWithPath: path))
        let descriptor = open(path, O_RDWR)
        defer { close(descriptor) }
        guard descriptor >= 0, let sealing = csealed_create(descriptor, path) else { return file }
        defer { csealed_release(sealing) }
        guard csealed_seal(sealing) == 0 else { return file }
        return try bytes(URL(fileURLWithPath: path))
    }
}

extension FuzzedKind.Verdict {
    /// What became of a command: one that does not end well says a sentence in its own name.
    init(_ outcome: Outcome, of command: String) {
        switch outcome.status {
        case 0: self = .taken
        case 1 where outcome.errors.split(separator: "\n").last?.hasPrefix("\(command): ") == true: self = .refused
        default: self = .wrong("\(command) ends with \(outcome.status): \(outcome.errors.suffix(300))")
        }
    }
}
