import CAP
import Testing

struct RoundedRowsTests {
    @Test(arguments: 0..<20) func rowsAreArrangedInPlace(seed: UInt64) {
        let (count, dim) = (Int(seed), 7)
        func rows(_ numbers: [Int]) -> RoundedRows {
            let rounded = RoundedRows(count: count, dim: dim)
            for (place, number) in numbers.enumerated() {
                let row = (0..<dim).map { Float(number * dim + $0 + 1) }
                rounded.set(place, to: row, squaredNorm: row.reduce(0) { $0 + $1 * $1 })
            }
            return rounded
        }
        var generator = SeededGenerator(seed: seed)
        let order = generator.permutation(count)
        let (arranged, expected) = (rows(Array(0..<count)), rows(order))
        arranged.arrange(order)
        #expect(arranged.values.values == expected.values.values)
        #expect(arranged.scales.values == expected.scales.values)
    }

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
