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
    /// `[rows, dim]`, with rows of zeros after the last, so that rows can be taken by fours.
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
        let padded = (count + 3) / 4 * 4
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

    /// Not less than the dot products of some rows and all of `other`, which are taken by fours: `[rows, fours of other]`.
    package func greatestDots(of rows: Range<Int>, _ other: ByteRows, into products: UnsafeMutablePointer<SIMD4<Float>>) {
        let (values, others, sums) = (values.start, other.values.start, other.sums.start)
        let (scales, otherScales) = (scales.start, other.scales.start)
        let (lengths, otherLengths) = (lengths.start, other.lengths.start)
        let (errors, otherErrors) = (errors.start, other.errors.start)
        var product = products
        for row in rows {
            for first in stride(from: 0, to: other.scales.count, by: 4) {
                var integers = SIMD4<Int32>()
                withUnsafeMutableBytes(of: &integers) { integers in
                    cvectors_four_dots_int8(
                        values + row * dim, others + first * dim, sums + first,
                        integers.baseAddress!.assumingMemoryBound(to: Int32.self), dim)
                }
                func four(_ numbers: UnsafeMutablePointer<Float>) -> SIMD4<Float> {
                    UnsafeRawPointer(numbers + first).loadUnaligned(as: SIMD4<Float>.self)
                }
                let error = errors[row] * four(otherLengths) + (lengths[row] + errors[row]) * four(otherErrors)
                product.pointee = scales[row] * four(otherScales) * SIMD4<Float>(integers) + error
                product += 1
            }
        }
    }
}
