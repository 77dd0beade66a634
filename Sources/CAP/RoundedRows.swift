import CVectors
import Parallel
import Tensors

/// Rows of numbers, each rounded to integers of 16 bits at a scale of its own.
///
/// A dot product of two of them reads half of what one of float32 does, and what it is off by has a bound: with L = `length`, a row
/// x is kept as x̂ = L·x/‖x‖ + e where no number of e is above ½, so that |x̂·ĉ − L²·x·c/(‖x‖‖c‖)| ≤ L√dim + dim/4.
package final class RoundedRows: Sendable {
    /// The length of every row but those of zeros. Dot products of rows, and sums of some of their terms, fit 32 bits.
    private static let length: Float = 32_000

    let dim: Int
    /// `[rows, dim]`
    package let values: SharedNumbers<Int16>
    /// What a row's integers stand for, ‖x‖ / L.
    package let scales: SharedNumbers<Float>
    /// More than a dot product of integers is off.
    private let error: Float

    /// Rows of zeros.
    package init(count: Int, dim: Int) {
        self.dim = dim
        values = SharedNumbers(repeating: 0, count: count * dim)
        scales = SharedNumbers(repeating: 0, count: count)
        // The last is for norms and scales, which are float32.
        error = Self.length * Float(dim).squareRoot() + Float(dim) / 4 + 1e-5 * Self.length * Self.length
    }

    /// Those of some points, in the order of `members`, and `spare` rows of zeros.
    convenience init(of members: [Int], among points: ClusterPoints, spare: Int = 0) throws {
        self.init(count: members.count + spare, dim: points.dim)
        try points.values.withFloats { values in
            let values = SharedBuffer(reading: values)
            inParts(of: members.count, threads: Torch.threads) { rows in
                for row in rows {
                    let point = members[row]
                    set(row, to: values.start + point * dim, squaredNorm: points.squaredNorms[point])
                }
            }
        }
    }

    /// Puts rows in another order, in place.
    ///
    /// - Parameter order: where the row of each of the first places is now, each of these places once.
    package func arrange(_ order: [Int]) {
        var isArranged = [Bool](repeating: false, count: order.count)
        withUnsafeTemporaryAllocation(of: Int16.self, capacity: dim) { kept in
            for first in order.indices where !isArranged[first] {
                let keptScale = scales[first]
                kept.baseAddress!.update(from: start(of: first), count: dim)
                var place = first
                while order[place] != first {
                    scales[place] = scales[order[place]]
                    start(of: place).update(from: start(of: order[place]), count: dim)
                    isArranged[place] = true
                    place = order[place]
                }
                scales[place] = keptScale
                start(of: place).update(from: kept.baseAddress!, count: dim)
                isArranged[place] = true
            }
        }
    }

    @inline(__always)
    private func start(of row: Int) -> UnsafeMutablePointer<Int16> { values.start + row * dim }

    /// Puts a row of float32 numbers in the place of one that is there.
    package func set(_ row: Int, to numbers: UnsafePointer<Float>, squaredNorm: Float) {
        let norm = squaredNorm.squareRoot()
        let inverse = Self.length / norm
        scales[row] = inverse.isFinite ? norm / Self.length : 0
        cvectors_round(numbers, inverse.isFinite ? inverse : 0, start(of: row), dim)
    }

    /// Lets a row come that will soon be multiplied.
    @inline(__always)
    func fetch(_ row: Int) { cvectors_fetch(start(of: row), dim * MemoryLayout<Int16>.stride) }

    /// Lets what some rows' integers stand for come.
    @inline(__always)
    func fetchScales(_ rows: Range<Int>) {
        cvectors_fetch(scales.start + rows.lowerBound, rows.count * MemoryLayout<Float>.stride)
    }

    /// Between which numbers the dot product of a row and one of `other` lies.
    package func dot(_ row: Int, _ other: RoundedRows, _ otherRow: Int) -> (least: Float, greatest: Float) {
        let product = Float(cvectors_dot_int16(start(of: row), other.start(of: otherRow), dim))
        let scale = scales[row] * other.scales[otherRow]
        return (scale * (product - error), scale * (product + error))
    }
}
