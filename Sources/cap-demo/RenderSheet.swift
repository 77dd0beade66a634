import ArgumentParser
import DemoData
import FoundationEssentials
import Outputs
import Terminal

struct RenderSheet: Command {
    static let configuration = CommandConfiguration(
        commandName: "sheet",
        abstract: "Render a contact sheet of the demo data set as a PNG file.",
        discussion: """
            Two training images of every class, in alphabetical order, ten classes side by side.

              cap-demo sheet -o demo.png
            """,
        version: CAPVersion.current)

    @OptionGroup var output: OutputOption
    @OptionGroup var seed: RenderSeed
    @OptionGroup var verbosity: VerbosityOptions

    var outputs: [String] { [output.output] }

    func run() throws {
        let sheet = try ContactSheet().render(seed: seed.seed)
        let file = try sheet.png()
        try PartialFile.write(Data(file), to: output.output)
        var summary = Summary("cap-demo sheet")
        summary.add("size", "\(sheet.width) × \(sheet.height) pixels")
        summary.add("wrote", "\(output.output), \(HumanReadable.bytes(file.count))")
        summary.print(quiet: verbosity.quiet)
    }
}
