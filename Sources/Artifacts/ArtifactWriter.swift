import Essentials
import FoundationEssentials
import HDF5
import Outputs
import Parallel

/// Writes an artifact that appears under its name only when it is complete.
///
/// ```swift
/// let writer = try ArtifactWriter("features.h5", schema: .features, provenance: provenance)
/// try writer.write(names, to: \.images.name)
/// try writer.write(features, shape: [images, dim], to: \.images.features)
/// try writer.set(\.checkpoint.path, to: folder)
/// let identity = try writer.commit()
/// ```
///
/// Every dataset is checked against the schema as it is written; ``commit()`` checks that nothing is missing. A writer
/// that goes away without a commit, or whose process is interrupted, leaves nothing behind and an older file of that
/// name as it was. Opening one early is how a long job learns at its start that its output cannot be written.
public final class ArtifactWriter<Kind: ArtifactKind> {
    public let target: String
    public let schema: ArtifactSchema

    private let keys: Kind
    private let partial: PartialFile
    private let file: File
    private let imageSet: Identity?
    private var sizes = DimensionSizes()
    private var content = ContentIdentity()
    private var written: Set<String> = []
    private var attributes: Set<String> = []
    private var openAppenders: [String: any UnfinishedDataset] = [:]
    private var isFinished = false
    private let start = ContinuousClock.now

    /// Starts writing beside `target`.
    ///
    /// - Throws: `OutputError` if it cannot be written there, is one of the inputs, or another process is writing it.
    public init(_ target: String, schema kind: Kind, provenance: Provenance) throws {
        self.target = target
        schema = Kind.schema
        keys = kind
        imageSet = provenance.imageSet
        let existing = ExistingOutput(target)
        for input in provenance.inputs { try existing?.requireOther(than: input.path) }
        partial = try PartialFile(target: target)
        file = try File.create(partial.descriptor, reportedAs: target)
        try set(\.schema, schema.name)
        try set(\.schemaVersion, schema.version)
        try set(\.command, provenance.command)
        try set(\.parameters, JSONValue.object(provenance.parameters).text)
        try set(\.inputs, JSONValue.array(provenance.inputs.map(\.json)).text)
        if !provenance.sources.isEmpty {
            try set(\.sources, JSONValue.object(provenance.sources.mapValues { .string($0.description) }).text)
        }
        var software = provenance.software
        software["HDF5"] = HDF5Library.version
        try set(\.software, JSONValue.object(software.mapValues { .string($0) }).text)
        if let seed = provenance.seed { try set(\.seed, seed) }
        try set(\.created, Date.now.formatted(.iso8601))
    }

    /// Writes numbers.
    ///
    /// - Parameters:
    ///   - values: in row-major order.
    ///   - shape: one extent per dimension of the schema; a vector's may be left out.
    public func write<T: Element>(
        _ values: [T], shape: [Int]? = nil, to key: KeyPath<Kind, DatasetKey<T>>
    ) throws {
        try write(values, shape: shape ?? [values.count], keys[keyPath: key].schema)
    }

    private func write<T: Element>(_ values: [T], shape: [Int], _ entry: DatasetSchema) throws {
        try begin(entry, shape: shape)
        // What is written is inspected meanwhile: an artifact in which something is found is never completed.
        let ((problem, digest), dataset) = try atOnce {
            values.withUnsafeBufferPointer { buffer in
                var hash = StreamingHash()
                hash.update(UnsafeRawBufferPointer(buffer))
                return (entry.allowsNaN ? nil : Finiteness.firstProblem(buffer), hash.identity)
            }
        } _: {
            try file.root.write(values, shape: shape, to: entry.path)
        }
        if let problem {
            throw notFinite(values[problem], at: problem / max(1, shape.dropFirst().reduce(1, *)), entry)
        }
        try finish(dataset, entry, shape: shape, digest: digest)
    }

    /// Writes a scalar.
    public func write<T: Element>(_ value: T, to key: KeyPath<Kind, DatasetKey<T>>) throws {
        try write([value], shape: [], to: key)
    }

    /// Writes numbers as indices and counts are stored; what has no place in 32 bits becomes the nearest that has.
    public func write(_ values: [Int], shape: [Int]? = nil, to key: KeyPath<Kind, DatasetKey<Int32>>) throws {
        try write(values.map(Int32.init(clamping:)), shape: shape, to: key)
    }

    /// Writes what codes stand for.
    public func write<Code: DatasetCode>(_ values: [Code], to key: KeyPath<Kind, DatasetKey<Code>>) throws {
        try write(values.map(\.rawValue), shape: [values.count], keys[keyPath: key].schema)
    }

    /// Writes text; `shape` may be left out for a vector.
    public func write(
        _ values: [String], shape: [Int]? = nil, to key: KeyPath<Kind, DatasetKey<String>>
    ) throws {
        let shape = shape ?? [values.count]
        let entry = keys[keyPath: key].schema
        try begin(entry, shape: shape)
        let digest = ContentIdentity.digest(of: values)
        try finish(file.root.write(values, shape: shape, to: entry.path), entry, shape: shape, digest: digest)
    }

