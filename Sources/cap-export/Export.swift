import ArgumentParser
import Export
import Stages
import Terminal

package struct ExportCommand: Command {
    package static let configuration = CommandConfiguration(
        .export,
        discussion: """
            Reads model.h5 and its CLIP checkpoint, and writes a folder: classifier.pt, the classifier as TorchScript with \
            the names of its classes; the same model in Hugging Face's layout, prompts in prompts.safetensors, with \
            model.py to put them together; and a README with the lines to paste.

            Example:
              cap-export runs/pets/ul/model.h5 -o pets
            """)

    @Argument(help: ArgumentHelp("File that cap-finetune wrote.", valueName: "model.h5"), completion: .file(extensions: ["h5"]))
    var model: String

    @OptionGroup var checkpoint: TrainedCheckpointOptions

    @Option(
        name: [.customShort("o"), .long], help: ArgumentHelp("Folder to write.", valueName: "folder"),
        completion: .directory)
    var output: String

    @OptionGroup var verbosity: VerbosityOptions

    package init() {}

    package func validate() throws {
        guard !output.isEmpty else { throw ValidationError("--output needs a name.") }
    }

    package var outputs: [String] { [] }
    package var outputFolders: [String] { [output] }

    package func run() throws {
        var stage = Export(model: model, output: output)
        stage.checkpoint = CheckpointChoice(checkpoint)
        let result = try stage.run()
        var summary = Summary("cap-export")
        summary.add("classes", HumanReadable.count(result.classes))
        for (name, bytes) in result.files { summary.add(name, HumanReadable.bytes(bytes)) }
        summary.add("time", HumanReadable.duration(result.seconds))
        summary.add("wrote", file: output)
        summary.next(["python3", "\(output)/model.py", "IMAGE"], ", with PyTorch and Pillow; see the README.md beside it")
        summary.print(quiet: verbosity.quiet)
    }
}
