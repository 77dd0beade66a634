import ArgumentParser
import CAP
import Foundation
import Stages
import Terminal

@main
struct DescribeCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "cap-describe",
        abstract: "Describe mismatched classes in words that fit their images.",
        discussion: """
            Reads features.h5 and mismatch.h5, takes descriptions of each mismatched class from a file of answers, and \
            keeps the one that best fits a cluster of the images that found no class. Writes descriptions.h5: \
            questions, descriptions with their text features, and the choice. Without a mismatched class no answers \
            are needed.

            The file of answers is a JSON object of class name → list of sentences:
              {"chaparral": ["dense shrubland with a mottled texture", "…"]}

            Example:
              cap-describe features.h5 mismatch.h5 --checkpoint DIR --answers answers.json -o descriptions.h5
            """,
        version: CAPVersion.current)

    @Argument(help: ArgumentHelp("File that cap-embed wrote.", valueName: "features.h5"))
    var features: String

    @Argument(help: ArgumentHelp("File that cap-detect wrote.", valueName: "mismatch.h5"))
    var mismatch: String

    @OptionGroup var checkpoint: CheckpointOptions

    @Option(
        help: ArgumentHelp("JSON file of class name → list of sentences.", valueName: "file"), completion: .file())
    var answers: String?

    @Option(help: "What the images are, with {} where the class goes: \"a satellite photo of {}\".")
    var domain = "{}"

    @Option(help: ArgumentHelp("Descriptions per class to choose from, at most.", valueName: "count"))
    var candidates = 5

    @Option(help: "Threads to compute with.")
    var threads = ProcessInfo.processInfo.activeProcessorCount

    @OptionGroup var seed: SeedOption
    @OptionGroup var output: OutputOption
    @OptionGroup var verbosity: VerbosityOptions

    func validate() throws {
        guard (1...4096).contains(threads) else {
            throw ValidationError("--threads must be between 1 and 4096, not \(threads).")
        }
        guard (1...1000).contains(candidates) else {
            throw ValidationError("--candidates must be between 1 and 1000, not \(candidates).")
        }
        guard domain.contains("{}") else {
            throw ValidationError("--domain must say with {} where the class goes, as in \"a photo of {}\".")
        }
    }

    func run() throws {
        var stage = Describe(
            features: features, mismatch: mismatch, checkpoint: CheckpointChoice(checkpoint), output: output.output)
        stage.model = try answers.map(AnswersFile.init)
        stage.domain = domain
        stage.candidates = candidates
        stage.seed = UInt64(seed.seed)
        stage.threads = threads
        let result = try stage.run()

        var summary = Summary("cap-describe")
        summary.add("mismatched", result.replacements.isEmpty ? "none" : "\(result.replacements.count) classes")
        for replacement in result.replacements {
            summary.add(replacement.className, replacement.text)
        }
        summary.add("answers", result.languageModel)
        summary.add("time", HumanReadable.duration(result.seconds))
        summary.add("wrote", output.output)
        summary.next("cap-label \(features) \(mismatch) \(output.output) -o labels.h5")
        summary.print(quiet: verbosity.quiet)
    }
}
