import Essentials
import FoundationEssentials
import HDF5

/// An artifact, opened for reading and checked against its schema.
///
/// ```swift
/// let features = try ArtifactReader("features.h5", schema: .features)
/// let matrix = try features.values(\.images.features)       // [Float], row-major [image, dim]
/// let names = try features.values(\.images.name)            // [String]
/// ```
///
/// May be used from any thread.
public final class ArtifactReader<Kind: KeyGroup>: Artifact {
    public let path: String
    public let schema: ArtifactSchema
    public let identity: Identity
    public let imageSet: Identity?
    public let inputs: [ArtifactInput]

    private let keys: Kind
    private let file: File
    private let datasets: [String: (dataset: Dataset, shape: [Int])]

    /// Opens a file and checks it: that it is of this kind and of a version that is understood, that every required
    /// dataset is there with its type, and that the shapes agree with each other. An artifact of up to 64 MiB is checked whole
    /// here; what is read of a larger one is checked as it is read. A file without a seal is refused, but in a process whose
    /// death is a sentence (`ConfinedCommand`), where all of it is read once.
    ///
    /// - Throws: ``ArtifactError`` or `HDF5Error`, with a sentence that names the file.
    public convenience init(_ path: String, schema kind: Kind) throws where Kind: ArtifactKind {
        try self.init(path, Kind.schema, keys: kind)
    }

    /// Up to this size artifacts are checked whole when they are opened.
    static var wholeLimit: Int { 64 << 20 }

    /// - Parameter isChanged: whether there may be no seal, and data other than what was written.
    init(_ path: String, _ schema: ArtifactSchema, keys: Kind, isChanged: Bool = false) throws {
        self.path = path
        self.schema = schema
        self.keys = keys
        file = try File.open(path, sealedOnly: !isChanged && !File.isConfined)
        try ArtifactReader.requireKind(of: file, schema)
        let root = file.root
        guard let identity = try ArtifactReader.text(\.identity, root).flatMap(Identity.init) else {
            throw ArtifactError("\(path): has no identity, so it is damaged; run \(schema.command) again")
        }
        self.identity = identity
        imageSet = try ArtifactReader.text(\.imageSet, root).flatMap(Identity.init)
        inputs = try ArtifactReader.inputs(root)
        for entry in schema.attributes where !entry.isOptional {
            guard try root.attributes.value(entry.name) != nil else {
                throw ArtifactError("\(path): has no attribute \(entry.name); run \(schema.command) again")
            }
        }
        var sizes = DimensionSizes()
        var datasets: [String: (dataset: Dataset, shape: [Int])] = [:]
        for entry in schema.datasets {
            guard let kind = try root.kind(entry.path) else {
                if entry.isOptional { continue }
                throw ArtifactError("\(path): has no dataset \(entry.path); run \(schema.command) again")
            }
            guard kind == .dataset else {
                throw ArtifactError("\(path): \(entry.path) is a \(kind), not a dataset; run \(schema.command) again")
            }
            let dataset = try root.dataset(entry.path)
            if let refusal = dataset.refusal { throw ArtifactError("\(path): \(entry.path) \(refusal)") }
            guard dataset.storedType.elementType == entry.type else {
                throw ArtifactError(
                    "\(path): \(entry.path) holds \(dataset.storedType), not \(entry.type.rawValue)")
            }
            let shape = try dataset.shape()
            if let problem = sizes.add(shape, of: entry) { throw ArtifactError("\(path): \(problem)") }
            datasets[entry.path] = (dataset, shape)
        }
        self.datasets = datasets
        if isSealed && file.byteCount <= Self.wholeLimit { try file.verifySeal() }
        // Written by an older version of CAP, or rewritten by another program: nothing will be checked as it is read.
        if !isSealed && !isChanged { try requireIdentity() }
    }

    /// Opens a file that must be of a kind, for what every artifact has.
    public convenience init(_ path: String, ofKind schema: ArtifactSchema) throws where Kind == AnyKind {
        try self.init(path, schema, keys: AnyKind())
    }

    /// Opens a file of whatever kind it says it is, and checks it likewise.
    public convenience init(anyKind path: String) throws where Kind == AnyKind {
        try self.init(path, Self.schema(of: path), keys: AnyKind())
    }

    /// The kind that a file says it is of.
    static func schema(of path: String, isChanged: Bool = false) throws -> ArtifactSchema {
        let root = try File.open(path, sealedOnly: !isChanged && !File.isConfined).root
        guard let name = try ArtifactReader.text(\.schema, root) else {
            throw ArtifactError("\(path): was not written by CAP")
        }
        guard let schema = ArtifactSchema.named(name) else {
            throw ArtifactError(
                "\(path): is of the unknown kind \(name); if a newer version wrote it, update CAP")
        }
        return schema
    }

