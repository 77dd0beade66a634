import CHDF5

/// Writes a dataset of unknown length row by row, holding one chunk in memory.
///
/// ```swift
/// let pixels = try Appender<UInt8>(file.root, "images/pixels", rowShape: [], chunkBytes: 1 << 20)
/// for image in images { try pixels.append(image.bytes) }
/// let dataset = try pixels.finish()
/// ```
public final class Appender<T: Element> {
    /// Rows appended so far.
    public private(set) var count = 0

    private let dataset: Dataset
    private let rowShape: [Int]
    private let rowElements: Int
    private let rowsPerChunk: Int
    private var pending: [T] = []
    private var written = 0

    /// Creates the dataset with no rows.
    ///
    /// - Parameters:
    ///   - rowShape: the shape of one row; empty for a vector.
    ///   - chunkBytes: how much is kept and written at once, rounded to whole rows.
    public init(_ group: Group, _ path: String, rowShape: [Int], chunkBytes: Int = 1 << 20) throws {
        guard let rowElements = Shape.count(rowShape), rowElements > 0 else {
            throw HDF5Error("\(group.file): \(path): rows of shape \(rowShape) have no elements")
        }
        self.rowShape = rowShape
        self.rowElements = rowElements
        rowsPerChunk = max(1, chunkBytes / (rowElements * MemoryLayout<T>.stride))
        let chunk = [rowsPerChunk] + rowShape
        dataset = try HDF5Library.locked { scope in
            try group.createDataset(path, type: T.elementType, extents: [0] + rowShape, chunk: chunk, scope)
        }
        pending.reserveCapacity(rowsPerChunk * rowElements)
    }

    /// Appends whole rows, in row-major order.
    public func append(_ rows: [T]) throws {
        try rows.withUnsafeBufferPointer { try append($0) }
    }

    /// Appends whole rows, in row-major order.
    public func append(_ rows: UnsafeBufferPointer<T>) throws {
        guard rows.count % rowElements == 0 else {
            throw HDF5Error(
                "\(dataset.file): \(dataset.path): \(rows.count) elements are not whole rows of shape \(rowShape)"
            )
        }
        count += rows.count / rowElements
        let chunk = rowsPerChunk * rowElements
        var rest = rows[...]
        if !pending.isEmpty {
            let head = rest.prefix(chunk - pending.count)
            pending.append(contentsOf: head)
            rest = rest.dropFirst(head.count)
            guard pending.count == chunk else { return }
            try flush()
        }
        // Whole chunks go to the file without a copy.
        let whole = rest.prefix(rest.count / chunk * chunk)
        try write(UnsafeBufferPointer(rebasing: whole))
        pending.append(contentsOf: rest.dropFirst(whole.count))
    }

    /// Writes what is still in memory and returns the finished dataset.
    public func finish() throws -> Dataset {
        try flush()
        return dataset
    }

    private func flush() throws {
        try pending.withUnsafeBufferPointer { try write($0) }
        pending.removeAll(keepingCapacity: true)
    }

    private func write(_ elements: UnsafeBufferPointer<T>) throws {
        guard !elements.isEmpty else { return }
        let rows = elements.count / rowElements
        try HDF5Library.locked { scope in
            let action = "cannot write \(dataset.path)"
            let file = dataset.file
            let extents = ([written + rows] + rowShape).map { hsize_t($0) }
            try check(H5Dset_extent(dataset.handle.id, extents), action, file: file)
            let space = try scope.own(H5Dget_space(dataset.handle.id), action, file: file)
            let start = ([written] + rowShape.map { _ in 0 }).map { hsize_t($0) }
            let size = ([rows] + rowShape).map { hsize_t($0) }
            try check(H5Sselect_hyperslab(space, H5S_SELECT_SET, start, nil, size, nil), action, file: file)
            let memory = try scope.own(H5Screate_simple(Int32(size.count), size, nil), action, file: file)
            let type = try T.elementType.native(scope, file: file)
            try check(
                H5Dwrite(
                    dataset.handle.id, type, memory, space, chdf5_default(), elements.baseAddress),
                action, file: file)
            written += rows
        }
    }
}
