import HDF5

/// Writes one dataset of an artifact row by row.
public final class ArtifactAppender<T: Element>: UnfinishedDataset {
    /// Rows appended so far.
    public var count: Int { rows.count }

    private let rows: Appender<T>
    private let prepare: (UnsafeBufferPointer<T>, Int) throws -> Void
    private let finish: (Dataset, Int, Identity) throws -> Void
    private var hash = StreamingHash()

    init(
        _ rows: Appender<T>, prepare: @escaping (UnsafeBufferPointer<T>, Int) throws -> Void,
        finish: @escaping (Dataset, Int, Identity) throws -> Void
    ) {
        self.rows = rows
        self.prepare = prepare
        self.finish = finish
    }

    /// Appends whole rows, in row-major order.
    public func append(_ values: [T]) throws {
        try values.withUnsafeBufferPointer { try append($0) }
    }

    /// Appends whole rows, in row-major order.
    public func append(_ values: UnsafeBufferPointer<T>) throws {
        try prepare(values, rows.count)
        try rows.append(values)
        hash.update(UnsafeRawBufferPointer(values))
    }

    func finishWriting() throws {
        try finish(rows.finish(), rows.count, hash.identity)
    }
}

/// A dataset that a commit has yet to complete.
protocol UnfinishedDataset: AnyObject {
    func finishWriting() throws
}
