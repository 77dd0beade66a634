import FoundationEssentials
import Tensors

/// A file that `torch.save` or `torch.jit.save` wrote, opened: a state dict, a training checkpoint that has
/// one, or a module.
///
/// Only what PyTorch's own `weights_only` loading takes for data is taken for data; no code of the file is
/// run (`PickleGraph`). Tensors are read when they are asked for.
struct TorchFile: TensorFile {
    private let archive: ZipArchive
    private let tensors: [String: StoredTensor]
    /// Whether the file is a TorchScript module, which is how OpenAI published CLIP.
    let isTorchScript: Bool

    /// The longest pickle that is read: a state dict has some hundred bytes a tensor.
    private static let longestPickle = 1 << 24

    init(_ url: URL) throws {
        archive = try ZipArchive(url)
        // Everything lies in one folder of the archive, named after the file it was saved as.
        let pickles = archive.names.filter { $0.hasSuffix("/data.pkl") && $0.count(where: { $0 == "/" }) == 1 }
        guard pickles.count == 1, let pickle = pickles.first, let range = try archive.range(of: pickle) else {
            throw CLIPError("\(url.path) is a zip archive, but none that PyTorch wrote: it has no data.pkl.")
        }
        guard range.count <= Self.longestPickle else {
            throw CLIPError(
                "\(url.path): its list of weights has \(range.count) bytes; a state dict's is shorter. "
                    + "Save the model's state_dict() alone.")
        }
        let folder = String(pickle.dropLast("data.pkl".count))
        isTorchScript = archive.names.contains { $0.hasPrefix("\(folder)code/") }
        if let order = try archive.range(of: "\(folder)byteorder") {
            guard order.count <= 16, try archive.file.bytes(order).starts(with: Array("little".utf8)) else {
                throw CLIPError("\(url.path) was written on a big-endian machine, which is not supported.")
            }
        }
        let graph = try PickleGraph(archive.file.bytes(range), name: "\(url.path), \(pickle)")
        tensors = try StateDict(graph, folder: folder, archive: archive).tensors
    }

    var url: URL { archive.file.url }

    var names: [String] { tensors.keys.sorted() }

    func shape(_ name: String) -> [Int]? { tensors[name]?.shape }

    func tensor(_ name: String) throws -> Tensor {
        guard let stored = tensors[name] else {
            throw CLIPError("\(url.path) has no tensor \(name).")
        }
        return try stored.read(from: archive, name: name)
    }
}

/// Where the numbers of a tensor lie in an archive.
struct StoredTensor: Sendable {
    var type: SafetensorsType
    var shape: [Int]
    /// Elements between neighbours along each dimension.
    var strides: [Int]
    /// The archive's entry.
    var storage: String
    /// Where the first element lies in it, and how many there are from there to behind the last.
    var offset: Int
    var span: Int

    private var isContiguous: Bool {
        var step = 1
        for (size, stride) in zip(shape, strides).reversed() where size != 1 {
            guard stride == step else { return false }
            step *= size
        }
        return true
    }

    func read(from archive: ZipArchive, name: String) throws -> Tensor {
        guard let dtype = type.dtype else {
            throw CLIPError(
                "\(archive.file.url.path): tensor \(name) has the dtype \(type.rawValue), which no weight has.")
        }
        guard let range = try archive.range(of: storage), (offset + span) * type.size <= range.count else {
            throw CLIPError(
                "\(archive.file.url.path): tensor \(name) is not whole; the file is damaged. Download or copy it again."
            )
        }
        let start = range.lowerBound + offset * type.size
        let bytes = try archive.file.bytes(start..<start + span * type.size)
        return try (isContiguous ? bytes : gathered(bytes)).withUnsafeBytes {
            try Tensor(bytes: $0, dtype: dtype, shape: shape)
        }
    }

    /// The elements in row-major order, as a transposed tensor does not have them.
    private func gathered(_ bytes: [UInt8]) -> [UInt8] {
        let count = shape.reduce(1, *)
        var gathered: [UInt8] = []
        gathered.reserveCapacity(count * type.size)
        var index = [Int](repeating: 0, count: shape.count)
        for _ in 0..<count {
            let place = zip(index, strides).reduce(0) { $0 + $1.0 * $1.1 } * type.size
            gathered += bytes[place..<place + type.size]
            for dimension in shape.indices.reversed() {
                index[dimension] += 1
                if index[dimension] < shape[dimension] { break }
                index[dimension] = 0
            }
        }
        return gathered
    }
}
