import Foundation
import HDF5

/// An artifact, opened for reading and checked against its schema.
///
/// ```swift
/// let features = try ArtifactReader("features.h5", schema: .features)
/// let matrix = try features.floats("images/features")       // row-major [image, dim]
/// let names = try features.strings("images/name")
/// ```
///
/// May be used from any thread.
public final class ArtifactReader: Sendable {
    public let path: String
    public let schema: ArtifactSchema
    public let identity: Identity
    /// The identity of the images that the file descends from.
    public let imageSet: Identity?
    /// What the file was made from.
    public let inputs: [ArtifactInput]

    private let file: File
    private let datasets: [String: (dataset: Dataset, shape: [Int])]

    /// Opens a file and checks it: that it is of this kind and of a version that is understood, that every required
    /// dataset is there with its type, and that the shapes agree with each other.
    ///
    /// - Throws: ``ArtifactError`` or `HDF5Error`, with a sentence that names the file.
    public init(_ path: String, schema: ArtifactSchema) throws {
        self.path = path
        self.schema = schema
        file = try File.open(path)
        try ArtifactReader.requireKind(of: file, schema)
        let root = file.root
        guard let identity = try ArtifactReader.text("identity", root).flatMap(Identity.init) else {
            throw ArtifactError("\(path): has no identity, so it is damaged; run \(schema.command) again")
        }
        self.identity = identity
        imageSet = try ArtifactReader.text("image_set", root).flatMap(Identity.init)
        inputs = try ArtifactReader.inputs(root)
        for entry in schema.attributes where !entry.isOptional {
            guard try root.attributes.value(entry.name) != nil else {
                throw ArtifactError("\(path): has no attribute \(entry.name); run \(schema.command) again")
            }
        }
        var sizes = DimensionSizes()
        var datasets: [String: (dataset: Dataset, shape: [Int])] = [:]
        for entry in schema.datasets {
            guard root.kind(entry.path) == .dataset else {
                if entry.isOptional { continue }
                throw ArtifactError("\(path): has no dataset \(entry.path); run \(schema.command) again")
            }
            let dataset = try root.dataset(entry.path)
            guard dataset.storedType.elementType == entry.type else {
                throw ArtifactError(
                    "\(path): \(entry.path) holds \(dataset.storedType), not \(entry.type.rawValue)")
            }
            let shape = try dataset.shape()
            if let problem = sizes.add(shape, of: entry) { throw ArtifactError("\(path): \(problem)") }
            datasets[entry.path] = (dataset, shape)
        }
        self.datasets = datasets
    }

    /// Opens a file of whatever kind it says it is, and checks it likewise.
    public convenience init(anyKind path: String) throws {
        let root = try File.open(path).root
        guard let name = try ArtifactReader.text("schema", root) else {
            throw ArtifactError("\(path): was not written by CAP")
        }
        guard let schema = ArtifactSchema.named(name) else {
            throw ArtifactError(
                "\(path): is of the unknown kind \(name); if a newer version wrote it, update CAP")
        }
        try self.init(path, schema: schema)
    }

    /// Reads everything and checks that it still has the identity it was written with.
    ///
    /// - Throws: ``ArtifactError`` if it does not: the file was damaged or changed by another program.
    public func verify() throws {
        var content = ContentIdentity()
        for entry in schema.datasets {
            guard let (dataset, shape) = datasets[entry.path] else { continue }
            let digest = try ContentIdentity.digest(of: dataset, type: entry.type, shape: shape)
            content.add(entry.path, type: entry.type, shape: shape, digest: digest)
        }
        guard content.identity(of: schema) == identity else {
            throw ArtifactError(
                "\(path): its data is not what was written (identity \(identity)); run \(schema.command) again"
            )
        }
    }

    /// How the file is recorded in what is made from it.
    public var input: ArtifactInput {
        let role = schema.name.hasPrefix("cap-") ? String(schema.name.dropFirst(4)) : schema.name
        return ArtifactInput(role: role, path: path, schema: schema.name, identity: identity)
    }

