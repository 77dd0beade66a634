import CHDF5

/// A group: what datasets and further groups are found in, by path.
public final class Group: Attributed, @unchecked Sendable {
    public let path: String
    public let file: String
    let handle: Handle

    init(_ handle: Handle, path: String, file: String) {
        self.handle = handle
        self.path = path
        self.file = file
    }

    public var attributes: Attributes { Attributes(owner: handle, path: path, file: file) }

    /// What a name in a group stands for.
    public enum Kind: Sendable {
        case group, dataset
        /// A link by name, to somewhere in this file or another.
        case link
        /// A named type.
        case other
    }

    /// The names in this group, in the order of their creation where the file keeps it, else sorted.
    public func names() throws -> [String] {
        try HDF5Library.locked { _ in
            let list = NameList()
            let add: chdf5_link_call = { name, context in NameList.append(name, to: context) }
            let pointer = Unmanaged.passUnretained(list).toOpaque()
            try withExtendedLifetime(list) {
                if chdf5_iterate_links(handle.id, H5_INDEX_CRT_ORDER, add, pointer) < 0 {
                    list.names = []
                    try check(
                        chdf5_iterate_links(handle.id, H5_INDEX_NAME, add, pointer), "cannot list \(path)",
                        file: file)
                }
            }
            return list.names
        }
    }

    /// What is found at `path` below this group, or nil if there is nothing.
    public func kind(_ path: String) throws -> Kind? {
        try HDF5Library.locked { _ in
            switch try place(path) {
            case .nowhere: return nil
            case .behindLink: return .link
            case .here: break
            }
            let id = H5Oopen(handle.id, path, chdf5_default())
            guard id >= 0 else { return .other }
            defer { H5Oclose(id) }
            return switch H5Iget_type(id) {
            case H5I_GROUP: .group
            case H5I_DATASET: .dataset
            default: .other
            }
        }
    }

    /// Which object of the file `path` leads to: equal for two paths to the same one.
    public func object(_ path: String) -> ObjectIdentity? {
        HDF5Library.locked { _ in
            var object = chdf5_object()
            guard chdf5_object_at(handle.id, path, &object) >= 0 else { return nil }
            return withUnsafeBytes(of: object.bytes) { ObjectIdentity(bytes: Array($0)) }
        }
    }

    /// Tells the objects of one file apart.
    public struct ObjectIdentity: Hashable, Sendable {
        fileprivate let bytes: [UInt8]
    }

    /// Opens a group by its path below this one.
    public func group(_ path: String) throws -> Group {
        try HDF5Library.locked { _ in
            let full = absolute(path)
            try requirePlace(path, of: "group")
            return Group(
                try Handle(
                    H5Gopen2(handle.id, path, chdf5_default()), in: handle, "cannot open group \(full)",
                    file: file),
                path: full, file: file)
        }
    }

    /// Opens a dataset by its path below this group.
    public func dataset(_ path: String) throws -> Dataset {
        try HDF5Library.locked { scope in
            let full = absolute(path)
            try requirePlace(path, of: "dataset")
            let action = "cannot open dataset \(full)"
            let access = try scope.own(H5Pcreate(chdf5_dataset_access_class()), action, file: file)
            // Without a chunk cache, part of a chunk is read straight from the file instead of the whole chunk.
            try check(H5Pset_chunk_cache(access, 0, 0, 1), action, file: file)
            return try Dataset(
                Handle(H5Dopen2(handle.id, path, access), in: handle, action, file: file), path: full,
                file: file, scope)
        }
    }

    /// Writes an array as a dataset, creating the groups on its path.
    ///
    /// - Parameters:
    ///   - values: the elements in row-major order.
    ///   - shape: the extent of each dimension; empty for a scalar. Extents may be 0.
    @discardableResult
    public func write<T: Element>(_ values: [T], shape: [Int], to path: String) throws -> Dataset {
        try HDF5Library.locked { scope in
            let dataset = try create(path, type: T.elementType, shape: shape, values: values.count, scope)
            guard !values.isEmpty else { return dataset }
            let type = try T.elementType.native(scope, file: file)
            _ = try values.withUnsafeBufferPointer { buffer in
                try check(
                    H5Dwrite(
                        dataset.handle.id, type, hid_t(H5S_ALL), hid_t(H5S_ALL), chdf5_default(),
                        buffer.baseAddress),
                    "cannot write \(dataset.path)", file: file)
            }
            return dataset
        }
    }

    /// Writes an array of text as a dataset of variable-length UTF-8 strings.
    @discardableResult
    public func write(_ values: [String], shape: [Int], to path: String) throws -> Dataset {
        try HDF5Library.locked { scope in
            for text in values { try Text.requireNoNul(text, absolute(path), file: file) }
            let dataset = try create(path, type: .string, shape: shape, values: values.count, scope)
            guard !values.isEmpty else { return dataset }
            let type = try ElementType.string.native(scope, file: file)
            _ = try Text.withPointers(to: values) { pointers in
                try check(
                    H5Dwrite(
                        dataset.handle.id, type, hid_t(H5S_ALL), hid_t(H5S_ALL), chdf5_default(), pointers),
                    "cannot write \(dataset.path)", file: file)
            }
            return dataset
        }
    }

