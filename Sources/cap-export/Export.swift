import ArgumentParser
import Export
import Stages
import Terminal

@main
struct ExportCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "cap-export",
        abstract: "Write an adapted model for use from Python, with PyTorch alone.",
        discussion: """
            Reads model.h5 and its CLIP checkpoint, and writes a folder: classifier.pt, the classifier as TorchScript with \
            the names of its classes; the same model in Hugging Face's layout, prompts in prompts.safetensors, with \
            model.py to put them together; and a README with the lines to paste.

            Example:
              cap-export runs/pets/ul/model.h5 -o pets
            """,
        version: CAPVersion.current)

    @Argument(help: ArgumentHelp("File that cap-finetune wrote.", valueName: "model.h5"), completion: .file(extensions: ["h5"]))
    var model: String

    @OptionGroup var checkpoint: TrainedCheckpointOptions

    @Option(
        name: [.customShort("o"), .long], help: ArgumentHelp("Folder to write.", valueName: "folder"),
        completion: .directory)
    var output: String

    @OptionGroup var verbosity: VerbosityOptions

    func validate() throws {
        guard !output.isEmpty else { throw ValidationError("--output needs a name.") }
    }

    var outputs: [String] { [] }
    var outputFolders: [String] { [output] }

    func run() throws {
        var stage = Export(model: model, output: output)
        stage.checkpoint = CheckpointChoice(checkpoint)
        let result = try stage.run()
        var summary = Summary("cap-export")
        summary.add("classes", HumanReadable.count(result.classes))
        for (name, bytes) in result.files { summary.add(name, HumanReadable.bytes(bytes)) }
        summary.add("time", HumanReadable.duration(result.seconds))
        summary.add("wrote", output)
        summary.next("python3 \(output)/model.py IMAGE…, with PyTorch and Pillow; see \(output)/README.md")
        summary.print(quiet: verbosity.quiet)
    }
}