    /// Whether an optional dataset is there.
    public func has(_ path: String) -> Bool {
        datasets[path] != nil
    }

    /// The extent of each dimension.
    public func shape(_ path: String) throws -> [Int] {
        try entry(path).shape
    }

    /// The number of rows: the first dimension's extent.
    public func count(_ path: String) throws -> Int {
        guard let count = try entry(path).shape.first else {
            throw ArtifactError("\(self.path): \(path) is a scalar and has no rows")
        }
        return count
    }

    /// 32-bit floats in row-major order, all or a range of rows. NaN and infinities are refused, naming the first
    /// record, unless the schema gives NaN a meaning there.
    public func floats(_ path: String, rows: Range<Int>? = nil) throws -> [Float] {
        let values = try numbers(Float.self, path, rows)
        try requireFinite(values, path, rows)
        return values
    }

    /// 64-bit floats, likewise.
    public func doubles(_ path: String, rows: Range<Int>? = nil) throws -> [Double] {
        let values = try numbers(Double.self, path, rows)
        try requireFinite(values, path, rows)
        return values
    }

    public func int32s(_ path: String, rows: Range<Int>? = nil) throws -> [Int32] {
        try numbers(Int32.self, path, rows)
    }

    public func int64s(_ path: String, rows: Range<Int>? = nil) throws -> [Int64] {
        try numbers(Int64.self, path, rows)
    }

    public func bytes(_ path: String, rows: Range<Int>? = nil) throws -> [UInt8] {
        try numbers(UInt8.self, path, rows)
    }

    /// Reads rows of bytes into memory the caller owns: pixels, without a copy.
    public func read(_ path: String, rows: Range<Int>, into buffer: UnsafeMutableBufferPointer<UInt8>) throws
    {
        try entry(path).dataset.read(into: buffer, rows: rows)
    }

    public func strings(_ path: String, rows: Range<Int>? = nil) throws -> [String] {
        try entry(path).dataset.readStrings(rows: rows)
    }

    /// Integers of any width.
    public func ints(_ path: String, rows: Range<Int>? = nil) throws -> [Int] {
        try int64s(path, rows: rows).map { Int($0) }
    }

    /// Integers that are used as indices, each checked to lie in `bounds`.
    ///
    /// - Parameter bounds: for class labels that may be unknown, `-1..<classes`.
    public func indices(_ path: String, in bounds: Range<Int>) throws -> [Int] {
        let values = try ints(path)
        if let record = values.firstIndex(where: { !bounds.contains($0) }) {
            throw ArtifactError(
                "\(self.path): \(path): \(values[record]) at \(name(ofRecord: record, in: path)) "
                    + "is not in \(bounds.lowerBound)...\(bounds.upperBound - 1)")
        }
        return values
    }

    /// A scalar 32-bit float.
    public func float(_ path: String) throws -> Float { try scalar(floats(path), path) }
    /// A scalar 64-bit float.
    public func double(_ path: String) throws -> Double { try scalar(doubles(path), path) }
    /// A scalar integer.
    public func int(_ path: String) throws -> Int { try scalar(ints(path), path) }

    /// A text attribute of the file.
    public func string(attribute name: String) throws -> String {
        guard case .string(let value)? = try attribute(name) else { throw attributeError(name, "text") }
        return value
    }

    /// An integer attribute of the file.
    public func int(attribute name: String) throws -> Int {
        guard case .int(let value)? = try attribute(name), let value = Int(exactly: value) else {
            throw attributeError(name, "an integer")
        }
        return value
    }

    /// A floating-point attribute of the file.
    public func double(attribute name: String) throws -> Double {
        guard case .float(let value)? = try attribute(name) else { throw attributeError(name, "a number") }
        return value
    }

    /// An attribute of the file, or nil.
    public func attribute(_ name: String) throws -> AttributeValue? {
        try file.root.attributes.value(name)
    }

    /// Every parameter of the command that wrote the file.
    public func parameters() throws -> [String: JSONValue] {
        let text = try string(attribute: "parameters")
        guard case .object(let parameters)? = try? JSONValue(parsing: text) else {
            throw attributeError("parameters", "a JSON object")
        }
        return parameters
    }

