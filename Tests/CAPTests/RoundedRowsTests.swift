import CAP
import Testing

struct RoundedRowsTests {
    @Test(arguments: [1, 2, 7, 16, 100, 512, 1027]) func dotProductsLieWithinTheirBounds(dim: Int) {
        let rows = rowsOfEveryKind(dim: dim)
        let rounded = RoundedRows(count: rows.count, dim: dim)
        for (position, row) in rows.enumerated() {
            rounded.set(position, to: row, squaredNorm: row.reduce(0) { $0 + $1 * $1 })
        }
        for (a, first) in rows.enumerated() {
            for (b, second) in rows.enumerated() {
                let exact = dot(first, second)
                let bounds = rounded.dot(a, rounded, b)
                #expect(Double(bounds.least) <= exact && exact <= Double(bounds.greatest), "rows \(a) and \(b)")
                let product = [first, second].map { dot($0, $0).squareRoot() }
                let width = Double(bounds.greatest) - Double(bounds.least)
                #expect(width <= product[0] * product[1] * (0.0001 * Double(dim).squareRoot() + 0.0001))
            }
        }
    }
}
