import FoundationEssentials
import Tensors

/// The files that a checkpoint's weights are read from, and which has which.
struct WeightFiles: Sendable {
    /// Everything the weights are read from, the index included.
    let urls: [URL]
    private let parts: [String: any TensorFile]
    /// Names in the files that stand for nothing in a CLIP.
    private let unknown: [String]

    /// What a Hugging Face folder calls its weights, the one that prevails first: whole or in parts with an
    /// index.
    static let names = [
        "model.safetensors", "model.safetensors.index.json", "pytorch_model.bin", "pytorch_model.bin.index.json",
    ]

    /// Opens the weights of a Hugging Face folder.
    init(directory: URL) throws {
        guard
            let url = Self.names.map(directory.appendingPathComponent)
                .first(where: { FileManager.default.fileExists(atPath: $0.path) })
        else {
            throw CLIPError("\(directory.path) has no model.safetensors\(Self.insteadOf(directory)).")
        }
        if url.pathExtension == "json" {
            try self.init(index: url)
        } else {
            self.init(try Self.open(url))
        }
    }

    init(_ file: any TensorFile) {
        urls = [file.url]
        parts = Dictionary(uniqueKeysWithValues: file.names.map { ($0, file) })
        unknown = (file as? OpenAIWeights)?.unknownNames ?? []
    }

    /// Opens the parts that `model.safetensors.index.json` names.
    private init(index: URL) throws {
        let map = try decodeJSON(IndexFile.self, from: index).weight_map
        let files = try Set(map.values).sorted().map { name in
            guard !name.unicodeScalars.contains("/"), name.unicodeScalars.first != "." else {
                throw CLIPError("\(index.path) names the file \"\(name)\"; only files beside it are read.")
            }
            return (name, try Self.open(index.deletingLastPathComponent().appendingPathComponent(name)))
        }
        unknown = []
        let byName = Dictionary(uniqueKeysWithValues: files)
        urls = [index] + files.map(\.1.url)
        parts = try Dictionary(
            uniqueKeysWithValues: map.map { weight, name in
                guard let file = byName[name], file.shape(weight) != nil else {
                    throw CLIPError("\(index.path) says that \(name) has the tensor \(weight), but it has not.")
                }
                return (weight, file)
            })
    }

    /// A file of weights, told by its content.
    static func open(_ url: URL) throws -> any TensorFile {
        if try ZipArchive.isArchive(url) { return try TorchFile(url) }
        let start = try ReadableFile(url).prefix(512)
        // Pickles of protocol 2, which torch.save wrote bare before version 1.6, and tar archives, before 0.1.10.
        if start.starts(with: [0x80, 2]) || start.dropFirst(257).starts(with: Array("ustar".utf8)) {
            let new = url.deletingPathExtension().lastPathComponent + ".new." + url.pathExtension
            throw CLIPError(
                "\(url.path) is in the format of PyTorch before 1.6: load it and save it again with a newer one, as in "
                    + "`python3 -c \"import torch; torch.save(torch.load('\(url.lastPathComponent)', map_location='cpu'), '\(new)')\"`."
            )
        }
        if url.pathExtension.hasPrefix("pt") || url.pathExtension == "bin" {
            throw CLIPError("\(url.path) is not a file that torch.save or torch.jit.save wrote.")
        }
        return try SafetensorsFile(url)
    }

    /// What lies in the folder in place of weights that are read, to say so.
    private static func insteadOf(_ directory: URL) -> String {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: directory.path)) ?? []
        let others = names.filter { name in [".h5", ".msgpack", ".onnx"].contains { name.hasSuffix($0) } }.sorted()
        return others.isEmpty ? "" : "; \(others.joined(separator: ", ")) must be saved as safetensors first"
    }

    /// Throws a sentence naming the weights that are missing or have another shape than the configuration
    /// says.
    func check(_ expected: [WeightShape], askedForBy asker: String) throws {
        let missing = expected.map(\.name).filter { parts[$0] == nil }
        if let first = missing.first, let place = urls.first {
            let named = missing.prefix(3).joined(separator: ", ")
            let more = missing.count > 3 ? " and \(missing.count - 3) more" : ""
            let what = first == missing.last ? "the tensor \(named)" : "the tensors \(named)\(more)"
            throw CLIPError("\(place.path) does not have \(what), which \(asker) asks for.")
        }
        for weight in expected {
            if let file = parts[weight.name], let found = file.shape(weight.name), !weight.fits(found) {
                throw CLIPError(
                    "\(file.url.path): tensor \(weight.name) has the shape \(found), "
                        + "but \(asker) asks for \(weight.shape).")
            }
        }
    }

    /// Throws a sentence naming tensors that are part of a tower and that a model of these weights does not compute with.
    ///
    /// - Returns: a remark about tensors beside the towers, which are not read; nil where there are none.
    func checkIsRead(_ expected: [WeightShape], askedForBy asker: String) throws -> String? {
        let read = Set(expected.map(\.name))
        let left = (unknown + parts.keys.filter { !read.contains($0) && !$0.hasSuffix("position_ids") }).sorted()
        guard !left.isEmpty, let place = urls.first else { return nil }
        func named(_ names: [String]) -> String {
            names.prefix(3).joined(separator: ", ") + (names.count > 3 ? " and \(names.count - 3) more" : "")
        }
        let towers = left.filter { name in
            let name = OpenAIWeights.withoutWrappers(name)
            return Self.towers.contains { name.hasPrefix($0) }
        }
        guard towers.isEmpty else {
            throw CLIPError(
                "\(place.path) has the tensors \(named(towers)), which \(asker) does not compute with: the model is of another "
                    + "kind, and its features would be wrong.")
        }
        return "\(place.path) has tensors beside the two transformers that are not read: \(named(left))."
    }

    /// How the names of all that a tower computes with begin.
    private static let towers = [
        "visual.", "transformer.", "text_projection", "token_embedding", "positional_embedding", "ln_final", "cls_emb",
        "logit",
        "vision_model.", "text_model.", "visual_projection",
    ]

    /// Reads weights as `dtype` on `device`; throws where one holds an infinity or NaN.
    func read(_ expected: [WeightShape], dtype: DType, device: Device) throws -> Weights {
        var tensors: [String: Tensor] = [:]
        for weight in expected {
            guard let file = parts[weight.name] else {
                throw CLIPError("The checkpoint does not have the tensor \(weight.name).")
            }
            let stored = try file.tensor(weight.name)
            // A sum is finite only where all its terms are.
            guard try stored.to(.float32).sum().item().isFinite else {
                throw CLIPError(
                    "\(file.url.path): tensor \(weight.name) holds infinite or undefined numbers (NaN); "
                        + "the checkpoint is damaged.")
            }
            tensors[weight.name] = try stored.to(dtype).reshaped(weight.shape).to(device)
        }
        return Weights(tensors)
    }
}

extension WeightShape {
    /// A single number is stored as `[]` or as `[1]`.
    fileprivate func fits(_ found: [Int]) -> Bool {
        found == shape || shape.isEmpty && found == [1]
    }
}

private struct IndexFile: Decodable {
    var weight_map: [String: String]
}
