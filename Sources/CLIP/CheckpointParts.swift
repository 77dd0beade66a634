import Essentials
import FoundationEssentials
import Vocabulary

/// What a checkpoint's path leads to: the model's sizes, its weights, how its pixels are prepared, and where
/// a tokenizer may lie.
struct CheckpointParts {
    var config: CLIPConfig
    var weights: WeightFiles
    var normalization = PixelNormalization.clip
    var resizing = ImageResizing()
    /// Which tokenizer texts are for.
    var texts = CheckpointTexts.clip
    /// The folder to look for a tokenizer in.
    var directory: URL
    /// Files besides the weights and the tokenizer that results depend on.
    var settingsFiles: [URL] = []
    /// What results depend on and no file says.
    var settings: [String] = []
    /// What was assumed, or cannot be done as the checkpoint asks for it.
    var remarks: [String] = []

    /// - Parameter activation: of weights that come without a configuration; nil for what their file format suggests.
    init(path: String, activation: Activation?) throws {
        var isDirectory = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else {
            throw CLIPError(
                "\(path) does not exist; a checkpoint is a Hugging Face folder, or a file of weights such as "
                    + "ViT-B-32.pt.")
        }
        guard isDirectory else {
            if path.hasSuffix(".json") || path.hasSuffix(".txt") {
                throw CLIPError(
                    "\(path) is one file of a checkpoint, and not the one of its weights: give its folder, "
                        + "\(URL(fileURLWithPath: path).deletingLastPathComponent().path).")
            }
            try self.init(file: URL(fileURLWithPath: path), activation: activation)
            return
        }
        let directory = URL(fileURLWithPath: path, isDirectory: true)
        try Self.refuseCache(directory)
        if let file = try Self.openCLIPWeights(in: directory) {
            try self.init(file: file, activation: activation)
        } else {
            try self.init(huggingFace: directory, activation: activation)
        }
    }

    // MARK: - Hugging Face folders

    private init(huggingFace directory: URL, activation: Activation?) throws {
        let configFile = directory.appendingPathComponent("config.json")
        config = try CLIPConfig(contentsOf: configFile)
        guard activation == nil else {
            throw CLIPError("\(configFile.path) says which activation its model has; leave --activation out.")
        }
        weights = try WeightFiles(directory: directory)
        try weights.check(config.weights, askedForBy: configFile.path)
        let unread = try weights.checkIsRead(config.weights, askedForBy: "the CLIP of \(configFile.path)")
        self.directory = directory
        texts = .any
        settingsFiles = [configFile]
        if let preprocessor = PreprocessorFile.url(in: directory) {
            let file = try PreprocessorFile(contentsOf: preprocessor)
            normalization = try file.normalization(name: preprocessor.path)
            resizing = file.resizing(imageSize: config.vision.imageSize)
            remarks = file.remarks(imageSize: config.vision.imageSize, name: preprocessor.path)
            settingsFiles.append(preprocessor)
        }
        remarks += [unread].compactMap { $0 }
    }

    // MARK: - Weights in OpenAI's naming

    private init(file url: URL, activation: Activation?) throws {
        directory = url.deletingLastPathComponent()
        let file = try WeightFiles.open(url)
        let openAI = OpenAIWeights(file)
        weights = WeightFiles(openAI)
        let settingsFile = directory.appendingPathComponent(Self.openCLIPConfig)
        let described =
            Self.openCLIPFiles.contains(url.lastPathComponent)
            && FileManager.default.fileExists(atPath: settingsFile.path)
        let model = described ? try OpenCLIPConfigFile(contentsOf: settingsFile) : nil
        // open_clip's own default is the exact GELU; the key says where a model has the quick one.
        let stated = model.map { $0.model_cfg.quick_gelu == true ? Activation.quickGELU : .gelu }
        if let stated, activation != nil, activation != stated {
            throw CLIPError(
                "\(settingsFile.path) says that the model's activation is \(stated.rawValue); leave --activation out."
            )
        }
        let chosen = activation ?? stated ?? .quickGELU
        config = try CLIPConfig(openAI: openAI, activation: chosen)
        if let model {
            settingsFiles = [settingsFile]
            try apply(model, name: settingsFile.path)
        } else {
            settings = ["activation \(chosen.rawValue)"]
            if activation == nil, !Self.isOpenAIs(file) {
                remarks.append(
                    "\(url.path) does not say which activation its model has: taking \(chosen.rawValue), OpenAI's. "
                        + "Models that open_clip trained (LAION's) mostly need --activation gelu.")
            }
        }
        try weights.check(config.weights, askedForBy: "a CLIP of its sizes")
        if let unread = try weights.checkIsRead(config.weights, askedForBy: "a CLIP") { remarks.append(unread) }
        guard model != nil || config.vision.hasPreNorm else {
            throw CLIPError(
                "\(url.path) has no layer norm before its first vision block, as CLIPA's models, whose way of pooling stands in no "
                    + "weight: give their folder with open_clip_config.json.")
        }
    }

