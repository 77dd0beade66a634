import ArgumentParser
import CAP
import DataSets
import Parameters
import Stages
import Terminal
import Vocabulary

package struct DetectCommand: Command {
    package static let configuration = CommandConfiguration(
        .detect,
        discussion: """
            Reads features.h5, decides which training images count as labeled under the paradigm, and matches clusters \
            of the unlabeled ones with class names, the surest pair first. Writes mismatch.h5: the division of the \
            images, the order in which classes were matched, and the classes that never were and that CLIP hardly \
            predicts. What is found depends on the seed where names fit their images neither well nor badly: --repeats says \
            how often. Several processes that torchrun, srun or mpirun start with one command line divide the images \
            (docs/scaling.md).

            Examples:
              cap-detect features.h5 --paradigm ssl -o mismatch.h5
              cap-detect features.h5 --repeats 24 -o mismatch.h5
            """)

    @Argument(help: ArgumentHelp("File that cap-embed wrote.", valueName: "features.h5"), completion: .file(extensions: ["h5"]))
    var features: String

    @OptionGroup var parameters: ParameterOptions<DetectParameters>
    @OptionGroup var output: OutputOption
    @OptionGroup var processes: ProcessOptions
    @OptionGroup var verbosity: VerbosityOptions

    package init() {}

    package var outputs: [String] { [output.output] }

    package func run() throws {
        var stage = Detect(features: features, output: StageOutput(output))
        stage.settings = try parameters.settings
        stage.processes = processes
        stage.quiet = verbosity.isQuiet
        let result = try stage.run()

        var summary = Summary("cap-detect")
        summary.add("unlabeled", "\(HumanReadable.count(result.unlabeledImages)) images")
        summary.add("labeled", "\(HumanReadable.count(result.labeledImages)) images")
        summary.add("matched", "\(HumanReadable.count(result.removed.count)) classes")
        summary.add("left over", result.finalClasses.joined(separator: ", "))
        summary.add("hardly predicted", result.lowClasses.joined(separator: ", "))
        summary.add("mismatched", result.mismatched.isEmpty ? "none" : result.mismatched.joined(separator: ", "))
        if stage.settings.repeats > 1 {
            let found = result.frequencies.map { "\($0.name) \(HumanReadable.count($0.count))" }.joined(separator: ", ")
            summary.add("of \(stage.settings.repeats) seeds", found.isEmpty ? "none found any class" : found)
        }
        summary.add("K-means", "\(HumanReadable.count(result.passes)) passes over the unlabeled images")
        summary.add("time", HumanReadable.duration(result.seconds))
        summary.add("wrote", file: output.output)
        summary.next(
            ["cap-describe", features, output.output, "--checkpoint", "DIR", "--answers", "FILE", "-o", "descriptions.h5"])
        summary.print(quiet: verbosity.isQuiet)
    }
}
