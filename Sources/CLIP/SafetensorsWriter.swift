import Essentials
import FoundationEssentials
import Glibc
import Tensors

extension SafetensorsFile {
    /// Writes `tensors` to `url`, every one converted to `dtype`; an existing file is replaced once the new
    /// one is whole.
    public static func write(
        _ tensors: [(name: String, tensor: Tensor)], to url: URL, as dtype: SafetensorsType = .float32,
        metadata: [String: String] = ["format": "pt"]
    ) throws {
        guard let elementType = dtype.dtype else {
            throw CLIPError("Tensors cannot be written as \(dtype.rawValue).")
        }
        var end = 0
        let entries = tensors.map { name, tensor in
            let start = end
            end += tensor.count * dtype.size
            return (name, RawTensor(dtype: dtype.rawValue, shape: tensor.shape, data_offsets: [start, end]))
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        var json = try encoder.encode(
            RawHeader(metadata: metadata, tensors: Dictionary(entries, uniquingKeysWith: { $1 })))
        // The format aligns the numbers to eight bytes with spaces behind the header.
        json.append(contentsOf: [UInt8](repeating: UInt8(ascii: " "), count: (8 - json.count % 8) % 8))

        let part = url.appendingPathExtension("part")
        defer { try? FileManager.default.removeItem(at: part) }
        do {
            let length = (0..<8).map { UInt8(truncatingIfNeeded: json.count >> (8 * $0)) }
            try FileBytes.withFile(part.path, O_WRONLY | O_CREAT | O_TRUNC) { file in
                try FileBytes.write(Data(length) + json, to: file)
                for (_, tensor) in tensors {
                    try FileBytes.write(Data(tensor.bytes(as: elementType)), to: file)
                }
                try FileBytes.synchronize(file)
            }
        } catch let error as TensorError {
            throw error
        } catch {
            throw CLIPError("\(url.path) cannot be written: \(reason(error)).")
        }
        guard rename(part.path, url.path) == 0 else {
            throw CLIPError("\(url.path) cannot be written: \(String(cString: strerror(errno))).")
        }
    }
}

private struct RawTensor: Encodable {
    var dtype: String
    var shape: [Int]
    var data_offsets: [Int]
}

private struct RawHeader: Encodable {
    var metadata: [String: String]
    var tensors: [String: RawTensor]

    private struct Key: CodingKey {
        var stringValue: String
        var intValue: Int? { nil }
        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(metadata, forKey: Key(stringValue: "__metadata__"))
        for (name, tensor) in tensors {
            try container.encode(tensor, forKey: Key(stringValue: name))
        }
    }
}
