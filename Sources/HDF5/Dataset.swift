import CHDF5
import CSealedHDF5

/// An n-dimensional array in a file.
public final class Dataset: Attributed, @unchecked Sendable {
    public let path: String
    public let file: String
    public let storedType: StoredType
    /// Why the values are not read, as the end of a sentence: they lie in other files, say. nil where they are.
    public let refusal: String?
    let handle: Handle

    /// Call inside `HDF5Library.locked`.
    init(_ handle: Handle, path: String, file: String, _ scope: Scope) throws {
        self.handle = handle
        self.path = path
        self.file = file
        let type = try scope.own(H5Dget_type(handle.id), "cannot read the type of \(path)", file: file)
        storedType = StoredType(type)
        var reason = [CChar](repeating: 0, count: Int(CSEALED_SENTENCE))
        refusal =
            csealed_dataset_refusal(handle.id, &reason) != 0
            ? String(decoding: reason.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self) : nil
    }

    public var attributes: Attributes { Attributes(owner: handle, path: path, file: file) }

    /// The extent of each dimension; empty for a scalar.
    public func shape() throws -> [Int] {
        try HDF5Library.locked { scope in
            let action = "cannot read the shape of \(path)"
            let space = try scope.own(H5Dget_space(handle.id), action, file: file)
            let rank = try check(H5Sget_simple_extent_ndims(space), action, file: file)
            var extents = [hsize_t](repeating: 0, count: Int(rank))
            try check(H5Sget_simple_extent_dims(space, &extents, nil), action, file: file)
            // An empty ("null") dataspace has rank 0 too, but not even one value.
            if H5Sget_simple_extent_type(space) == H5S_NULL { return [0] }
            return try extents.map { extent in
                guard let extent = Int(exactly: extent) else {
                    throw HDF5Error("\(file): \(path): an extent of \(extent) is too large")
                }
                return extent
            }
        }
    }

    /// The name of each dimension, empty where it has none.
    ///
    /// - Throws: ``HDF5Error`` where the attribute that has them is not text, one for each dimension. HDF5's own
    ///   `H5DSget_label` takes whatever lies there for pointers.
    public func dimensionNames() throws -> [String] {
        let rank = try shape().count
        switch try attributes.value("DIMENSION_LABELS") {
        case nil: return [String](repeating: "", count: rank)
        case .strings(let names)? where names.count == rank: return names
        case let value?:
            throw HDF5Error("\(file): \(path): its dimension labels are not \(rank) texts, but \(value.kind)")
        }
    }

    /// Names the dimensions with HDF5's dimension labels, which h5dump shows and h5py has as `dims[i].label`.
    public func setDimensionNames(_ names: [String]) throws {
        try HDF5Library.locked { scope in
            for (index, name) in names.enumerated() {
                try check(
                    H5DSset_label(handle.id, UInt32(index), name),
                    "cannot name dimension \(index) of \(path)", file: file)
            }
        }
    }

    /// Reads numbers in row-major order, all of them or a range of the first dimension: rows of a matrix, elements of
    /// a vector.
    public func read<T: Element>(_ type: T.Type, rows: Range<Int>? = nil) throws -> [T] {
        try HDF5Library.locked { scope in
            let selection = try rows.map(selection)
            let extents = try selection?.count ?? shape()
            let count = try plausibleCount(extents, scope)
            return try array(count: count) { try read(into: $0, selection: selection, scope) }
        }
    }

    /// Reads a range of the first dimension into memory the caller owns, without allocating.
    ///
    /// - Parameter buffer: as long as the rows read, exactly.
    public func read<T: Element>(into buffer: UnsafeMutableBufferPointer<T>, rows: Range<Int>) throws {
        try HDF5Library.locked { scope in
            let selection = try selection(rows)
            guard Shape.count(selection.count) == buffer.count else {
                throw HDF5Error(
                    "\(file): \(path): rows \(rows) of shape \(selection.count) do not fit \(buffer.count) elements"
                )
            }
            try read(into: buffer, selection: selection, scope)
        }
    }

    /// Reads at most `limit` values from the beginning, however large the dataset is.
    public func read<T: Element>(_ type: T.Type, first limit: Int) throws -> [T] {
        try HDF5Library.locked { scope in
            let shape = try shape()
            guard !shape.isEmpty else { return Array(try read(T.self).prefix(limit)) }
            let selection = beginning(of: shape, limit: limit)
            let count = try plausibleCount(selection.count, scope)
            return try array(count: count) { try read(into: $0, selection: selection, scope) }
        }
    }

    /// Reads at most `limit` texts from the beginning, however large the dataset is.
    public func readStrings(first limit: Int) throws -> [String] {
        let shape = try shape()
        guard !shape.isEmpty else { return Array(try readStrings().prefix(limit)) }
        return try strings(beginning(of: shape, limit: limit))
    }

    /// Reads text in row-major order, all of it or a range of the first dimension.
    public func readStrings(rows: Range<Int>? = nil) throws -> [String] {
        try strings(rows.map(selection))
    }

    private func strings(_ selection: Selection?) throws -> [String] {
        try HDF5Library.locked { scope in
            try requireType(.string)
            let action = "cannot read \(path)"
            let type = try scope.own(H5Dget_type(handle.id), action, file: file)
            let (memory, stored, count) = try spaces(selection, scope)
            return try Text.read(
                type: type, count: count, scope: scope, action: action, file: file
            ) { memoryType, buffer in
                H5Dread(handle.id, memoryType, memory, stored, chdf5_default(), buffer)
            } reclaim: { memoryType, buffer in
                _ = chdf5_reclaim(memoryType, memory, buffer)
            }
        }
    }

