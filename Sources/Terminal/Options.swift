import ArgumentParser
import Launch
import Parameters
import Vocabulary

extension ComputeDevice: ExpressibleByArgument {
    public static let allValueStrings = ["cpu", "cuda", "cuda:N"]

    public var defaultValueDescription: String { rawValue }
}

extension ComputePrecision: ExpressibleByArgument {}
extension Activation: ExpressibleByArgument {}
extension WorkPart: ExpressibleByArgument {
    public init?(argument: String) { self.init(argument) }
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
    @Option(name: .long, help: "Threads to compute with; of several processes on a machine each has its part of all cores.")
    public var threads: Int = ProcessPlace.coresEach

    @Option(name: .long, help: "Device to compute on: cpu, cuda, or of several GPUs cuda:0, cuda:1 and so on (docs/gpu.md).")
    public var device: ComputeDevice = .cpu

    @Option(
        name: .long,
        help: """
            Arithmetic of the transformers: auto is bf16 where that is faster and fp32 elsewhere, high is float32 from products of \
            bfloat16 (docs/benchmarks.md); tf32 and fp16 go with --device cuda.
            """)
    public var precision: ComputePrecision = .fp32

    public init() {}

    public func validate() throws {
        guard (1...4096).contains(threads) else {
            throw ValidationError("--threads must be between 1 and 4096, not \(threads).")
        }
    }
}

/// How several processes share the work: `--process-timeout`.
public struct ProcessOptions: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp(
            "Longest time that one of several processes waits for another before it gives up (docs/scaling.md).",
            valueName: "seconds"))
    public var processTimeout: Double = 300

    public init() {}

    /// What holds where no command line says otherwise: options can be read only where one was parsed.
    public static var standard: ProcessOptions { (try? parse([])) ?? ProcessOptions() }

    public func validate() throws {
        guard processTimeout > 0, processTimeout <= 1_000_000 else {
            throw ValidationError("--process-timeout must be above 0 and at most 1000000, not \(processTimeout).")
        }
    }
}

/// A part of the images, to be done by itself: `--part`.
public struct PartOption: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            """
            Do one of several equal parts of the images alone, and leave it in FILE.parts: jobs of an array, each without the others. \
            The same command without --part joins them.
            """,
            valueName: "k/n"))
    public var part: WorkPart?

    public init() {}
}

/// The artifact to write: `-o`, `--output`, `--if-changed`.
public struct OutputOption: ParsableArguments {
    @Option(name: [.customShort("o"), .long], help: ArgumentHelp("File to write.", valueName: "file"))
    public var output: String

    @Flag(help: "Do nothing where the file was made with the same parameters from the same content.")
    public var ifChanged = false

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
    /// Whether nothing is printed but warnings and errors: as asked for, or since the first of several processes speaks for all.
    public var isQuiet: Bool { quiet || !isFirst }

    /// Whether this is the process that speaks.
    public var isFirst: Bool { (try? ProcessPlace.current)?.isFirst ?? true }
}
