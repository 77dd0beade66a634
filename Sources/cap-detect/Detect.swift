import ArgumentParser
import CAP
import DataSets
import Foundation
import Stages
import Terminal
import Vocabulary

@main
struct DetectCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "cap-detect",
        abstract: "Find the classes whose name does not describe their images.",
        discussion: """
            Reads features.h5, decides which training images count as labeled under the paradigm, and matches clusters \
            of the unlabeled ones with class names, the surest pair first. Writes mismatch.h5: the division of the \
            images, the order in which classes were matched, and the classes that never were and that CLIP hardly \
            predicts.

            Example:
              cap-detect features.h5 --paradigm ssl -o mismatch.h5
            """,
        version: CAPVersion.current)

    @Argument(help: ArgumentHelp("File that cap-embed wrote.", valueName: "features.h5"))
    var features: String

    @Option(help: "What is known: ul (no labels), ssl (some of every class), trzsl (all of the seen classes).")
    var paradigm = Paradigm.ul

    @Option(help: "Seed that draws the seen classes in trzsl; 500, 0 and 200 in the literature.")
    var splitSeed = 500

    @Option(help: "Labeled images per class in ssl.")
    var labelsPerClass = ParadigmSplit.labelsPerClass

    @Option(help: "Share of the unlabeled images to use, drawn with the split seed; the others are left out.")
    var share = 1.0

    @Flag(help: "Remove only images of the matched cluster in each step, as the paper has it and its code has not.")
    var paperRemoval = false

    @Flag(
        help:
            "Start each step's K-means from the step before: an approximation that is much faster with many classes.")
    var continueClusters = false

    @Option(help: "Threads to compute with.")
    var threads = ProcessInfo.processInfo.activeProcessorCount

    @OptionGroup var seed: SeedOption
    @OptionGroup var output: OutputOption
    @OptionGroup var verbosity: VerbosityOptions

    func validate() throws {
        guard (1...4096).contains(threads) else {
            throw ValidationError("--threads must be between 1 and 4096, not \(threads).")
        }
        guard UInt32(exactly: splitSeed) != nil else {
            throw ValidationError("--split-seed must be between 0 and 4294967295, not \(splitSeed).")
        }
        guard labelsPerClass > 0 else {
            throw ValidationError("--labels-per-class must be positive, not \(labelsPerClass).")
        }
        guard share > 0, share <= 1 else {
            throw ValidationError("--share is above 0 and at most 1, not \(share).")
        }
    }

    func run() throws {
        var stage = Detect(features: features, output: output.output)
        stage.paradigm = paradigm
        stage.splitSeed = splitSeed
        stage.labelsPerClass = labelsPerClass
        stage.share = share
        stage.removal = paperRemoval ? .clusterOnly : .filled
        stage.continuesClusters = continueClusters
        stage.seed = UInt64(seed.seed)
        stage.threads = threads
        stage.quiet = verbosity.quiet
        let result = try stage.run()

        var summary = Summary("cap-detect")
        summary.add("unlabeled", "\(HumanReadable.count(result.unlabeledImages)) images")
        summary.add("labeled", "\(HumanReadable.count(result.labeledImages)) images")
        summary.add("matched", "\(HumanReadable.count(result.removed.count)) classes")
        summary.add("left over", result.finalClasses.joined(separator: ", "))
        summary.add("hardly predicted", result.lowClasses.joined(separator: ", "))
        summary.add("mismatched", result.mismatched.isEmpty ? "none" : result.mismatched.joined(separator: ", "))
        summary.add("K-means", "\(HumanReadable.count(result.passes)) passes over the unlabeled images")
        summary.add("time", HumanReadable.duration(result.seconds))
        summary.add("wrote", output.output)
        summary.next(
            "cap-describe \(features) \(output.output) --checkpoint DIR --answers FILE -o descriptions.h5")
        summary.print(quiet: verbosity.quiet)
    }
}

extension Paradigm: ExpressibleByArgument {}
