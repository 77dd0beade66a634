import CAP
import Testing

@Suite(.enabled(if: ByteRows.areFast, "this processor has no instruction for products of bytes"))
struct ByteRowsTests {
    /// The products that are greatest by their bounds, of all rows with all.
    private func greatest(_ rows: [[Float]], dim: Int) -> [[Float]] {
        let bytes = ByteRows(count: rows.count, dim: dim)
        for (position, row) in rows.enumerated() { bytes.set(position, to: row) }
        return rows.indices.map { a in rows.indices.map { b in bytes.view.greatestDots(a, bytes.view, b / 4 * 4)[b % 4] } }
    }

    @Test(arguments: [1, 2, 7, 16, 64, 100, 512, 1027]) func noDotProductIsAboveItsBound(dim: Int) {
        let rows = rowsOfEveryKind(dim: dim)
        for (a, bounds) in greatest(rows, dim: dim).enumerated() {
            for (b, bound) in bounds.enumerated() {
                let excess = Double(bound) - dot(rows[a], rows[b])
                let lengths = (dot(rows[a], rows[a]) * dot(rows[b], rows[b])).squareRoot()
                #expect(excess >= 0, "rows \(a) and \(b)")
                // Rounding takes at most half a unit of 1/127 of the largest number from each.
                #expect(excess <= lengths * (4 * Double(dim).squareRoot() / 254 + 0.001), "rows \(a) and \(b)")
            }
        }
    }

    @Test func numbersThatAreSpreadEvenlyHaveBoundsWithinTwoHundredths() {
        let rows = Array(rowsOfEveryKind(dim: 512).prefix(40))
        for (a, bounds) in greatest(rows, dim: 512).enumerated() {
            for (b, bound) in bounds.enumerated() {
                let lengths = (dot(rows[a], rows[a]) * dot(rows[b], rows[b])).squareRoot()
                #expect(Double(bound) - dot(rows[a], rows[b]) < 0.02 * lengths, "rows \(a) and \(b)")
            }
        }
    }
}
