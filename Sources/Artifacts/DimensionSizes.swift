/// The extents of named dimensions, found while a file is read or written.
struct DimensionSizes {
    private var known: [String: (extent: Int, from: String)] = [:]

    /// Takes note of a dataset's shape.
    ///
    /// - Returns: What is wrong with it, or nil if it has the schema's rank and agrees with the datasets before it.
    mutating func add(_ shape: [Int], of dataset: DatasetSchema) -> String? {
        guard shape.count == dataset.dimensions.count else {
            return
                "\(dataset.path) has shape \(shape), which is not [\(dataset.dimensions.joined(separator: ", "))]"
        }
        for (extent, name) in zip(shape, dataset.dimensions) {
            let isBound = name.hasSuffix("+1")
            let name = isBound ? String(name.dropLast(2)) : name
            guard !isBound || extent >= 1 else {
                return "\(dataset.path) is empty, but needs one entry at least"
            }
            let implied = isBound ? extent - 1 : extent
            guard let earlier = known[name] else {
                known[name] = (implied, dataset.path)
                continue
            }
            if earlier.extent != implied {
                return "\(dataset.path) says there are \(implied) of dimension \(name), "
                    + "but \(earlier.from) says \(earlier.extent)"
            }
        }
        return nil
    }
}
