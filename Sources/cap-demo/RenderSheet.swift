import ArgumentParser
import DemoData
import Foundation
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
        do {
            try Data(file).write(to: URL(fileURLWithPath: output.output), options: .atomic)
        } catch {
            throw DemoDataError(
                "\(output.output): the sheet cannot be written: \(error.localizedDescription)")
        }
        var summary = Summary("cap-demo sheet")
        summary.add("size", "\(sheet.width) × \(sheet.height) pixels")
        summary.add("wrote", "\(output.output), \(HumanReadable.bytes(file.count))")
        summary.print(quiet: verbosity.quiet)
    }
}
