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
