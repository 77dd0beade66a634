import CAP
import Testing

struct RoundedRowsTests {
    /// Rows of every kind: dense, nearly all in one number, of one number, tiny, huge and zero.
    private func rows(dim: Int) -> [[Float]] {
        var generator = SeededGenerator(seed: UInt64(dim))
        var rows = (0..<40).map { row in
            (0..<dim).map { _ in Float(generator.uniform() - 0.5) * [1, 1e-12, 1e12][row % 3] }
        }
        for number in [0, dim - 1] {
            rows.append((0..<dim).map { $0 == number ? 1 : Float(generator.uniform()) * 1e-3 })
            rows.append((0..<dim).map { $0 == number ? -3 : 0 })
        }
        rows.append([Float](repeating: 0, count: dim))
        rows.append([Float](repeating: 0.25, count: dim))
        return rows
    }

    @Test(arguments: [1, 2, 7, 16, 100, 512, 1027]) func dotProductsLieWithinTheirBounds(dim: Int) {
        let rows = rows(dim: dim)
        let rounded = RoundedRows(count: rows.count, dim: dim)
        for (position, row) in rows.enumerated() {
            rounded.set(position, to: row, squaredNorm: row.reduce(0) { $0 + $1 * $1 })
        }
        for (a, first) in rows.enumerated() {
            for (b, second) in rows.enumerated() {
                let exact = zip(first, second).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
                let bounds = rounded.dot(a, rounded, b)
                #expect(Double(bounds.least) <= exact && exact <= Double(bounds.greatest), "rows \(a) and \(b)")
                let product = [first, second].map { $0.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot() }
                let width = Double(bounds.greatest) - Double(bounds.least)
                #expect(width <= product[0] * product[1] * (0.0001 * Double(dim).squareRoot() + 0.0001))
            }
        }
    }
}