    /// Whether everything that is read is checked as it is read.
    public var isSealed: Bool { file.isSealed }

    /// Reads everything and checks that it still has the identity it was written with, and all bytes where it is sealed.
    ///
    /// - Throws: ``ArtifactError`` or `HDF5Error` if it does not: the file was damaged or changed by another program.
    public func verify() throws {
        try file.verifySeal()
        try requireIdentity()
    }

    private func requireIdentity() throws {
        guard try contentIdentity() == identity else {
            throw ArtifactError(
                """
                \(path): its data is not what was written (identity \(identity)); run \(schema.command) again, or, if it was \
                changed on purpose, cap-inspect --seal
                """)
        }
    }

    /// The identity of the data as it is.
    func contentIdentity() throws -> Identity {
        var content = ContentIdentity()
        for entry in schema.datasets {
            guard let (dataset, shape) = datasets[entry.path] else { continue }
            let digest = try ContentIdentity.digest(of: dataset, type: entry.type, shape: shape)
            content.add(entry.path, type: entry.type, shape: shape, digest: digest)
        }
        return content.identity(of: schema)
    }

    /// Opens a copy of the file for changing it.
    func copy(to descriptor: Int32, reportedAs path: String) throws -> File {
        try file.copy(to: descriptor, reportedAs: path)
    }

    // MARK: - Datasets

    /// Whether an optional dataset is there.
    public func has<Value>(_ key: KeyPath<Kind, DatasetKey<Value>>) -> Bool {
        datasets[keys[keyPath: key].path] != nil
    }

    /// The extent of each dimension.
    public func shape<Value>(_ key: KeyPath<Kind, DatasetKey<Value>>) throws -> [Int] {
        try entry(keys[keyPath: key].path).shape
    }

    /// The number of rows: the first dimension's extent.
    public func count<Value>(_ key: KeyPath<Kind, DatasetKey<Value>>) throws -> Int {
        let path = keys[keyPath: key].path
        guard let count = try entry(path).shape.first else {
            throw ArtifactError("\(self.path): \(path) is a scalar and has no rows")
        }
        return count
    }

    /// Numbers in row-major order, all or a range of rows. NaN and infinities are refused, naming the first record, unless
    /// the schema gives NaN a meaning there.
    public func values<T: Element>(
        _ key: KeyPath<Kind, DatasetKey<T>>, rows: Range<Int>? = nil
    ) throws -> [T] {
        let key = keys[keyPath: key].schema
        let values = try entry(key.path).dataset.read(T.self, rows: rows)
        if !key.allowsNaN { try requireFinite(values, key, rows) }
        return values
    }

    public func values(_ key: KeyPath<Kind, DatasetKey<String>>, rows: Range<Int>? = nil) throws -> [String] {
        try entry(keys[keyPath: key].path).dataset.readStrings(rows: rows)
    }

    /// What codes stand for. One that stands for nothing is refused, naming the record.
    public func values<Code: DatasetCode>(_ key: KeyPath<Kind, DatasetKey<Code>>) throws -> [Code] {
        let key = keys[keyPath: key].schema
        return try entry(key.path).dataset.read(UInt8.self).enumerated().map { record, number in
            guard let code = Code(rawValue: number) else {
                throw ArtifactError(
                    "\(path): \(key.path): \(number) at \(name(ofRecord: record, in: key)) is none of: \(key.meaning)")
            }
            return code
        }
    }

    /// Integers of any width.
    public func ints<T: Element & FixedWidthInteger>(
        _ key: KeyPath<Kind, DatasetKey<T>>, rows: Range<Int>? = nil
    ) throws -> [Int] {
        try values(key, rows: rows).map { Int($0) }
    }

    /// Integers that are used as indices, each checked to lie in `bounds`.
    ///
    /// - Parameter bounds: for class labels that may be unknown, `-1..<classes`.
    public func indices<T: Element & FixedWidthInteger>(
        _ key: KeyPath<Kind, DatasetKey<T>>, in bounds: Range<Int>
    ) throws -> [Int] {
        let values = try ints(key)
        if let record = values.firstIndex(where: { !bounds.contains($0) }) {
            let key = keys[keyPath: key].schema
            throw ArtifactError(
                "\(path): \(key.path): \(values[record]) at \(name(ofRecord: record, in: key)) "
                    + "is not in \(bounds.lowerBound)...\(bounds.upperBound - 1)")
        }
        return values
    }

    /// A scalar.
    public func value<T: Element>(_ key: KeyPath<Kind, DatasetKey<T>>) throws -> T {
        let values = try values(key)
        guard values.count == 1 else {
            throw ArtifactError("\(path): \(keys[keyPath: key].path) is not a single value")
        }
        return values[0]
    }

