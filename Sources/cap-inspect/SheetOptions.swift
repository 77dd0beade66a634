import ArgumentParser
import ImageArchive
import Terminal

/// `--sheet`: the images that a file is about, as a picture.
struct SheetOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Draw a contact sheet, PNG or JPEG by its name, of labels.h5, model.h5, mismatch.h5 or images.h5: a row for each class or cluster.",
            valueName: "file"),
        completion: .file(extensions: ["png", "jpg"]))
    var sheet: String?

    @Option(
        help: ArgumentHelp(
            "Which images: labeled, pseudolabeled or unlabeled; of mismatch.h5 a cluster's number. (default: pseudolabeled; all clusters)",
            valueName: "set"))
    var set: String?

    @Option(name: .customLong("class"), help: ArgumentHelp("Only this class.", valueName: "name"))
    var className: String?

    @Option(
        help: ArgumentHelp("Pixels, from cap-decode. (default: those that the file was made from)", valueName: "images.h5"),
        completion: .file(extensions: ["h5"]))
    var images: String?

    @Option(help: ArgumentHelp("Images of a row, at most.", valueName: "count"))
    var columns = 16

    @Option(help: ArgumentHelp("Height and width of an image on the sheet.", valueName: "pixels"))
    var tile = 96

    func validate() throws {
        guard sheet != "" else { throw ValidationError("--sheet needs a file name.") }
        guard sheet != nil || (set == nil && className == nil && images == nil) else {
            throw ValidationError("--set, --class and --images go with --sheet.")
        }
        guard (1...200).contains(columns) else {
            throw ValidationError("--columns must be between 1 and 200, not \(columns).")
        }
        guard (8...512).contains(tile) else {
            throw ValidationError("--tile must be between 8 and 512, not \(tile).")
        }
    }

    /// Draws the sheet, and prints what its rows are.
    func draw(_ file: String) throws {
        var stage = Sheet(file: file, output: sheet ?? "")
        stage.set = set
        stage.className = className
        stage.images = images
        stage.columns = columns
        stage.tile = tile
        for (number, row) in try stage.run().enumerated() where !row.title.isEmpty {
            let total = HumanReadable.count(row.total)
            Standard.output.write(
                "row \(number + 1): \(row.title.escapingControls()), \(total) image\(row.total == 1 ? "" : "s")\n")
        }
    }
}