    /// Starts a dataset whose number of rows is not known yet.
    ///
    /// - Parameter rowShape: the shape of one row; empty for a vector.
    public func appender<T: Element>(
        to key: KeyPath<Kind, DatasetKey<T>>, rowShape: [Int] = []
    ) throws -> ArtifactAppender<T> {
        let entry = keys[keyPath: key].schema
        let path = entry.path
        try begin(entry, rank: rowShape.count + 1)
        let rows = try Appender<T>(file.root, path, rowShape: rowShape)
        let rowElements = rowShape.reduce(1, *)
        // Weak: a writer that is let go with appenders still open must remove its file all the same.
        let appender = ArtifactAppender(rows) { [weak self, target] buffer, firstRow in
            guard let self else { throw ArtifactError("\(target): rows of \(path) outlive their writer") }
            partial.grow(by: buffer.count * MemoryLayout<T>.stride)
            guard !entry.allowsNaN, let index = Finiteness.firstProblem(buffer) else { return }
            throw notFinite(buffer[index], at: firstRow + index / max(1, rowElements), entry)
        } finish: { [weak self] dataset, count, digest in
            guard let self else { return }
            openAppenders[path] = nil
            let shape = [count] + rowShape
            try agree(shape, entry)
            try finish(dataset, entry, shape: shape, digest: digest)
        }
        openAppenders[path] = appender
        return appender
    }

    /// Sets an attribute of the schema.
    public func set<Value>(_ key: KeyPath<Kind, AttributeKey<Value>>, to value: Value) throws {
        let key = keys[keyPath: key]
        guard attributes.insert(key.name).inserted else {
            throw ArtifactError("\(target): attribute \(key.name) was set twice")
        }
        try set(key, value)
    }

    /// Sets an attribute of every artifact.
    private func set<Value>(_ key: KeyPath<CommonAttributes, AttributeKey<Value>>, _ value: Value) throws {
        try set(ArtifactSchema.common[keyPath: key], value)
    }

    private func set<Value>(_ key: AttributeKey<Value>, _ value: Value) throws {
        try value.store(key.name, in: file.root.attributes)
    }

    /// Checks that everything the schema requires is there, makes the file durable and gives it its name.
    ///
    /// - Returns: The identity of what was written.
    @discardableResult
    public func commit() throws -> Identity {
        guard !isFinished else { throw ArtifactError("\(target): was already committed") }
        for appender in openAppenders.values { try appender.finishWriting() }
        for entry in schema.datasets where !entry.isOptional && !written.contains(entry.path) {
            throw ArtifactError("\(target): \(entry.path) was not written, but \(schema.name) requires it")
        }
        for entry in schema.attributes where !entry.isOptional && !attributes.contains(entry.name) {
            throw ArtifactError(
                "\(target): attribute \(entry.name) was not set, but \(schema.name) requires it")
        }
        let identity = content.identity(of: schema)
        try set(\.elapsed, (ContinuousClock.now - start) / .seconds(1))
        if let peak = PeakMemory.ofThisProcess { try set(\.peakMemory, peak) }
        try set(\.identity, identity.description)
        if let imageSet = schema.name == ArtifactSchema.images.name ? identity : imageSet {
            try set(\.imageSet, imageSet.description)
        }
        try file.close()
        try partial.commit()
        isFinished = true
        return identity
    }

    private func begin(_ entry: DatasetSchema, rank: Int) throws {
        guard schema.dataset(entry.path) != nil else {
            throw ArtifactError("\(target): \(schema.name) has no dataset \(entry.path)")
        }
        guard entry.dimensions.count == rank else {
            throw ArtifactError(
                "\(target): \(entry.path) has dimensions [\(entry.dimensions.joined(separator: ", "))], not \(rank) of them"
            )
        }
        guard written.insert(entry.path).inserted else {
            throw ArtifactError("\(target): \(entry.path) was written twice")
        }
    }

    private func begin(_ entry: DatasetSchema, shape: [Int]) throws {
        try begin(entry, rank: shape.count)
        try agree(shape, entry)
    }

    private func agree(_ shape: [Int], _ entry: DatasetSchema) throws {
        if let problem = sizes.add(shape, of: entry) { throw ArtifactError("\(target): \(problem)") }
    }

    private func finish(_ dataset: Dataset, _ entry: DatasetSchema, shape: [Int], digest: Identity) throws {
        try dataset.setDimensionNames(entry.dimensions)
        try dataset.attributes.set("unit", to: entry.unit)
        try dataset.attributes.set("description", to: entry.meaning)
        content.add(entry.path, type: entry.type, shape: shape, digest: digest)
    }

    private func notFinite<T: Element>(_ value: T, at record: Int, _ entry: DatasetSchema) -> ArtifactError {
        ArtifactError("\(target): \(entry.path): \(value) at record \(record); not written")
    }
}
