import ArgumentParser
import Parameters
import Stages
import Terminal

package struct EvaluateCommand: Command {
    package static let configuration = CommandConfiguration(
        .eval,
        discussion: """
            Reads model.h5, images.h5, features.h5 and labels.h5, and writes eval.h5: predictions before (zero-shot \
            CLIP) and after adaptation, accuracy, accuracy per class, confusion matrices and calibration. --report \
            makes a page of it that needs no network, and --also puts the mean and the standard deviation over several \
            seeds on top of that. Without labeled test images there are predictions only. --csv writes the class of every \
            image, training images included: the result as a table.

            Examples:
              cap-eval model.h5 images.h5 features.h5 labels.h5 --checkpoint DIR \\
                --report report.html --csv labels.csv -o eval.h5
              cap-eval … --report report.html -o eval.h5 --also seed2/eval.h5 \\
                --also seed3/eval.h5
            """)

    @Argument(help: ArgumentHelp("File that cap-finetune wrote.", valueName: "model.h5"), completion: .file(extensions: ["h5"]))
    var model: String

    @Argument(help: ArgumentHelp("File that cap-decode wrote.", valueName: "images.h5"), completion: .file(extensions: ["h5"]))
    var images: String

    @Argument(help: ArgumentHelp("File that cap-embed wrote.", valueName: "features.h5"), completion: .file(extensions: ["h5"]))
    var features: String

    @Argument(help: ArgumentHelp("File that cap-label wrote.", valueName: "labels.h5"), completion: .file(extensions: ["h5"]))
    var labels: String

    @OptionGroup var parameters: ParameterOptions<EvaluateParameters>

    @Option(help: ArgumentHelp("HTML page to write.", valueName: "file"), completion: .file())
    var report: String?

    @Option(
        help: ArgumentHelp("Table of every image's class to write, with its confidence and runner-up.", valueName: "file"),
        completion: .file(extensions: ["csv"]))
    var csv: String?

    @Option(
        help: ArgumentHelp(
            "eval.h5 (or its folder) of a run that differs in its seed alone: the report gives the mean. Repeatable.",
            valueName: "run"),
        completion: .file(extensions: ["h5"]))
    var also: [String] = []

    @OptionGroup var output: OutputOption
    @OptionGroup var processes: ProcessOptions
    @OptionGroup var verbosity: VerbosityOptions

    package init() {}

    package func requireEndings() throws {
        try requireEnding(output.output, of: "-o", ["h5", "hdf5"], for: "eval.h5")
        try requireEnding(report, of: "--report", ["html", "htm"], for: "the report")
        try requireEnding(csv, of: "--csv", ["csv"], for: "the table")
    }

    package var outputs: [String] { [output.output] + [report, csv].compactMap { $0 } }

    package func run() throws {
        var stage = try Evaluate(
            model: model, images: images, features: features, labels: labels, settings: parameters.settings,
            output: StageOutput(output))
        stage.report = report
        stage.table = csv
        stage.also = also
        if verbosity.isFirst { stage.note = { Standard.error.note("cap-eval", $0) } }
        stage.processes = processes
        stage.quiet = verbosity.isQuiet
        let result = try stage.run()

        var summary = Summary("cap-eval")
        summary.add("predicted", "\(HumanReadable.count(result.predictedImages)) images")
        if let zeroShot = result.zeroShot, let adapted = result.adapted {
            func add(_ name: String, _ before: Double, _ after: Double) {
                summary.add(name, "\(HumanReadable.percent(before)) zero-shot, \(HumanReadable.percent(after)) \(result.method)")
            }
            add("accuracy", zeroShot.accuracy, adapted.accuracy)
            if let before = zeroShot.transfer, let after = adapted.transfer {
                add("seen classes", before.seen, after.seen)
                add("unseen classes", before.unseen, after.unseen)
                add("harmonic mean", before.harmonicMean, after.harmonicMean)
            }
            add(
                "calibration error", zeroShot.calibration.expectedCalibrationError,
                adapted.calibration.expectedCalibrationError)
        } else {
            summary.add("accuracy", "unknown: no test image has a label")
        }
        if let harm = result.harm, !verbosity.quiet { summary.add("warning", "\(harm)") }
        if let (count, spread) = result.overAllRuns { summary.add("over \(count) seeds", spread + " %") }
        summary.add("time", HumanReadable.duration(result.seconds))
        summary.add("wrote", file: output.output)
        if let report { summary.add("report", file: report) }
        if let csv {
            summary.add(
                "labels", "\(SpokenNames.place(csv)), a class for each of \(HumanReadable.count(result.tabledImages)) images")
        }
        summary.next(["cap-predict", SpokenNames.place(model), "FOLDER-OF-NEW-IMAGES"], endsRun: true)
        summary.print(quiet: verbosity.isQuiet)
        // Warnings are said all the same.
        if let harm = result.harm, verbosity.quiet, verbosity.isFirst { Standard.error.note("cap-eval", "\(harm)") }
    }
}
