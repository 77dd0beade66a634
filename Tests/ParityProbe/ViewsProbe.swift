import ArgumentParser
import CLIP
import Foundation
import Images
import Tensors
import Views

struct ViewsProbe: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "views",
        abstract: "Decode images and make CLIP's views of them: uint8, [images, size, size, 3].")

    @Option(help: "Height and width of the views.")
    var size = 224

    @Option(name: .shortAndLong, help: "File to write: safetensors with the tensor \"views\".")
    var output: String

    @Argument(help: "JSON list of the images' files.")
    var images: String

    func run() throws {
        let files = try JSONDecoder().decode([String].self, from: Data(contentsOf: URL(fileURLWithPath: images)))
        let decoder = ImageDecoder()
        let view = try EvaluationView(size: size)
        var pixels: [UInt8] = []
        for file in files {
            pixels += try view.render(decoder.decode(contentsOf: file)).pixels
        }
        let views = try Tensor(pixels, shape: [files.count, size, size, 3])
        try SafetensorsFile.write([("views", views)], to: URL(fileURLWithPath: output), as: .uint8)
    }
}
