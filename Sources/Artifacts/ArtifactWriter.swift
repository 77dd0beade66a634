import Foundation
import HDF5
import Parallel

/// Writes an artifact that appears under its name only when it is complete.
///
/// ```swift
/// let writer = try ArtifactWriter("features.h5", schema: .features, provenance: provenance)
/// try writer.write(names, to: "images/name")
/// try writer.write(features, shape: [images, dim], to: "images/features")
/// try writer.set("checkpoint", to: folder)
/// let identity = try writer.commit()
/// ```
///
/// Every dataset is checked against the schema as it is written; ``commit()`` checks that nothing is missing. A writer
/// that goes away without a commit, or whose process is interrupted, leaves nothing behind and an older file of that
/// name as it was. Opening one early is how a long job learns at its start that its output cannot be written.
public final class ArtifactWriter {
    public let target: String
    public let schema: ArtifactSchema

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
    /// - Throws: ``ArtifactError`` if it cannot be written there, or another process is writing it.
    public init(_ target: String, schema: ArtifactSchema, provenance: Provenance) throws {
        self.target = target
        self.schema = schema
        imageSet = provenance.imageSet
        partial = try PartialFile(target: target)
        file = try File.create(partial.path, reportedAs: target)
        let root = file.root.attributes
        try root.set("schema", to: schema.name)
        try root.set("schema_version", to: Int64(schema.version))
        try root.set("command", to: provenance.command)
        try root.set("parameters", to: JSONValue.object(provenance.parameters).text)
        try root.set("inputs", to: JSONValue.array(provenance.inputs.map(\.json)).text)
        var software = provenance.software
        software["HDF5"] = HDF5Library.version
        try root.set("software", to: JSONValue.object(software.mapValues { .string($0) }).text)
        if let seed = provenance.seed { try root.set("seed", to: Int64(seed)) }
        try root.set("created", to: Date.now.formatted(.iso8601))
    }

    /// Writes numbers.
    ///
    /// - Parameters:
    ///   - values: in row-major order.
    ///   - shape: one extent per dimension of the schema; a vector's may be left out.
    public func write<T: Element>(_ values: [T], shape: [Int]? = nil, to path: String) throws {
        let shape = shape ?? [values.count]
        let entry = try begin(path, type: T.elementType, shape: shape)
        // What is written is inspected meanwhile: an artifact in which something is found is never completed.
        let ((problem, digest), dataset) = try atOnce {
            values.withUnsafeBufferPointer { buffer in
                var hash = StreamingHash()
                hash.update(UnsafeRawBufferPointer(buffer))
                return (entry.allowsNaN ? nil : Finiteness.firstProblem(buffer), hash.identity)
            }
        } _: {
            try file.root.write(values, shape: shape, to: path)
        }
        if let problem {
            throw notFinite(values[problem], at: problem / max(1, shape.dropFirst().reduce(1, *)), entry)
        }
        try finish(dataset, entry, shape: shape, digest: digest)
    }

    /// Writes a scalar.
    public func write<T: Element>(_ value: T, to path: String) throws {
        try write([value], shape: [], to: path)
    }

    /// Writes text; `shape` may be left out for a vector.
    public func write(_ values: [String], shape: [Int]? = nil, to path: String) throws {
        let shape = shape ?? [values.count]
        let entry = try begin(path, type: .string, shape: shape)
        let digest = ContentIdentity.digest(of: values)
        try finish(file.root.write(values, shape: shape, to: path), entry, shape: shape, digest: digest)
    }

    /// Starts a dataset whose number of rows is not known yet.
    ///
    /// - Parameter rowShape: the shape of one row; empty for a vector.
    public func appender<T: Element>(
        _ type: T.Type, to path: String, rowShape: [Int] = []
    ) throws -> ArtifactAppender<T> {
        let entry = try begin(path, type: T.elementType, rank: rowShape.count + 1)
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

    /// Sets a text attribute of the schema.
    public func set(_ attribute: String, to value: String) throws {
        try begin(attribute: attribute, .string)
        try file.root.attributes.set(attribute, to: value)
    }

    /// Sets an integer attribute of the schema.
    public func set(_ attribute: String, to value: Int) throws {
        try begin(attribute: attribute, .int)
        try file.root.attributes.set(attribute, to: Int64(value))
    }

    /// Sets a floating-point attribute of the schema.
    public func set(_ attribute: String, to value: Double) throws {
        try begin(attribute: attribute, .float)
        try file.root.attributes.set(attribute, to: value)
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
        try file.root.attributes.set("elapsed", to: (ContinuousClock.now - start) / .seconds(1))
        if let peak = PeakMemory.ofThisProcess { try file.root.attributes.set("peak_memory", to: Int64(peak)) }
        try file.root.attributes.set("identity", to: identity.description)
        if let imageSet = schema.name == ArtifactSchema.images.name ? identity : imageSet {
            try file.root.attributes.set("image_set", to: imageSet.description)
        }
        try file.close()
        try partial.commit()
        isFinished = true
        return identity
    }

    private func begin(_ path: String, type: ElementType, rank: Int) throws -> DatasetSchema {
        guard let entry = schema.dataset(path) else {
            throw ArtifactError("\(target): \(schema.name) has no dataset \(path)")
        }
        guard entry.type == type else {
            throw ArtifactError(
                "\(target): \(path) is \(entry.type.rawValue) in \(schema.name), not \(type.rawValue)")
        }
        guard entry.dimensions.count == rank else {
            throw ArtifactError(
                "\(target): \(path) has dimensions [\(entry.dimensions.joined(separator: ", "))], not \(rank) of them"
            )
        }
        guard written.insert(path).inserted else {
            throw ArtifactError("\(target): \(path) was written twice")
        }
        return entry
    }

    private func begin(_ path: String, type: ElementType, shape: [Int]) throws -> DatasetSchema {
        let entry = try begin(path, type: type, rank: shape.count)
        try agree(shape, entry)
        return entry
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

    private func begin(attribute: String, _ kind: AttributeSchema.Kind) throws {
        guard let entry = schema.attributes.first(where: { $0.name == attribute }) else {
            throw ArtifactError("\(target): \(schema.name) has no attribute \(attribute)")
        }
        guard entry.kind == kind else {
            throw ArtifactError(
                "\(target): attribute \(attribute) is \(entry.kind.rawValue), not \(kind.rawValue)")
        }
        guard attributes.insert(attribute).inserted else {
            throw ArtifactError("\(target): attribute \(attribute) was set twice")
        }
    }

    private func notFinite<T: Element>(_ value: T, at record: Int, _ entry: DatasetSchema) -> ArtifactError {
        ArtifactError("\(target): \(entry.path): \(value) at record \(record); not written")
    }
}
