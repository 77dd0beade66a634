import ArgumentParser
import Foundation
import Logging
import Vocabulary

/// Where the tensors live: "cpu", "cuda", or of several GPUs "cuda:1".
public struct ComputeDevice: RawRepresentable, Sendable, Hashable, ExpressibleByArgument {
    public static let cpu = ComputeDevice(name: "cpu")
    /// The first GPU, or the one that a launcher gives this process.
    public static let cuda = ComputeDevice(name: "cuda")
    public static let allValueStrings = ["cpu", "cuda", "cuda:N"]

    public let rawValue: String

    private init(name: String) { rawValue = name }

    public init?(rawValue: String) {
        let number = rawValue.hasPrefix("cuda:") ? Int(rawValue.dropFirst(5)) : nil
        guard ["cpu", "cuda"].contains(rawValue) || number.map({ (0..<128).contains($0) }) == true else { return nil }
        self.rawValue = rawValue
    }

    public var defaultValueDescription: String { rawValue }
}

/// The arithmetic of the transformers; tf32 and fp16 on GPUs alone.
public enum ComputePrecision: String, Sendable, CaseIterable, ExpressibleByArgument {
    case fp32, tf32, bf16, fp16
}

extension Activation: ExpressibleByArgument {}

/// The CLIP to use: `--checkpoint`, `--tokenizer`, `--activation`.
public struct CheckpointOptions: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp(
            "CLIP checkpoint: a Hugging Face folder, OpenAI's ViT-*.pt, or a state dict (docs/checkpoints.md).",
            valueName: "path"),
        completion: .file())
    public var checkpoint: String

    @Option(
        name: .long,
        help: ArgumentHelp(
            """
            Tokenizer, where none lies beside the weights: a folder with vocab.json and merges.txt, tokenizer.json, or \
            OpenAI's bpe_simple_vocab_16e6.txt.gz.
            """, valueName: "path"),
        completion: .file())
    public var tokenizer: String?

    @Option(
        name: .long, help: "Activation of a state dict without configuration: quick_gelu (OpenAI's) or gelu (LAION's).")
    public var activation: Activation?

    public init() {}

    /// The options as they would be given to the next command.
    public var commandLine: String {
        var words = ["--checkpoint", checkpoint]
        if let tokenizer { words += ["--tokenizer", tokenizer] }
        if let activation { words += ["--activation", activation.rawValue] }
        return words.joined(separator: " ")
    }
}

/// The CLIP that a model was trained with, where it lies elsewhere now: `--checkpoint`, `--tokenizer`, `--activation`.
public struct TrainedCheckpointOptions: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp(
            "CLIP checkpoint. (default: the one that the model was trained with, with its tokenizer)", valueName: "path"),
        completion: .file())
    public var checkpoint: String?

    @Option(
        name: .long,
        help: ArgumentHelp("Tokenizer, where none lies beside the weights.", valueName: "path"), completion: .file())
    public var tokenizer: String?

    @Option(name: .long, help: "Activation of a state dict without configuration.")
    public var activation: Activation?

    public init() {}

    public func validate() throws {
        guard checkpoint != nil || (tokenizer == nil && activation == nil) else {
            throw ValidationError("--tokenizer and --activation go with --checkpoint.")
        }
    }
}

/// How to compute: `--threads`, `--device`, `--precision`.
public struct ComputeOptions: ParsableArguments {
    @Option(name: .long, help: "Threads to compute with.")
    public var threads: Int = ProcessInfo.processInfo.activeProcessorCount

    @Option(name: .long, help: "Device to compute on: cpu, cuda, or of several GPUs cuda:0, cuda:1 and so on (docs/gpu.md).")
    public var device: ComputeDevice = .cpu

    @Option(name: .long, help: "Arithmetic of the transformers; tf32 and fp16 go with --device cuda.")
    public var precision: ComputePrecision = .fp32

    public init() {}

    public func validate() throws {
        guard (1...4096).contains(threads) else {
            throw ValidationError("--threads must be between 1 and 4096, not \(threads).")
        }
    }
}

/// The seed of all random numbers: `--seed`.
public struct SeedOption: ParsableArguments {
    @Option(name: .long, help: "Seed of the random numbers.")
    public var seed: Int = 1

    public init() {}

    public func validate() throws {
        guard seed >= 0 else { throw ValidationError("--seed must not be negative.") }
    }
}

/// The artifact to write: `-o`, `--output`.
public struct OutputOption: ParsableArguments {
    @Option(name: [.customShort("o"), .long], help: ArgumentHelp("File to write.", valueName: "file"))
    public var output: String

    public init() {}

    public func validate() throws {
        guard !output.isEmpty else { throw ValidationError("--output needs a file name.") }
    }
}

/// How much is said on standard error: `-q`, `--quiet`.
public struct VerbosityOptions: ParsableArguments {
    @Flag(name: [.customShort("q"), .long], help: "Print nothing but warnings and errors.")
    public var quiet = false

    public init() {}
}

extension VerbosityOptions {
    /// A logger for what happens besides progress: notices, and warnings even when quiet.
    public func logger(_ program: String) -> Logger {
        Logger(label: program) { TerminalLogHandler(program: $0, level: quiet ? .warning : .info) }
    }
}
