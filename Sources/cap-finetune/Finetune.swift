import ArgumentParser
import CAP
import Essentials
import Parameters
import Stages
import Terminal

package struct FinetuneCommand: Command {
    package static let configuration = CommandConfiguration(
        .finetune,
        discussion: """
            Reads images.h5, features.h5 and labels.h5, writes model.h5: prompts, adapters and a row per epoch. CAP \
            learns from three streams with adapters and a confusion-aware margin; the other methods of cap-label \
            --method learn from batches, in one or more rounds of pseudolabels. \
            After every epoch the state is kept in MODEL.checkpoint; the same command goes on from there after an \
            interruption, to the same result. Several processes that torchrun, srun or mpirun start with one command line \
            share every batch (docs/scaling.md).

            Example:
              cap-finetune images.h5 features.h5 labels.h5 \\
                --checkpoint clip-vit-base-patch32 -o model.h5
            """)

    @Argument(help: "Pixels, from cap-decode.", completion: .file(extensions: ["h5"]))
    var images: String

    @Argument(help: "Features, from cap-embed.", completion: .file(extensions: ["h5"]))
    var features: String

    @Argument(help: "Labels and pseudolabels, from cap-label.", completion: .file(extensions: ["h5"]))
    var labels: String

    @OptionGroup var output: OutputOption

    @OptionGroup var parameters: ParameterOptions<FinetuneParameters>

    @Flag(help: "Say what the time of an iteration is spent on, all but the first taken.")
    var profile = false

    @Flag(
        inversion: .prefixedNo,
        help: "cap on a GPU: record an iteration and replay it, which gives the GPU its work in one piece.")
    var recording = true

    @OptionGroup var processes: ProcessOptions

    @OptionGroup var verbosity: VerbosityOptions

    package init() {}

    package var outputs: [String] { [output.output, output.output + ".checkpoint"] }

    package func run() throws {
        var stage = try Finetune(
            images: images, features: features, labels: labels, settings: parameters.settings,
            output: StageOutput(output))
        (stage.profiles, stage.recordsIterations) = (profile, recording)
        stage.processes = processes
        stage.quiet = verbosity.isQuiet
        if verbosity.isFirst { stage.note = { Standard.error.note("cap-finetune", $0) } }

        let result = try stage.run()
        var summary = Summary("cap-finetune")
        if let last = result.epochs.last {
            summary.add("method", result.title)
            summary.add("epochs", "\(result.epochs.count)")
            summary.add("trained", "\(HumanReadable.count(result.trainedParameters)) parameters")
            summary.add("pseudolabels", "\(HumanReadable.count(last.pseudolabelCount)) in the last epoch")
            if let accuracy = last.pseudolabelAccuracy {
                summary.add("of which true", HumanReadable.percent(accuracy))
            }
        }
        if result.confidentSamples == 0 {
            summary.add(
                "confident",
                "none above \(stage.settings.threshold) in any epoch: nothing was learned from unlabeled images, without a margin"
            )
        }
        summary.add("time", HumanReadable.duration(result.seconds))
        if profile {
            func add(_ title: String, _ seconds: Double) {
                summary.add(title, String(printf: "%8.1f ms an iteration", seconds * 1000))
            }
            for phase in TrainingCost.Phase.allCases where phase != .device && (phase != .processes || result.processes > 1) {
                add(phase.rawValue, result.cost.seconds(phase))
            }
            add("together", result.cost.secondsOfIteration)
            let inOperators = result.operators.map(\.seconds).reduce(0, +)
            for entry in result.operators {
                summary.add(
                    entry.kind.rawValue,
                    String(
                        printf: "%8.1f ms of a processor, %.1f %%, %.2f GB at %.1f GB/s", entry.seconds * 1000,
                        100 * entry.seconds / inOperators, entry.bytes / 1e9, entry.bytes / 1e9 / max(entry.seconds, 1e-9)))
            }
            if result.processes > 1, result.cost.secondsOfIteration > 0 {
                summary.add(
                    "other processes",
                    HumanReadable.percent(result.cost.seconds(.processes) / result.cost.secondsOfIteration) + " of it")
            }
            summary.add("model", HumanReadable.decimal(result.cost.operationsPerSecond / 1e9) + " GFLOP/s")
        }
        if result.peakDeviceBytes > 0 {
            if !profile { summary.add("an iteration", String(printf: "%.2f ms", result.cost.secondsOfIteration * 1000)) }
            summary.add("GPU memory", "\(result.peakDeviceBytes >> 20) MiB at most")
        }
        summary.add("wrote", file: output.output)
        let checkpoint = try stage.settings.checkpointChoice.words
        summary.next(["cap-eval", output.output, images, features, labels] + checkpoint + ["-o", "eval.h5"])
        summary.print(quiet: verbosity.isQuiet)
    }
}
