import HDF5

/// The identity of an artifact: one digest per dataset, combined in the order of the paths.
///
/// It covers every dataset's path, type, shape and bytes, and the schema's name and version; not the order in which
/// they were written, nor attributes such as the time.
struct ContentIdentity {
    private var digests: [String: (type: ElementType, shape: [Int], digest: Identity)] = [:]

    mutating func add(_ path: String, type: ElementType, shape: [Int], digest: Identity) {
        digests[path] = (type, shape, digest)
    }

    /// The digest of a dataset's values, read block by block.
    static func digest(of dataset: Dataset, type: ElementType, shape: [Int]) throws -> Identity {
        switch type {
        case .uint8: try digest(of: dataset, as: UInt8.self, shape)
        case .int32: try digest(of: dataset, as: Int32.self, shape)
        case .int64: try digest(of: dataset, as: Int64.self, shape)
        case .float32: try digest(of: dataset, as: Float.self, shape)
        case .float64: try digest(of: dataset, as: Double.self, shape)
        case .string: digest(of: try dataset.readStrings())
        }
    }

    static func digest(of texts: [String]) -> Identity {
        var hash = StreamingHash()
        for text in texts { hash.update(text) }
        return hash.identity
    }

    private static func digest<T: Element>(of dataset: Dataset, as: T.Type, _ shape: [Int]) throws -> Identity {
        var hash = StreamingHash()
        guard let rows = shape.first else {
            try dataset.read(T.self).withUnsafeBytes { hash.update($0) }
            return hash.identity
        }
        guard !shape.contains(0) else { return hash.identity }
        // A shape so large that its product overflows cannot be read by rows either, and fails there.
        let rowBytes = shape.dropFirst().reduce(MemoryLayout<T>.stride) {
            let (product, overflow) = $0.multipliedReportingOverflow(by: $1)
            return overflow ? Int.max : product
        }
        let block = max(1, (1 << 22) / rowBytes)
        for start in stride(from: 0, to: rows, by: block) {
            try dataset.read(T.self, rows: start..<min(rows, start + block)).withUnsafeBytes {
                hash.update($0)
            }
        }
        return hash.identity
    }

    func identity(of schema: ArtifactSchema) -> Identity {
        var hash = StreamingHash()
        hash.update(schema.name)
        hash.update(String(schema.version))
        for (path, dataset) in digests.sorted(by: { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }) {
            hash.update(path)
            hash.update(dataset.type.rawValue)
            hash.update(dataset.shape.map { String($0) }.joined(separator: ","))
            hash.update(dataset.digest.description)
        }
        return hash.identity
    }
}
