import Artifacts
import CAP
import CLIP
import Essentials
import FoundationEssentials
import ImageArchive
import Images
import Outputs
import Stages
import Tensors

/// Writes an adapted model for others: `model.h5` and its checkpoint in, a folder out that Python reads with PyTorch alone.
///
/// The folder holds the classifier as TorchScript, and the same model in Hugging Face's layout: the frozen CLIP, the prompts
/// beside it, and the lines of PyTorch that put them together.
public struct Export {
    public var model: String
    /// The CLIP checkpoint; nil for the one that the model was trained with.
    public var checkpoint: CheckpointChoice?
    /// The folder to write.
    public var output: String

    public init(model: String, output: String) {
        self.model = model
        self.output = output
    }

    /// What a run wrote.
    public struct Result: Sendable {
        public let classes: Int
        /// The files, in the order of the folder's README.
        public let files: [(name: String, bytes: Int)]
        public let seconds: Double
    }

    public func run() throws -> Result {
        let start = ContinuousClock.now
        try Torch.setThreads(1)
        let model = try ArtifactReader(model, schema: .model)
        let checkpoint = try checkpoint ?? CheckpointChoice(of: model)
        let clip = try checkpoint.open()
        try checkIsExportable(clip)
        let classifier = try AdaptedClassifier(
            model, clip, identity: clip.identity(), precision: .float32, device: .cpu)
        let target = try PartialFolder(target: output)
        let part = target.url

        let exported = try ExportedVision(classifier, clip)
        try exported.script.save(to: part.appendingPathComponent("classifier.pt").path)
        try write(JSONValue.array(classifier.classNames.map { .string($0) }).indentedText, "classes.json", part)
        try clip.model().save(in: part)
        try clip.copyTokenizer(to: part)
        try write(preprocessor(clip.config.vision.imageSize, clip.normalization), "preprocessor_config.json", part)
        try SafetensorsFile.write(
            prompts(classifier, exported), to: part.appendingPathComponent("prompts.safetensors"),
            metadata: [
                "format": "pt", "logit_scale": "\(classifier.prompted.logitScale)",
                "class_prompts": JSONValue.array(classifier.prompted.classPrompts.map { .string($0) }).text,
            ])
        let orientation = try Reading(of: model).orientation
        try write(ExportText.python(orientation), "model.py", part)
        try write(
            ExportText.readme(
                classCount: classifier.classNames.count, imageSize: classifier.imageSize,
                modality: classifier.prompted.modality, checkpoint: URL(fileURLWithPath: clip.path).lastPathComponent,
                orientation: orientation),
            "README.md", part)
        let names = try FileManager.default.contentsOfDirectory(atPath: part.path).sorted()
        let files = names.map { name in
            (name, FileBytes.count(part.appendingPathComponent(name).path) ?? 0)
        }
        try target.commit()
        return Result(
            classes: classifier.classNames.count, files: files, seconds: (ContinuousClock.now - start) / .seconds(1))
    }

    /// Refuses a model that the formats of an export do not hold.
    private func checkIsExportable(_ clip: CLIPCheckpoint) throws {
        let (vision, text) = (clip.config.vision, clip.config.text)
        let what: String? =
            if !vision.hasPreNorm {
                "a model without a layer norm before its first block"
            } else if vision.pooling != .classToken {
                "a model that takes the mean of its patches"
            } else if !text.readsNoPadding || text.pooling != .endOfText || text.endOfTextToken == 2 {
                "a model whose texts are not read at their end"
            } else if clip.resizing != ImageResizing() {
                "a model that sees images squashed, or resized bilinearly"
            } else {
                nil
            }
        guard let what else { return }
        throw ArtifactError("\(clip.path) is \(what), which transformers' CLIPModel cannot be: it cannot be exported")
    }

    /// The learned prompts as they were trained, and what they come to: the image's prompts, where there are any, and the
    /// classes' features.
    private func prompts(
        _ classifier: AdaptedClassifier, _ exported: ExportedVision
    ) throws -> [(name: String, tensor: Tensor)] {
        var prompts: [(name: String, tensor: Tensor)] = classifier.prompted.prompts.parameters.map { parameter in
            (parameter.name, parameter.value)
        }
        if let vision = exported.prompts { prompts.append(("vision_prompts", vision)) }
        prompts.append(("text_features", classifier.text))
        return prompts
    }

    /// How `transformers` makes an image the model's.
    private func preprocessor(_ size: Int, _ normalization: PixelNormalization) -> String {
        func numbers(_ values: [Float]) -> JSONValue { .array(values.map { .double(Double("\($0)") ?? Double($0)) }) }
        let settings: JSONValue = .object([
            "image_processor_type": "CLIPImageProcessor", "do_convert_rgb": true, "do_resize": true,
            "size": ["shortest_edge": .int(size)],
            // Bicubic, in PIL's numbering.
            "resample": 3, "do_center_crop": true, "crop_size": ["height": .int(size), "width": .int(size)],
            "do_rescale": true, "rescale_factor": .double(1.0 / 255), "do_normalize": true,
            "image_mean": numbers(normalization.mean), "image_std": numbers(normalization.deviation),
        ])
        return settings.indentedText
    }

    private func write(_ text: String, _ name: String, _ folder: URL) throws {
        do {
            try Data((text.hasSuffix("\n") ? text : text + "\n").utf8).write(to: folder.appendingPathComponent(name))
        } catch {
            throw ArtifactError("\(output): \(name) cannot be written: \(SystemReason.text(error))")
        }
    }
}
