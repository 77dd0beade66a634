import ArgumentParser
import Artifacts
import Dispatch
import FoundationEssentials
import Glibc
import Loopback
import Outputs
import Review
import Stages
import Terminal

package struct ReviewCommand: Command {
    package static let configuration = CommandConfiguration(
        .review,
        discussion: """
            Reads a finished run. Serves a page on this machine alone, which saves what is said to review.json beside the \
            run, or writes one that is opened from a disk. The images whose answer is likely to change something come \
            first. Made again, the run learns from the answers (docs/review.md).

            Examples:
              cap-review runs/pets/ul
              cap-review runs/pets/ul -o review.html
              cap-review runs/pets/ul --csv to-review.csv
            """)

    @Argument(help: ArgumentHelp("Folder of a run, or its eval.h5.", valueName: "run"), completion: .directory)
    var folder: String

    @Option(
        name: [.customShort("o"), .long],
        help: ArgumentHelp("Page to write instead of serving one.", valueName: "file"), completion: .file(extensions: ["html"]))
    var output: String?

    @Option(
        help: ArgumentHelp("Table of the images in their order to write instead of serving a page.", valueName: "file"),
        completion: .file(extensions: ["csv"]))
    var csv: String?

    @Option(
        help: ArgumentHelp("The review. (default: review.json beside the run)", valueName: "file"),
        completion: .file(extensions: ["json"]))
    var review: String?

    @Option(help: ArgumentHelp("Images to ask about, at most.", valueName: "count"))
    var count = 200

    @Option(help: ArgumentHelp("Port to serve on; 0 for any that is free.", valueName: "number"))
    var port = 0

    @OptionGroup var checkpoint: TrainedCheckpointOptions
    @OptionGroup var verbosity: VerbosityOptions

    package init() {}

    package func validate() throws {
        guard (1...100_000).contains(count) else { throw ValidationError("--count must be between 1 and 100000, not \(count).") }
        guard (0...65_535).contains(port) else { throw ValidationError("--port must be between 0 and 65535, not \(port).") }
    }

    package var outputs: [String] { [output, csv].compactMap { $0 } }
    package var readsRuns: Bool { true }

    package func requireEndings() throws {
        try requireEnding(output, of: "-o", ["html", "htm"], for: "the page")
        try requireEnding(csv, of: "--csv", ["csv"], for: "the table")
    }

    package func run() throws {
        let progress = ProgressBar("ranking", total: nil, unit: "images", quiet: verbosity.quiet)
        let reviewed = try ReviewedRun(folder, review: review) { progress.advance(by: $0) }
        progress.finish()
        if let csv { try writeTable(reviewed, to: csv) }
        if let output { try writePage(reviewed, to: output) }
        if outputs.isEmpty { try serve(reviewed) }
    }

    private func writePage(_ reviewed: ReviewedRun, to path: String) throws {
        var page = try ReviewPage(reviewed)
        page.mostQuestions = count
        let file = try PartialText(path)
        try file.write(page.html())
        try file.commit()
        var summary = Summary("cap-review")
        summary.add("wrote", file: path)
        summary.add("images", HumanReadable.count(min(count, reviewed.ranking.items.count)))
        summary.next(saying: "open \(path) in a browser, and put the review.json that it gives at \(reviewed.reviewPath)")
        summary.print(quiet: verbosity.quiet)
    }

    private func writeTable(_ reviewed: ReviewedRun, to path: String) throws {
        let names = reviewed.classes.names
        let file = try PartialText(path)
        try file.write(
            CSVField.line(["path", "class", "confidence", "runner_up", "runner_up_confidence", "zero_shot", "looks_like", "why"])
                + "\n")
        for question in reviewed.questions.prefix(count) {
            let item = question.item
            func name(_ label: Int) -> String { label < 0 ? "" : names[label] }
            try file.write(
                CSVField.line([
                    question.path, name(item.own), item.ownProbability.map { "\($0)" } ?? "", name(item.rival.label),
                    "\(item.rival.probability)",
                    name(item.zeroShot), name(question.place.nearest), question.reasons.joined(separator: " "),
                ]) + "\n")
        }
        try file.commit()
        var summary = Summary("cap-review")
        summary.add("wrote", file: path)
        summary.next(
            saying: "write the classes of the first of them to \(reviewed.reviewPath) (docs/review.md), and make the run again")
        summary.print(quiet: verbosity.quiet)
    }

    private func serve(_ reviewed: ReviewedRun) throws {
        let preview: DescriptionPreview?
        do {
            preview = try DescriptionPreview(reviewed, checkpoint: CheckpointChoice(checkpoint))
        } catch {
            Standard.error.note(
                "cap-review",
                "what a description would pick cannot be shown: \(ErrorSentence.describing(error))")
            preview = nil
        }
        var page = try ReviewPage(reviewed)
        page.mostQuestions = count
        page.isServed = true
        page.hasPreviews = preview != nil
        let handler = try ReviewHandler(reviewed, page: page.html(), preview: preview)
        let server = try LoopbackServer(port: port, mostBodyBytes: Review.mostBytes)
        let ends = onEnd(handler)
        defer { ends.forEach { $0.cancel() } }
        Standard.output.write(server.address + "\n")
        if !verbosity.quiet {
            Standard.error.writeLines(
                "cap-review: open that address in a browser on this machine; answers go to \(reviewed.reviewPath); Ctrl-C ends")
        }
        server.run(handler.answer)
    }

    /// Ends by Ctrl-C as a job that is done: what was answered is saved.
    private func onEnd(_ handler: ReviewHandler) -> [any DispatchSourceSignal] {
        [SIGINT, SIGTERM].map { signal in
            Glibc.signal(signal, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: signal, queue: .global())
            source.setEventHandler {
                handler.end { count in
                    guard count > 0 else { return }
                    var summary = Summary("cap-review")
                    summary.add("answers", "\(HumanReadable.count(count)) in \(handler.run.reviewPath)")
                    summary.next(saying: "the command that made the run, again: it finds them")
                    summary.print(quiet: verbosity.quiet)
                }
            }
            source.resume()
            return source
        }
    }
}
