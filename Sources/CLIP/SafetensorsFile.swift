import FoundationEssentials
import Tensors

/// A safetensors file, opened: its header is checked as a whole, its tensors are read when they are asked
/// for.
///
///     let file = try SafetensorsFile(url)
///     let scale = try file.tensor("logit_scale")
public struct SafetensorsFile: Sendable {
    private let file: ReadableFile
    private let header: SafetensorsHeader

    /// Opens `url`; throws a sentence where the header and the file do not belong together.
    public init(_ url: URL) throws {
        file = try ReadableFile(url)
        guard file.size >= 8 else {
            throw CLIPError("\(url.path) has \(file.size) bytes, too few for a safetensors file.")
        }
        let length = try file.bytes(0..<8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        guard length <= UInt64(SafetensorsHeader.longestHeader), length <= UInt64(file.size - 8) else {
            throw CLIPError(
                "\(url.path) is not a safetensors file or is cut short: its header should have \(length) bytes, "
                    + "the file has \(file.size).")
        }
        header = try SafetensorsHeader(
            json: Data(file.bytes(8..<8 + Int(length))), fileSize: file.size, name: url.path)
    }

    public var url: URL { file.url }

    /// The names of the tensors, in alphabetical order.
    public var names: [String] { header.entries.keys.sorted() }

    /// The free strings the writer left about the file.
    public var metadata: [String: String] { header.metadata }

    /// The shape of a tensor; nil where the file has none of that name.
    public func shape(_ name: String) -> [Int]? { header.entries[name]?.shape }

    /// Reads one tensor in the type it is stored in.
    public func tensor(_ name: String) throws -> Tensor {
        guard let entry = header.entries[name] else {
            throw CLIPError("\(url.path) has no tensor \(name).")
        }
        guard let dtype = entry.type.dtype else {
            throw CLIPError(
                "\(url.path): tensor \(name) has the dtype \(entry.type.rawValue), which no weight has.")
        }
        return try file.bytes(entry.bytes).withUnsafeBytes {
            try Tensor(bytes: $0, dtype: dtype, shape: entry.shape)
        }
    }
}
