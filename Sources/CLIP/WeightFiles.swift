import Foundation
import Tensors

/// The safetensors files of a checkpoint: `model.safetensors`, or the parts `model.safetensors.index.json`
/// names.
struct WeightFiles: Sendable {
    /// Everything the weights are read from, the index included.
    let urls: [URL]
    private let parts: [String: SafetensorsFile]

    init(directory: URL) throws {
        let single = directory.appendingPathComponent("model.safetensors")
        let index = directory.appendingPathComponent("model.safetensors.index.json")
        if FileManager.default.fileExists(atPath: single.path) {
            let file = try SafetensorsFile(single)
            urls = [single]
            parts = Dictionary(uniqueKeysWithValues: file.names.map { ($0, file) })
        } else if FileManager.default.fileExists(atPath: index.path) {
            let map = try decodeJSON(IndexFile.self, from: index).weight_map
            let files = try Set(map.values).sorted().map { name in
                guard !name.contains("/"), !name.hasPrefix(".") else {
                    throw CLIPError(
                        "\(index.path) names the file \"\(name)\"; only files beside it are read.")
                }
                return (name, try SafetensorsFile(directory.appendingPathComponent(name)))
            }
            let byName = Dictionary(uniqueKeysWithValues: files)
            urls = [index] + files.map(\.1.url)
            parts = try Dictionary(
                uniqueKeysWithValues: map.map { weight, name in
                    guard let file = byName[name], file.shape(weight) != nil else {
                        throw CLIPError(
                            "\(index.path) says that \(name) has the tensor \(weight), but it has not.")
                    }
                    return (weight, file)
                })
        } else {
            throw CLIPError("\(directory.path) has no model.safetensors\(Self.insteadOf(directory)).")
        }
    }

    /// What lies in the folder in place of safetensors, to say so.
    private static func insteadOf(_ directory: URL) -> String {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: directory.path)) ?? []
        let others = names.filter { $0.hasSuffix(".bin") || $0.hasSuffix(".pt") || $0.hasSuffix(".h5") }
            .sorted()
        return others.isEmpty ? "" : "; \(others.joined(separator: ", ")) must be saved as safetensors first"
    }

    /// Throws a sentence naming the weights that are missing or have another shape than the configuration
    /// says.
    func check(_ expected: [WeightShape], config: String) throws {
        let missing = expected.map(\.name).filter { parts[$0] == nil }
        if let first = missing.first, let place = urls.first {
            let named = missing.prefix(3).joined(separator: ", ")
            let more = missing.count > 3 ? " and \(missing.count - 3) more" : ""
            let what = first == missing.last ? "the tensor \(named)" : "the tensors \(named)\(more)"
            throw CLIPError("\(place.path) does not have \(what), which \(config) asks for.")
        }
        for weight in expected {
            if let file = parts[weight.name], let found = file.shape(weight.name), !weight.fits(found) {
                throw CLIPError(
                    "\(file.url.path): tensor \(weight.name) has the shape \(found), "
                        + "but \(config) asks for \(weight.shape).")
            }
        }
    }

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