    /// Fingerprints of what was read besides artifacts; empty where nothing was, or an older version wrote the file.
    public func sources() throws -> [String: Identity] {
        guard case .string(let text)? = try attribute("sources") else { return [:] }
        guard case .object(let sources)? = try? JSONValue(parsing: text) else {
            throw attributeError("sources", "a JSON object")
        }
        return sources.compactMapValues { if case .string(let text) = $0 { Identity(text) } else { nil } }
    }

    private func entry(_ path: String) throws -> (dataset: Dataset, shape: [Int]) {
        guard let entry = datasets[path] else { throw ArtifactError("\(self.path): has no dataset \(path)") }
        return entry
    }

    private func numbers<T: Element>(_ type: T.Type, _ path: String, _ rows: Range<Int>?) throws -> [T] {
        try entry(path).dataset.read(T.self, rows: rows)
    }

    private func scalar<T>(_ values: [T], _ path: String) throws -> T {
        guard values.count == 1 else { throw ArtifactError("\(self.path): \(path) is not a single value") }
        return values[0]
    }

    private func requireFinite<T: Element>(_ values: [T], _ path: String, _ rows: Range<Int>?) throws {
        guard schema.dataset(path)?.allowsNaN != true else { return }
        guard let index = values.withUnsafeBufferPointer({ Finiteness.firstProblem($0) }) else { return }
        let rowElements = try max(1, shape(path).dropFirst().reduce(1, *))
        let record = (rows?.lowerBound ?? 0) + index / rowElements
        throw ArtifactError(
            "\(self.path): \(path): \(values[index]) at \(name(ofRecord: record, in: path)); "
                + "run \(schema.command) again")
    }

    /// A record as its reader knows it: by the image's or the class's name where the file has it, else by number.
    private func name(ofRecord record: Int, in path: String) -> String {
        guard let dimension = schema.dataset(path)?.dimensions.first else { return "its only value" }
        let names = ["image": "images/name", "class": "classes/name"][dimension] ?? ""
        if has(names), let name = try? strings(names, rows: record..<record + 1).first {
            return "\(dimension) \(record) (\(name))"
        }
        return "\(dimension) \(record)"
    }

    private func attributeError(_ name: String, _ kind: String) -> ArtifactError {
        ArtifactError("\(path): attribute \(name) is missing or not \(kind)")
    }

    private static func requireKind(of file: File, _ schema: ArtifactSchema) throws {
        let expected = "\(schema.fileName), which \(schema.command) writes"
        guard let name = try text("schema", file.root) else {
            throw ArtifactError("\(file.path): was not written by CAP; expected \(expected)")
        }
        guard name == schema.name else {
            let writer = ArtifactSchema.named(name).map { "was written by \($0.command) (\(name))" }
            throw ArtifactError(
                "\(file.path): \(writer ?? "is of the unknown kind \(name)"); expected \(expected)")
        }
        guard case .int(let version)? = try file.root.attributes.value("schema_version") else {
            throw ArtifactError(
                "\(file.path): has no schema version, so it is damaged; run \(schema.command) again")
        }
        guard version <= Int64(schema.version) else {
            throw ArtifactError(
                "\(file.path): was written by a newer version of CAP (\(name) version \(version), "
                    + "this program reads up to \(schema.version)); update CAP")
        }
        guard version == Int64(schema.version) else {
            throw ArtifactError(
                "\(file.path): was written by an older version of CAP (\(name) version \(version), "
                    + "this program reads \(schema.version)); run \(schema.command) again")
        }
    }

    private static func text(_ attribute: String, _ root: Group) throws -> String? {
        guard case .string(let value)? = try root.attributes.value(attribute) else { return nil }
        return value
    }

    private static func inputs(_ root: Group) throws -> [ArtifactInput] {
        guard let text = try text("inputs", root), case .array(let inputs)? = try? JSONValue(parsing: text)
        else {
            throw ArtifactError("\(root.file): its attribute inputs is missing or damaged")
        }
        return inputs.compactMap(ArtifactInput.init)
    }
}