    private struct Selection {
        let offset: [Int]
        let count: [Int]
    }

    private func selection(_ rows: Range<Int>) throws -> Selection {
        let shape = try shape()
        guard let extent = shape.first else {
            throw HDF5Error("\(file): \(path) is a scalar and has no rows")
        }
        guard rows.lowerBound >= 0, rows.upperBound <= extent else {
            throw HDF5Error(
                "\(file): \(path) has \(extent) rows, not \(rows.lowerBound)..<\(rows.upperBound)")
        }
        return Selection(
            offset: [rows.lowerBound] + shape.dropFirst().map { _ in 0 },
            count: [rows.count] + shape.dropFirst())
    }

    /// A block that holds the first values: whole rows of the last dimensions as far as the limit goes.
    private func beginning(of shape: [Int], limit: Int) -> Selection {
        var rest = max(0, limit)
        var count = shape
        for axis in shape.indices.reversed() {
            count[axis] = min(shape[axis], rest)
            rest = count[axis] == 0 ? 0 : max(1, rest / count[axis])
            // Part of a row: no more than one of them.
            if count[axis] < shape[axis] { rest = min(rest, 1) }
        }
        return Selection(offset: shape.map { _ in 0 }, count: count)
    }

    private func array<T: Element>(
        count: Int, fill: (UnsafeMutableBufferPointer<T>) throws -> Void
    ) throws -> [T] {
        guard count > 0 else {
            try requireType(T.elementType)
            return []
        }
        return try [T](unsafeUninitializedCapacity: count) { buffer, initialized in
            try fill(UnsafeMutableBufferPointer(rebasing: buffer[0..<count]))
            initialized = count
        }
    }

    private func read<T: Element>(
        into buffer: UnsafeMutableBufferPointer<T>, selection: Selection?, _ scope: Scope
    ) throws {
        try requireType(T.elementType)
        guard !buffer.isEmpty else { return }
        let (memory, stored, _) = try spaces(selection, scope)
        let type = try T.elementType.native(scope, file: file)
        try check(
            H5Dread(handle.id, type, memory, stored, chdf5_default(), buffer.baseAddress),
            "cannot read \(path)", file: file)
    }

    /// The dataspaces in memory and in the file for a selection, or for everything.
    private func spaces(
        _ selection: Selection?, _ scope: Scope
    ) throws -> (memory: hid_t, file: hid_t, count: Int) {
        let action = "cannot select from \(path)"
        let stored = try scope.own(H5Dget_space(handle.id), action, file: file)
        if let selection {
            let start = selection.offset.map { hsize_t($0) }
            let extent = selection.count.map { hsize_t($0) }
            try check(
                H5Sselect_hyperslab(stored, H5S_SELECT_SET, start, nil, extent, nil), action, file: file)
        }
        let shape = try selection?.count ?? shape()
        let count = try plausibleCount(shape, scope)
        // Of the file's own shape: HDF5 copies rows then, and goes from value to value otherwise.
        let extents = shape.isEmpty ? [1] : shape.map { hsize_t($0) }
        let memory = try scope.own(H5Screate_simple(Int32(extents.count), extents, nil), action, file: file)
        return (memory, stored, count)
    }

    private func requireType(_ type: ElementType) throws {
        if let refusal { throw HDF5Error("\(file): \(path) \(refusal)") }
        guard storedType.fits(in: type) else {
            throw HDF5Error("\(file): \(path) holds \(storedType), not \(type.rawValue)")
        }
    }

    /// The number of elements of a block. A damaged header can claim any shape: as much as is asked for must be stored
    /// in the file before memory is asked for.
    private func plausibleCount(_ block: [Int], _ scope: Scope) throws -> Int {
        guard let count = Shape.count(block) else { throw tooLarge(block) }
        let action = "cannot read the layout of \(path)"
        let type = try scope.own(H5Dget_type(handle.id), action, file: file)
        let (bytes, overflow) = count.multipliedReportingOverflow(by: max(1, Int(H5Tget_size(type))))
        guard !overflow else { throw tooLarge(block) }
        guard bytes > 1 << 20 else { return count }
        let storage = H5Dget_storage_size(handle.id)
        let creation = try scope.own(H5Dget_create_plist(handle.id), action, file: file)
        // No filter of HDF5's shrinks data more than deflate's 1 : 1032.
        let expansion: hsize_t = H5Pget_nfilters(creation) > 0 ? 1032 : 1
        let (most, isUnbounded) = storage.multipliedReportingOverflow(by: expansion)
        guard isUnbounded || hsize_t(bytes) <= most, try storage <= fileSize(scope) else {
            throw HDF5Error(
                "\(file): \(path) claims \(count) values, but only \(storage) bytes are stored: the file is damaged"
            )
        }
        return count
    }

    private func fileSize(_ scope: Scope) throws -> hsize_t {
        let action = "cannot read the size of the file"
        let container = try scope.own(H5Iget_file_id(handle.id), action, file: file)
        var size: hsize_t = 0
        try check(H5Fget_filesize(container, &size), action, file: file)
        return size
    }

    private func tooLarge(_ shape: [Int]) -> HDF5Error {
        HDF5Error("\(file): \(path): the shape \(shape) is too large")
    }
}
