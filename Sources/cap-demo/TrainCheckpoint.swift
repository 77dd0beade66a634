import ArgumentParser
import DemoData
import FoundationEssentials
import Parallel
import Tensors
import Terminal

struct TrainCheckpoint: Command {
    static let configuration = CommandConfiguration(
        commandName: "checkpoint",
        abstract: "Train the demo's small CLIP from nothing.",
        discussion: """
            Renders images of the demo's classes, other ones than `cap-demo images` writes, invents captions for them and
            trains a CLIP on both. The repository's demo/checkpoint was made by

              cap-demo checkpoint -o demo/checkpoint
            """,
        version: CAPVersion.current)

    @Option(name: [.customShort("o"), .long], help: ArgumentHelp("Folder to write.", valueName: "folder"))
    var output: String

    @OptionGroup var seed: RenderSeed

    @Option(name: .long, help: "Training steps.")
    var steps: Int = CheckpointTraining(seed: 0).steps

    @Option(name: .long, help: "Threads to compute with.")
    var threads: Int = ProcessInfo.processInfo.activeProcessorCount

    @OptionGroup var verbosity: VerbosityOptions

    func validate() throws {
        guard !output.isEmpty else { throw ValidationError("--output needs a folder.") }
        guard steps > 0 else { throw ValidationError("--steps must be positive.") }
        guard (1...4096).contains(threads) else {
            throw ValidationError("--threads must be between 1 and 4096, not \(threads).")
        }
    }

    var outputs: [String] { [] }
    var outputFolders: [String] { [output] }

    func run() throws {
        try Torch.setThreads(threads)
        var training = CheckpointTraining(seed: seed.seed)
        training.steps = steps
        let rendering = ProgressBar(
            "rendering", total: training.imageCount, unit: "images", quiet: verbosity.quiet)
        let progress = ProgressBar("training", total: steps, unit: "steps", quiet: verbosity.quiet)
        let average = Mutex(RunningAverage())
        let start = ContinuousClock.now
        try training.run(into: URL(fileURLWithPath: output), threads: threads) { event in
            switch event {
            case .rendered:
                rendering.advance()
            case .step(let loss):
                rendering.finish()
                let loss = average.withLock { $0.add(loss) }
                progress.advance(note: "loss \(HumanReadable.decimal(loss))")
            }
        }
        progress.finish()

        var summary = Summary("cap-demo checkpoint")
        summary.add("loss", HumanReadable.decimal(average.withLock { $0.value }))
        summary.add("time", HumanReadable.duration((ContinuousClock.now - start) / .seconds(1)))
        summary.add("wrote", file: output)
        summary.print(quiet: verbosity.quiet)
    }
}

/// The mean of about the last twenty values.
private struct RunningAverage {
    private var sum = 0.0
    private var weight = 0.0

    var value: Double { weight > 0 ? sum / weight : 0 }

    mutating func add(_ value: Double) -> Double {
        sum = 0.95 * sum + value
        weight = 0.95 * weight + 1
        return self.value
    }
}