    /// A scalar, or nil where the file lacks it.
    public func valueIfPresent<T: Element>(_ key: KeyPath<Kind, DatasetKey<T>>) throws -> T? {
        try has(key) ? value(key) : nil
    }

    // MARK: - Attributes

    /// An attribute of this kind.
    ///
    /// - Throws: ``ArtifactError`` where it is missing or another type.
    public func value<Value>(_ key: KeyPath<Kind, AttributeKey<Value>>) throws -> Value {
        guard let value = try valueIfPresent(key) else { throw attributeError(keys[keyPath: key]) }
        return value
    }

    /// An attribute of this kind, or nil where the file lacks it.
    public func valueIfPresent<Value>(_ key: KeyPath<Kind, AttributeKey<Value>>) throws -> Value? {
        try attribute(keys[keyPath: key])
    }

    public func common<Value>(_ key: KeyPath<CommonAttributes, AttributeKey<Value>>) throws -> Value? {
        try attribute(ArtifactSchema.common[keyPath: key])
    }

    private func attribute<Value>(_ key: AttributeKey<Value>) throws -> Value? {
        guard let stored = try file.root.attributes.value(key.name) else { return nil }
        guard let value = Value(stored: stored) else { throw attributeError(key) }
        return value
    }

    private func attributeError<Value>(_ key: AttributeKey<Value>) -> ArtifactError {
        ArtifactError("\(path): attribute \(key.name) is missing or not \(Value.inWords)")
    }

    private func entry(_ path: String) throws -> (dataset: Dataset, shape: [Int]) {
        guard let entry = datasets[path] else { throw ArtifactError("\(self.path): has no dataset \(path)") }
        return entry
    }

    private func requireFinite<T: Element>(_ values: [T], _ key: DatasetSchema, _ rows: Range<Int>?) throws {
        guard let index = values.withUnsafeBufferPointer({ Finiteness.firstProblem($0) }) else { return }
        let rowElements = try max(1, entry(key.path).shape.dropFirst().reduce(1, *))
        let record = (rows?.lowerBound ?? 0) + index / rowElements
        throw ArtifactError(
            "\(path): \(key.path): \(values[index]) at \(name(ofRecord: record, in: key)); "
                + "run \(schema.command) again")
    }

    /// A record as its reader knows it: by the image's or the class's name where the file has it, else by number.
    private func name(ofRecord record: Int, in key: DatasetSchema) -> String {
        guard let dimension = key.dimensions.first else { return "its only value" }
        let names = [ImageKeys.name, ClassNameKeys.name].first { $0.schema.dimensions == [dimension] }
        if let names, let dataset = datasets[names.path]?.dataset,
            let name = try? dataset.readStrings(rows: record..<record + 1).first
        {
            return "\(dimension) \(record) (\(name))"
        }
        return "\(dimension) \(record)"
    }

    private static func requireKind(of file: File, _ schema: ArtifactSchema) throws {
        let expected = "\(schema.fileName), which \(schema.command) writes"
        guard let name = try text(\.schema, file.root) else {
            throw ArtifactError("\(file.path): was not written by CAP; expected \(expected)")
        }
        guard name == schema.name else {
            let writer = ArtifactSchema.named(name).map { "was written by \($0.command) (\(name))" }
            throw ArtifactError(
                "\(file.path): \(writer ?? "is of the unknown kind \(name)"); expected \(expected)")
        }
        guard let version = try file.root.attributes.value(ArtifactSchema.common.schemaVersion.name).flatMap(Int.init(stored:))
        else {
            throw ArtifactError(
                "\(file.path): has no schema version, so it is damaged; run \(schema.command) again")
        }
        guard version <= schema.version else {
            throw ArtifactError(
                "\(file.path): was written by a newer version of CAP (\(name) version \(version), "
                    + "this program reads up to \(schema.version)); update CAP")
        }
        guard version == schema.version else {
            throw ArtifactError(
                "\(file.path): was written by an older version of CAP (\(name) version \(version), "
                    + "this program reads \(schema.version)); run \(schema.command) again")
        }
    }

    private static func text(
        _ key: KeyPath<CommonAttributes, AttributeKey<String>>, _ root: Group
    ) throws -> String? {
        try root.attributes.value(ArtifactSchema.common[keyPath: key].name).flatMap(String.init(stored:))
    }

    private static func inputs(_ root: Group) throws -> [ArtifactInput] {
        guard let text = try text(\.inputs, root), case .array(let inputs)? = try? JSONValue(parsing: text)
        else {
            throw ArtifactError("\(root.file): its attribute inputs is missing or damaged")
        }
        return inputs.compactMap(ArtifactInput.init)
    }
}
