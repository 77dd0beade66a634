import Foundation
import Vocabulary

/// What a checkpoint's path leads to: the model's sizes, its weights, how its pixels are prepared, and where
/// a tokenizer may lie.
struct CheckpointParts {
    var config: CLIPConfig
    var weights: WeightFiles
    var normalization = PixelNormalization.clip
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
        var isDirectory: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else {
            throw CLIPError(
                "\(path) does not exist; a checkpoint is a Hugging Face folder, or a file of weights such as "
                    + "ViT-B-32.pt.")
        }
        guard isDirectory.boolValue else {
            try self.init(file: URL(fileURLWithPath: path), activation: activation)
            return
        }
        let directory = URL(fileURLWithPath: path, isDirectory: true)
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
        self.directory = directory
        settingsFiles = [configFile]
        if let preprocessor = PreprocessorFile.url(in: directory) {
            let file = try PreprocessorFile(contentsOf: preprocessor)
            normalization = try file.normalization(name: preprocessor.path)
            remarks = file.remarks(imageSize: config.vision.imageSize, name: preprocessor.path)
            settingsFiles.append(preprocessor)
        }
    }

    // MARK: - Weights in OpenAI's naming

    private init(file url: URL, activation: Activation?) throws {
        directory = url.deletingLastPathComponent()
        let file = try Self.tensorFile(url)
        let openAI = OpenAIWeights(file)
        weights = WeightFiles(openAI)
        let settingsFile = directory.appendingPathComponent(Self.openCLIPConfig)
        let described =
            Self.openCLIPFiles.contains(url.lastPathComponent)
            && FileManager.default.fileExists(atPath: settingsFile.path)
        let model = described ? try decodeJSON(OpenCLIPConfigFile.self, from: settingsFile) : nil
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
    }

    /// Takes over what open_clip's configuration says and shapes do not.
    private mutating func apply(_ file: OpenCLIPConfigFile, name: String) throws {
        if let width = file.model_cfg.vision_cfg?.head_width, width > 0 {
            config.vision.transformer.heads = config.vision.transformer.width / width
        }
        if let heads = file.model_cfg.text_cfg?.heads {
            config.text.transformer.heads = heads
        }
        try config.validate(name: name)
        guard let preprocessing = file.preprocess_cfg else { return }
        normalization = try PixelNormalization(
            mean: preprocessing.mean, deviation: preprocessing.std, names: "mean and std", file: name)
        if let mode = preprocessing.resize_mode, mode != "shortest" {
            remarks.append(
                "\(name) asks for the resize mode \"\(mode)\"; here the shorter side is resized and the middle kept."
            )
        }
        if let filter = preprocessing.interpolation, filter != "bicubic" {
            remarks.append("\(name) asks for \(filter) interpolation; images are resized bicubically here.")
        }
    }

    /// Whether a file is one of OpenAI's own: a TorchScript archive, or a copy of its tensors with the sizes
    /// that only those archives have among them.
    private static func isOpenAIs(_ file: any TensorFile) -> Bool {
        (file as? TorchFile)?.isTorchScript == true || file.shape("input_resolution") != nil
    }

    // MARK: - Files

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

    private static func tensorFile(_ url: URL) throws -> any TensorFile {
        if try ZipArchive.isArchive(url) { return try TorchFile(url) }
        let start = try ReadableFile(url).prefix(2)
        // Protocol 2 of pickle, which torch.save wrote bare before version 1.6.
        if start == [0x80, 2] || url.pathExtension.hasPrefix("pt") {
            throw CLIPError(
                start == [0x80, 2]
                    ? "\(url.path) is in the format of PyTorch before 1.6: load it and save it again with a newer one."
                    : "\(url.path) is not a file that torch.save or torch.jit.save wrote.")
        }
        return try SafetensorsFile(url)
    }
}
