/// The tensors of a pickle by their dotted names.
///
/// Takes a dictionary of tensors; a dictionary that has one under `state_dict`, as training scripts save it;
/// and a module with its children, as TorchScript and `torch.save(model)` have it.
struct StateDict {
    private(set) var tensors: [String: StoredTensor] = [:]

    private let graph: PickleGraph
    private let folder: String
    private let archive: ZipArchive

    /// What training scripts keep a state dict under.
    private static let wrappers = ["state_dict", "model_state_dict", "model"]
    /// Where a Python module keeps its parts, which are not in the parts' names.
    private static let modulePlaces: Set = ["_parameters", "_buffers", "_modules"]
    /// More than any CLIP has; a pickle that mentions its own parts again and again ends here.
    private static let mostPlaces = 1 << 20
    private static let deepest = 64

    /// - Parameter folder: the archive's folder, with its `/`.
    init(_ graph: PickleGraph, folder: String, archive: ZipArchive) throws {
        self.graph = graph
        self.folder = folder
        self.archive = archive
        var root = graph.root
        let members = members(of: root)
        if let inner = Self.wrappers.lazy.compactMap({ name in members.first { $0.name == name } }).first,
            !self.members(of: inner.value).isEmpty
        {
            root = inner.value
        }
        try collect(root)
        if tensors.isEmpty {
            throw CLIPError(
                "\(archive.file.url.path) holds \(what(root)), and no weights: save a model's state_dict().")
        }
    }

    private mutating func collect(_ root: PickleGraph.Reference) throws {
        var open = [(value: root, name: "", depth: 0)]
        var places = 0
        while let (value, name, depth) = open.popLast() {
            places += 1
            guard places + open.count <= Self.mostPlaces, depth <= Self.deepest else {
                throw CLIPError("\(archive.file.url.path) is nested too deeply to be a state dict.")
            }
            if let tensor = try tensor(value, name: name) {
                tensors[name] = tensor
                continue
            }
            for member in members(of: value) {
                let isPlace = Self.modulePlaces.contains(member.name)
                let full = isPlace ? name : name.isEmpty ? member.name : "\(name).\(member.name)"
                open.append((member.value, full, depth + 1))
            }
        }
    }

    /// The entries of a dictionary with names for keys, or the attributes of an object.
    private func members(of reference: PickleGraph.Reference) -> [(name: String, value: PickleGraph.Reference)] {
        switch graph[reference] {
        case .dictionary(let entries):
            return entries.compactMap { key, value in
                guard case .string(let name) = graph[key] else { return nil }
                return (name, value)
            }
        case .call:
            guard let state = graph.states[reference], case .dictionary = graph[state] else { return [] }
            return members(of: state)
        default:
            return []
        }
    }

    // MARK: - Tensors

    /// The tensor that a node stands for; nil where it stands for something else.
    private func tensor(_ reference: PickleGraph.Reference, name: String) throws -> StoredTensor? {
        guard case .call(let function, let arguments) = graph[reference],
            case .global("torch._utils", let rebuild) = graph[function],
            case .tuple(let parts) = graph[arguments]
        else { return nil }
        switch rebuild {
        case "_rebuild_parameter", "_rebuild_parameter_with_state":
            // A parameter of a parameter is nothing PyTorch writes, so that this ends after one step.
            guard let data = parts.first, case .call(let inner, _) = graph[data],
                case .global("torch._utils", let innerName) = graph[inner], !innerName.contains("parameter")
            else { return nil }
            return try tensor(data, name: name)
        case "_rebuild_tensor", "_rebuild_tensor_v2", "_rebuild_tensor_v3":
            guard let tensor = storedTensor(parts) else {
                throw CLIPError(
                    "\(archive.file.url.path): tensor \(name) does not fit the numbers stored for it; "
                        + "the file is damaged."
                )
            }
            return tensor
        default:
            throw CLIPError(
                "\(archive.file.url.path): tensor \(name) is of a kind that is not read (\(rebuild)); "
                    + "save it as an ordinary dense tensor.")
        }
    }

    /// A tensor of `(storage, offset, size, strides, …)`, where all of it lies in its storage.
    private func storedTensor(_ parts: [PickleGraph.Reference]) -> StoredTensor? {
        guard parts.count >= 4, case .persistent(let storage) = graph[parts[0]],
            case .tuple(let identifier) = graph[storage], identifier.count >= 5,
            case .global(_, let storageType) = graph[identifier[1]], case .string(let key) = graph[identifier[2]],
            case .int(let stored) = graph[identifier[4]], case .int(let offset) = graph[parts[1]], offset >= 0,
            let shape = ints(parts[2]), let strides = ints(parts[3]), shape.count == strides.count,
            let type = SafetensorsType(torchStorage: storageType),
            stored >= 0, stored <= archive.file.size / type.size
        else { return nil }
        var (count, span) = (1, 1)
        for (size, stride) in zip(shape, strides) {
            let (product, tooMany) = count.multipliedReportingOverflow(by: size)
            let (reach, tooFar) = stride.multipliedReportingOverflow(by: max(size, 1) - 1)
            let (end, beyond) = span.addingReportingOverflow(reach)
            guard size >= 0, stride >= 0, !tooMany, !tooFar, !beyond else { return nil }
            (count, span) = (product, end)
        }
        if count == 0 { span = 0 }
        // A tensor of more elements than are stored repeats some, as no weight does.
        guard count <= stored, offset <= stored, span <= stored - offset else { return nil }
        return StoredTensor(
            type: type, shape: shape, strides: strides, storage: "\(folder)data/\(key)", offset: offset, span: span)
    }

    private func ints(_ reference: PickleGraph.Reference) -> [Int]? {
        let items: [PickleGraph.Reference]
        switch graph[reference] {
        case .tuple(let members), .list(let members): items = members
        // torch.Size((…)), and TorchScript's lists of numbers.
        case .call(_, let arguments):
            guard case .tuple(let wrapped) = graph[arguments], wrapped.count == 1 else { return nil }
            switch graph[wrapped[0]] {
            case .tuple(let members), .list(let members): items = members
            default: return nil
            }
        default: return nil
        }
        let values = items.compactMap { item -> Int? in
            guard case .int(let value) = graph[item] else { return nil }
            return value
        }
        return values.count == items.count ? values : nil
    }

    /// What the pickle holds, for a sentence.
    private func what(_ reference: PickleGraph.Reference) -> String {
        switch graph[reference] {
        case .dictionary(let entries):
            entries.isEmpty ? "an empty dictionary" : "a dictionary of \(entries.count) entries"
        case .list: "a list"
        case .tuple: "a tuple"
        case .call(let function, _):
            if case .global(let module, let name) = graph[function] {
                "an object of \(module).\(name)"
            } else {
                "an object"
            }
        default: "a single value"
        }
    }
}

extension SafetensorsType {
    /// The type of the numbers in a storage of this class of `torch`.
    fileprivate init?(torchStorage name: String) {
        switch name {
        case "DoubleStorage": self = .float64
        case "FloatStorage": self = .float32
        case "HalfStorage": self = .float16
        case "BFloat16Storage": self = .bfloat16
        case "LongStorage": self = .int64
        case "IntStorage": self = .int32
        case "ShortStorage": self = .int16
        case "CharStorage": self = .int8
        case "ByteStorage": self = .uint8
        case "BoolStorage": self = .bool
        default: return nil
        }
    }
}
