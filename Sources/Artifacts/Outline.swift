import Essentials
import FoundationEssentials
import HDF5

/// What is in an HDF5 file, CAP's or not: groups, datasets, attributes and the first values.
public struct Outline: Sendable {
    public struct Attribute: Sendable {
        public let name: String
        public let value: AttributeValue
    }

    /// The first values of a dataset.
    public enum Values: Sendable {
        case ints([Int64])
        case floats([Double])
        case strings([String])
        /// Of a type that is not read, or that could not be.
        case none
    }

    public struct Dataset: Sendable {
        /// The path without a leading slash.
        public let path: String
        public let type: String
        /// The extents, or nil where the file does not even say them.
        public let shape: [Int]?
        /// The name of each dimension, empty where it has none.
        public let dimensions: [String]
        public let unit: String?
        public let description: String?
        /// Attributes other than unit, description and HDF5's own.
        public let attributes: [Attribute]
        public let firstValues: Values
        /// Why values or attributes are missing, if they are.
        public let problem: String?
    }

    public struct Group: Sendable {
        public let path: String
        public let attributes: [Attribute]
    }

    public let path: String
    public let byteCount: Int
    public let attributes: [Attribute]
    /// Groups below the root, each before what is in it.
    public private(set) var groups: [Group]
    public private(set) var datasets: [Dataset]
    /// Further names for something in this file, or names for something in another.
    public private(set) var links: [String]

    /// Reads the outline of a file.
    ///
    /// - Parameter values: how many first values to read of each dataset.
    public init(of path: String, values: Int) throws {
        let file = try File.open(path)
        self.path = path
        byteCount = FileBytes.count(path) ?? 0
        attributes = try Outline.attributes(of: file.root)
        var walk = Walk(limit: values)
        try walk.visit(file.root, path: "")
        links = walk.links
        groups = walk.groups
        datasets = walk.datasets
    }

    /// Only what is at or below `path`.
    ///
    /// - Throws: ``ArtifactError`` if there is nothing.
    public func restricted(to path: String) throws -> Outline {
        let path = path.split(separator: "/").joined(separator: "/")
        func isInside(_ other: String) -> Bool {
            path.isEmpty || other == path || other.hasPrefix(path + "/")
        }
        var outline = self
        // The groups that lead to what is inside stay.
        outline.groups = groups.filter { isInside($0.path) || path.hasPrefix($0.path + "/") }
        outline.datasets = datasets.filter { isInside($0.path) }
        outline.links = links.filter(isInside)
        guard outline.groups.contains(where: { isInside($0.path) }) || !outline.datasets.isEmpty else {
            throw ArtifactError("\(self.path): there is no group or dataset \(path)")
        }
        return outline
    }

    /// The text of a root attribute that every artifact has.
    public func text(_ key: KeyPath<CommonAttributes, AttributeKey<String>>) -> String? {
        let name = ArtifactSchema.common[keyPath: key].name
        guard case .string(let value)? = attributes.first(where: { $0.name == name })?.value else {
            return nil
        }
        return value
    }

    private static func attributes(of object: some Attributed) throws -> [Attribute] {
        try object.attributes.names().compactMap { name in
            guard let value = try object.attributes.value(name) else { return nil }
            return Attribute(name: name, value: value)
        }
    }

    /// A walk through the groups of a file.
    private struct Walk {
        let limit: Int
        var groups: [Group] = []
        var datasets: [Dataset] = []
        var links: [String] = []
        /// HDF5 allows an object to be in many groups, and a group within itself.
        private var seen: Set<HDF5.Group.ObjectIdentity> = []

        init(limit: Int) {
            self.limit = limit
        }

        mutating func visit(_ group: HDF5.Group, path: String) throws {
            if let object = group.object(".") { seen.insert(object) }
            for name in try group.names() {
                let full = path.isEmpty ? name : path + "/" + name
                let kind = try group.kind(name)
                if kind == .link || group.object(name).map({ seen.insert($0).inserted }) == false {
                    links.append(full)
                    continue
                }
                switch kind {
                case .group:
                    let child = try group.group(name)
                    groups.append(Group(path: full, attributes: try Outline.attributes(of: child)))
                    try visit(child, path: full)
                case .dataset:
                    datasets.append(Outline.dataset(try group.dataset(name), path: full, limit: limit))
                default:
                    break
                }
            }
        }
    }

    /// Names of attributes that HDF5 itself keeps dimension names and scales in.
    private static let internalAttributes: Set<String> = [
        "DIMENSION_LABELS", "DIMENSION_LIST", "REFERENCE_LIST", "CLASS", "NAME",
    ]

    private static func dataset(_ dataset: HDF5.Dataset, path: String, limit: Int) -> Dataset {
        var problem: String?
        func attempt<Result>(_ body: () throws -> Result) -> Result? {
            do { return try body() } catch {
                problem = problem ?? String(describing: error)
                return nil
            }
        }
        let all = attempt { try attributes(of: dataset) } ?? []
        func text(_ name: String) -> String? {
            guard case .string(let value)? = all.first(where: { $0.name == name })?.value else { return nil }
            return value
        }
        return Dataset(
            path: path, type: dataset.storedType.description, shape: attempt { try dataset.shape() },
            dimensions: attempt { try dataset.dimensionNames() } ?? [], unit: text("unit"),
            description: text("description"),
            attributes: all.filter {
                !internalAttributes.contains($0.name) && $0.name != "unit" && $0.name != "description"
            },
            firstValues: attempt { try values(dataset, limit) } ?? .none, problem: problem)
    }

    private static func values(_ dataset: HDF5.Dataset, _ limit: Int) throws -> Values {
        switch dataset.storedType {
        case .integer(let bits, let signed) where bits < 64 || signed:
            .ints(try dataset.read(Int64.self, first: limit))
        case .float(let bits) where bits <= 64:
            .floats(try dataset.read(Double.self, first: limit))
        case .string:
            .strings(try dataset.readStrings(first: limit))
        case .integer, .float, .other:
            .none
        }
    }
}
