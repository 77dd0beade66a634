import Artifacts
import CAP
import CLIP
import Runs
import Tensors
import Views

/// A fine-tuned CLIP as it is used: images in, a probability of every class out. Adapters are off, as they are in the
/// reference.
package struct AdaptedClassifier {
    package let classNames: [String]
    /// Height and width of the images it takes.
    package var imageSize: Int { prompted.imageSize }
    /// The view of an image that it takes.
    let view: EvaluationView
    package let prompted: PromptedCLIP
    /// T: the normalised features of the class prompts, `[classes, dim]`.
    package let text: Tensor

    /// - Parameter identity: the checkpoint's, which takes reading all of its files.
    /// - Throws: ``ArtifactError`` where `model` was not trained with `checkpoint`.
    package init(
        _ model: ArtifactReader<ModelSchema>, _ checkpoint: CLIPCheckpoint, identity: String, precision: DType, device: Device
    ) throws {
        try model.checkMade(with: checkpoint.path, identity: identity)
        classNames = try model.values(\.classes.name)
        view = try EvaluationView(of: checkpoint)
        let modality = try model.modality()
        let depth = modality == .maple ? try MaPLePrompts.depth(deepText: model.shape(\.trained.deepText)) : nil
        prompted = try PromptedCLIP(
            checkpoint, phrases: model.values(\.classes.phrase), modality: modality, depth: depth, precision: precision,
            device: device, seed: 0)
        try ModelArtifact.restore(prompted.prompts.parameters, from: model)
        text = try withoutGradients { [prompted] in try prompted.textFeatures() }
    }

    /// The probability of every class, `[images, classes]`, fp32.
    ///
    /// - Parameter pixels: uint8, `[images, size, size, 3]`.
    package func probabilities(_ pixels: Tensor) throws -> Tensor {
        try withoutGradients {
            try prompted.probabilities(image: prompted.imageFeatures(pixels), text: text)
        }
    }
}
