import ArgumentParser
import DemoData
import FoundationEssentials
import Terminal

struct RenderImages: Command {
    static let configuration = CommandConfiguration(
        commandName: "images",
        abstract: "Render the demo data set into class folders.",
        discussion: """
            Twenty classes of textures as JPEG and PNG files of varying sizes: train/CLASS has 100 images each, test/CLASS
            40. The same seed gives the same files.

              cap-demo images -o runs/demo/data
            """,
        version: CAPVersion.current)

    @Option(name: [.customShort("o"), .long], help: ArgumentHelp("Folder to write.", valueName: "folder"))
    var output: String

    @OptionGroup var seed: RenderSeed

    @Option(name: .long, help: "Threads to render with.")
    var threads: Int = ProcessInfo.processInfo.activeProcessorCount

    @OptionGroup var verbosity: VerbosityOptions

    func validate() throws {
        guard !output.isEmpty else { throw ValidationError("--output needs a folder.") }
        guard (1...4096).contains(threads) else {
            throw ValidationError("--threads must be between 1 and 4096, not \(threads).")
        }
    }

    var outputs: [String] { [] }
    var outputFolders: [String] { [output] }

    func run() throws {
        let dataSet = DemoDataSet(seed: seed.seed)
        let progress = ProgressBar(
            "rendering", total: dataSet.images.count, unit: "images", quiet: verbosity.quiet)
        try dataSet.write(to: URL(fileURLWithPath: output), threads: threads) { progress.advance() }
        progress.finish()

        var summary = Summary("cap-demo images")
        summary.add("images", HumanReadable.count(dataSet.images.count))
        summary.add("classes", HumanReadable.count(DemoClass.all.count))
        summary.add("wrote", file: output)
        summary.next(["cap-decode", output, "-o", "images.h5"])
        summary.print(quiet: verbosity.quiet)
    }
}
