import ArgumentParser
import CLIP
import Foundation
import Tensors
import Vocabulary

struct FeaturesProbe: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "features", abstract: "Encode views and texts: float32, not normalised.")

    @Argument(help: "The checkpoint.")
    var checkpoint: String

    @Argument(help: "Safetensors with the tensor \"views\".")
    var views: String

    @Argument(help: "JSON list of texts.")
    var texts: String

    @Option(help: "The tokenizer, where it does not lie beside the checkpoint.")
    var tokenizer: String?

    @Option(help: "The activation, where the checkpoint does not say it.")
    var activation: String?

    @Flag(help: "Compute in bfloat16.")
    var bf16 = false

    @Option(name: .shortAndLong, help: "File to write: safetensors with \"images\", \"texts\" and \"logit_scale\".")
    var output: String

    func run() throws {
        let clip = try CLIPCheckpoint(
            checkpoint, tokenizer: tokenizer, activation: activation.flatMap(Activation.init))
        let texts = try JSONDecoder().decode([String].self, from: Data(contentsOf: URL(fileURLWithPath: texts)))
        let views = try SafetensorsFile(URL(fileURLWithPath: views)).tensor("views")
        let dtype: DType = bf16 ? .bfloat16 : .float32
        let (imageFeatures, textFeatures) = try withoutGradients {
            let textEncoder = try clip.textEncoder(dtype: dtype)
            return (
                try clip.visionEncoder(dtype: dtype).forward(views).to(.float32),
                try textEncoder.forward(textEncoder.batch(texts.map(clip.tokens))).to(.float32)
            )
        }
        let scale = try Tensor([clip.logitScale()], shape: [])
        try SafetensorsFile.write(
            [("images", imageFeatures), ("texts", textFeatures), ("logit_scale", scale)],
            to: URL(fileURLWithPath: output))
    }
}