    private func create(
        _ path: String, type: ElementType, shape: [Int], values: Int, _ scope: Scope
    ) throws -> Dataset {
        let full = absolute(path)
        guard let count = Shape.count(shape), count == values else {
            throw HDF5Error("\(file): \(full): \(values) values do not fill the shape \(shape)")
        }
        return try createDataset(path, type: type, extents: shape, chunk: nil, scope)
    }

    /// Creates a dataset; with `chunk`, one whose first dimension can grow. Call inside `HDF5Library.locked`.
    func createDataset(
        _ path: String, type: ElementType, extents: [Int], chunk: [Int]?, _ scope: Scope
    ) throws -> Dataset {
        let full = absolute(path)
        let action = "cannot create dataset \(full)"
        var dimensions = extents.map { hsize_t($0) }
        let space: hid_t
        if dimensions.isEmpty {
            space = try scope.own(H5Screate(H5S_SCALAR), action, file: file)
        } else {
            var limits = dimensions
            if chunk != nil { limits[0] = chdf5_unlimited() }
            space = try scope.own(
                H5Screate_simple(Int32(dimensions.count), &dimensions, &limits), action, file: file)
        }
        try createGroups(above: path, scope)
        let creation = try scope.own(H5Pcreate(chdf5_dataset_create_class()), action, file: file)
        // Neither times nor fill values: the same data makes the same bytes, written once.
        try check(H5Pset_obj_track_times(creation, false), action, file: file)
        try check(H5Pset_attr_creation_order(creation, chdf5_creation_order()), action, file: file)
        if let chunk {
            let chunkDimensions = chunk.map { hsize_t($0) }
            try check(H5Pset_chunk(creation, Int32(chunk.count), chunkDimensions), action, file: file)
        }
        if type != .string {
            try check(H5Pset_fill_time(creation, H5D_FILL_TIME_NEVER), action, file: file)
        }
        let access = try scope.own(H5Pcreate(chdf5_dataset_access_class()), action, file: file)
        try check(H5Pset_chunk_cache(access, 0, 0, 1), action, file: file)
        let created = try Handle(
            H5Dcreate2(
                handle.id, path, type.stored(scope, file: file), space, chdf5_default(), creation, access),
            in: handle, action, file: file)
        return try Dataset(created, path: full, file: file, scope)
    }

    /// Creates the groups on the way to a dataset that do not exist yet; they keep the order of their members.
    private func createGroups(above path: String, _ scope: Scope) throws {
        var prefix = ""
        for part in path.split(separator: "/").dropLast() {
            prefix += prefix.isEmpty ? part : "/" + part
            if case .here = try place(prefix) { continue }
            let action = "cannot create group \(absolute(prefix))"
            let creation = try scope.own(H5Pcreate(chdf5_group_create_class()), action, file: file)
            try check(H5Pset_link_creation_order(creation, chdf5_creation_order()), action, file: file)
            try check(H5Pset_obj_track_times(creation, false), action, file: file)
            _ = try scope.own(
                H5Gcreate2(handle.id, prefix, chdf5_default(), creation, chdf5_default()), action, file: file)
        }
    }

    /// Where a path leads. Links by name are not followed: they may lead out of the file.
    private enum Place {
        case here, nowhere
        case behindLink(String)
    }

    /// Every link on the way must exist: H5Lexists fails, rather than answers, when a parent is missing.
    private func place(_ path: String) throws -> Place {
        var prefix = path.hasPrefix("/") ? "/" : ""
        for part in path.split(separator: "/") where part != "." {
            prefix += prefix.isEmpty || prefix == "/" ? part : "/" + part
            let action = "cannot look up \(absolute(prefix))"
            guard try check(H5Lexists(handle.id, prefix, chdf5_default()), action, file: file) > 0 else { return .nowhere }
            guard try check(chdf5_is_hard_link(handle.id, prefix), action, file: file) > 0 else {
                return .behindLink(absolute(prefix))
            }
        }
        return .here
    }

    private func requirePlace(_ path: String, of kind: String) throws {
        switch try place(path) {
        case .here: return
        case .nowhere: throw HDF5Error("\(file): there is no \(kind) \(absolute(path))")
        case .behindLink(let link):
            throw HDF5Error("\(file): \(link) is a link by name, which is not followed: it may lead to another file")
        }
    }

    private func absolute(_ path: String) -> String {
        if path.hasPrefix("/") { return path }
        return self.path == "/" ? "/" + path : self.path + "/" + path
    }
}
