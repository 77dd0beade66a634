/// The order of names that ties are broken by: that of their UTF-8 bytes, which is the order of their code points.
public enum NameOrder {
    /// The position of every name in ascending order; equal names keep the order they came in.
    public static func ranks(of names: [String]) -> [Int] {
        let bytes = names.map { Array($0.utf8) }
        let order = bytes.indices.sorted { a, b in
            bytes[a] == bytes[b] ? a < b : bytes[a].lexicographicallyPrecedes(bytes[b])
        }
        var ranks = [Int](repeating: 0, count: names.count)
        for (rank, name) in order.enumerated() { ranks[name] = rank }
        return ranks
    }
}
