/// Extents of dimensions.
enum Shape {
    /// The number of elements, or nil if an extent is negative or the product does not fit in `Int`.
    static func count(_ shape: [Int]) -> Int? {
        var count = 1
        for extent in shape {
            guard extent >= 0 else { return nil }
            let (product, overflow) = count.multipliedReportingOverflow(by: extent)
            guard !overflow else { return nil }
            count = product
        }
        return count
    }
}
