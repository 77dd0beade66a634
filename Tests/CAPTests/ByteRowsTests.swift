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

    /// Sixteen at a time come to what four at a time do, but for the last place.
    @Test(arguments: [1, 16, 63, 64, 100, 512, 1027]) func whatMayReachALimit(dim: Int) {
        let rows = rowsOfEveryKind(dim: dim)
        let bytes = ByteRows(count: rows.count, dim: dim)
        for (position, row) in rows.enumerated() { bytes.set(position, to: row) }
        var wrong: [(Int, Int)] = []
        let added = rows.indices.map { Float($0 % 5) / 7 } + [Float](repeating: -.infinity, count: 16)
        for (a, bounds) in greatest(rows, dim: dim).enumerated() {
            for first in stride(from: 0, to: rows.count, by: 16) {
                for place in first..<min(first + 16, rows.count) {
                    let lengths = (dot(rows[a], rows[a]) * dot(rows[place], rows[place])).squareRoot()
                    let most = bounds[place] + added[place], step = Float(lengths) * 1e-5 + abs(added[place]) * 1e-6 + 1e-30
                    let reached = [most - step, most + step].map { least in
                        added.withUnsafeBufferPointer {
                            bytes.view.mayReach(least, a, bytes.view, first, adding: $0.baseAddress! + first)
                        } >> (place - first) & 1 == 1
                    }
                    if reached != [true, false] { wrong.append((a, place)) }
                }
            }
        }
        #expect(wrong.isEmpty)
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
