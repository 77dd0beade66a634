import CVectors
import Parallel

/// Rows of numbers, each rounded to integers of 8 bits at a scale of its own.
///
/// They are half of `RoundedRows` to read, and their products are coarser: x = s·x̂ + e, and with the lengths of x and e that are kept
/// |x·c − s·t·x̂·ĉ| ≤ ‖e‖‖c‖ + (‖x‖ + ‖e‖)‖f‖, where c = t·ĉ + f: two hundredths of ‖x‖‖c‖ where numbers are spread evenly.
package final class ByteRows: Sendable {
    /// Whether this processor multiplies them faster than `RoundedRows`; if not they cannot be multiplied.
    package static let areFast = cvectors_multiplies_bytes()

    private let dim: Int
    /// `[rows, dim]`, with rows of zeros after the last, so that rows can be taken by sixteens.
    private let values: SharedNumbers<Int8>
    /// Sum of each row's integers.
    private let sums: SharedNumbers<Int32>
    /// What a row's integers stand for.
    private let scales: SharedNumbers<Float>
    /// Not less than the length of a row, and of what rounding took from it.
    private let lengths: SharedNumbers<Float>
    private let errors: SharedNumbers<Float>

    /// Rows of zeros.
    package init(count: Int, dim: Int) {
        let padded = (count + 15) / 16 * 16
        self.dim = dim
        values = SharedNumbers(repeating: 0, count: padded * dim)
        sums = SharedNumbers(repeating: 0, count: padded)
        scales = SharedNumbers(repeating: 0, count: padded)
        lengths = SharedNumbers(repeating: 0, count: padded)
        errors = SharedNumbers(repeating: 0, count: padded)
    }

    /// Puts a row of float32 numbers, none of which is NaN or infinite, in the place of one that is there.
    package func set(_ row: Int, to numbers: UnsafePointer<Float>) {
        let numbers = UnsafeBufferPointer(start: numbers, count: dim)
        let bytes = UnsafeMutableBufferPointer(start: values.start + row * dim, count: dim)
        let most = numbers.reduce(0) { max($0, abs($1)) }
        let inverse = 127 / most
        let scale = inverse.isFinite ? most / 127 : 0
        var (sum, squaredLength, squaredError) = (Int32(0), 0.0, 0.0)
        for (position, number) in numbers.enumerated() {
            let byte = Int8(max(-127, min(127, (inverse.isFinite ? number * inverse : 0).rounded())))
            bytes[position] = byte
            sum += Int32(byte)
            squaredLength += Double(number) * Double(number)
            let error = Double(number) - Double(scale) * Double(byte)
            squaredError += error * error
        }
        (sums[row], scales[row]) = (sum, scale)
        // A little more, for what float32 takes from them here and where they are multiplied.
        lengths[row] = Float(squaredLength.squareRoot()) * 1.00001
        errors[row] = Float(squaredError.squareRoot()) * 1.00001 + lengths[row] * 1e-6
    }

    /// The rows as threads read them, as long as these are there: without counting who refers to them.
    package var view: View {
        View(
            count: scales.count, dim: dim, values: values.buffer, sums: sums.buffer, scales: scales.buffer,
            lengths: lengths.buffer, errors: errors.buffer)
    }

    package struct View: Sendable {
        /// Those after the last included.
        package let count: Int
        fileprivate let dim: Int
        fileprivate let values: SharedBuffer<Int8>
        fileprivate let sums: SharedBuffer<Int32>
        fileprivate let scales: SharedBuffer<Float>
        fileprivate let lengths: SharedBuffer<Float>
        fileprivate let errors: SharedBuffer<Float>

        @inline(__always)
        private var bytes: cvectors_bytes {
            cvectors_bytes(
                rows: values.start, sums: sums.start, scales: scales.start, lengths: lengths.start, errors: errors.start)
        }

        /// Not less than the dot products of a row and four of `other`, from `first` on.
        @inline(__always)
        package func greatestDots(_ row: Int, _ other: View, _ first: Int) -> SIMD4<Float> {
            let (mine, others) = (bytes, other.bytes)
            var integers = SIMD4<Int32>()
            withUnsafeMutableBytes(of: &integers) { integers in
                cvectors_four_dots_int8(
                    mine.rows + row * dim, others.rows + first * dim, others.sums + first,
                    integers.baseAddress!.assumingMemoryBound(to: Int32.self), dim)
            }
            func ofFour(_ numbers: UnsafePointer<Float>) -> SIMD4<Float> {
                UnsafeRawPointer(numbers + first).loadUnaligned(as: SIMD4<Float>.self)
            }
            let error = mine.errors[row] * ofFour(others.lengths) + (mine.lengths[row] + mine.errors[row]) * ofFour(others.errors)
            return mine.scales[row] * ofFour(others.scales) * SIMD4<Float>(integers) + error
        }

        /// Which of sixteen rows of `other`, from `first` on, may have a dot product with a row that is, with what is added for each,
        /// `least` or more; the first in the lowest bit.
        @inline(__always)
        package func mayReach(
            _ least: Float, _ row: Int, _ other: View, _ first: Int, adding added: UnsafePointer<Float>
        ) -> UInt32 {
            cvectors_sixteen_may_reach(bytes, row, other.bytes, first, added, least, dim)
        }
    }
}