    /// Takes over what open_clip's configuration says and shapes do not.
    private mutating func apply(_ file: OpenCLIPConfigFile, name: String) throws {
        try file.apply(to: &config, name: name)
        resizing = try file.resizing(name: name)
        texts = try CheckpointTexts(file.model_cfg.text_cfg, name: name)
        guard let preprocessing = file.preprocess_cfg else { return }
        normalization = try PixelNormalization(
            mean: preprocessing.mean, deviation: preprocessing.std, names: "mean and std", file: name)
    }

    /// Whether a file is one of OpenAI's own: a TorchScript archive, or a copy of its tensors with the sizes
    /// that only those archives have among them.
    private static func isOpenAIs(_ file: any TensorFile) -> Bool {
        (file as? TorchFile)?.isTorchScript == true || file.shape("input_resolution") != nil
    }

    // MARK: - Files

    /// Throws a sentence naming the snapshot in a folder of Hugging Face's cache, where the model lies below.
    private static func refuseCache(_ directory: URL) throws {
        let manager = FileManager.default
        let snapshots = directory.appendingPathComponent("snapshots")
        guard let names = try? manager.contentsOfDirectory(atPath: snapshots.path).sorted(), !names.isEmpty,
            !manager.fileExists(atPath: directory.appendingPathComponent("config.json").path)
        else { return }
        let main = try? String(contentsOf: directory.appendingPathComponent("refs/main"), encoding: .utf8)
            .trimmingWhitespace()
        let name = names.first { $0 == main } ?? names[0]
        throw CLIPError(
            "\(directory.path) is a folder of Hugging Face's cache; the model is its snapshot: give \(snapshots.appendingPathComponent(name).path)."
        )
    }

    private static let openCLIPConfig = "open_clip_config.json"
    private static let openCLIPFiles = [
        "open_clip_model.safetensors", "open_clip_pytorch_model.safetensors", "open_clip_pytorch_model.bin",
    ]

    /// The file of weights of a folder that is not Hugging Face's: open_clip's, or the only one there.
    private static func openCLIPWeights(in directory: URL) throws -> URL? {
        func isThere(_ name: String) -> Bool {
            FileManager.default.fileExists(atPath: directory.appendingPathComponent(name).path)
        }
        // A folder may have both, as LAION's have; timm's have a config.json that is not of a CLIP.
        let isHuggingFaces =
            WeightFiles.names.contains(where: isThere)
            && (try? CLIPConfig(contentsOf: directory.appendingPathComponent("config.json"))) != nil
        guard !isHuggingFaces else { return nil }
        if let name = openCLIPFiles.first(where: isThere), isThere(openCLIPConfig) {
            return directory.appendingPathComponent(name)
        }
        guard !isThere("config.json") else { return nil }
        let names: [String]
        do {
            names = try FileManager.default.contentsOfDirectory(atPath: directory.path)
        } catch {
            throw CLIPError("\(directory.path) cannot be read: \(reason(error)).")
        }
        let weights = names.filter { name in
            [".pt", ".pth", ".bin", ".safetensors"].contains { name.hasSuffix($0) }
        }
        .sorted()
        if weights.count == 1 { return directory.appendingPathComponent(weights[0]) }
        let what =
            weights.isEmpty
            ? "no config.json and no file of weights"
            : "no config.json, and several files of weights: name one of \(weights.joined(separator: ", "))"
        throw CLIPError("\(directory.path) has \(what).")
    }
}
