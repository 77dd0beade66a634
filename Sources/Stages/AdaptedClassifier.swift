import Artifacts
import CAP
import CLIP
import Methods
import Runs
import Tensors

/// A fine-tuned CLIP as it is used: images in, a probability of every class out. Adapters are off, as they are in the
/// reference.
package struct AdaptedClassifier {
    package let classNames: [String]
    /// Height and width of the images it takes.
    package var imageSize: Int { prompted.imageSize }
    var device: Device { prompted.device }
    package let prompted: PromptedCLIP
    /// T: the normalised features of the class prompts, `[classes, dim]`.
    package let text: Tensor

    /// - Parameter identity: the checkpoint's, which takes reading all of its files.
    /// - Throws: ``ArtifactError`` where `model` was not trained with `checkpoint`.
    package init(
        _ model: ArtifactReader, _ checkpoint: CLIPCheckpoint, identity: String, precision: DType, device: Device
    ) throws {
        try model.checkMade(with: checkpoint.path, identity: identity)
        classNames = try model.strings("classes/name")
        let modality = try model.modality()
        prompted = try PromptedCLIP(
            checkpoint, phrases: Self.phrases(in: model, modality), modality: modality, precision: precision, device: device, seed: 0)
        try ModelArtifact.restore(prompted.prompts.parameters, from: model)
        text = try withoutGradients { [prompted] in try prompted.textFeatures() }
    }

    /// The probability of every class, `[images, classes]`, fp32.
    ///
    /// - Parameter pixels: uint8, `[images, size, size, 3]`.
    package func probabilities(_ pixels: Tensor) throws -> Tensor {
        try withoutGradients {
            try prompted.logits(image: prompted.imageFeatures(pixels), text: text).softmax(dim: 1)
        }
    }

    /// What each class was called in its prompt: "banded" of "a photo of a banded.".
    private static func phrases(in model: ArtifactReader, _ modality: Modality) throws -> [String] {
        let (start, end) = PromptedCLIP.words(around: modality)
        return try model.strings("classes/prompt").map { prompt in
            guard prompt.hasPrefix(start), prompt.hasSuffix(end) else {
                throw ArtifactError("\(model.path): \"\(prompt)\" is no class prompt that begins with \"\(start)\"")
            }
            return String(prompt.dropFirst(start.count).dropLast(end.count))
        }
    }
}
