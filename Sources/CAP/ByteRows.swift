import CVectors
import Parallel
import Tensors

/// Rows of numbers, each rounded to integers of 8 bits at a scale of its own.
///
/// They are half of `RoundedRows` to read, and their products are coarser: x = s·x̂ + e, and with the lengths of x and e that are kept
/// |x·c − s·t·x̂·ĉ| ≤ ‖e‖‖c‖ + (‖x‖ + ‖e‖)‖f‖, where c = t·ĉ + f: two hundredths of ‖x‖‖c‖ where numbers are spread evenly.
package final class ByteRows: Sendable {
    /// Whether this processor multiplies them faster than `RoundedRows`; if not they cannot be multiplied.
    package static let areFast = cvectors_multiplies_bytes()

    /// The rows as threads read them, as long as these are there: without counting who refers to them.
    package let view: View
    /// What the view has addresses in.
    private let memory: [any Sendable]

    package struct View: Sendable {
        fileprivate let dim: Int
        /// Bytes from one row to the next: zeros follow a row's own, so that they can be taken by vectors.
        fileprivate let stride: Int
        /// `[rows, stride]`, with rows of zeros after the last, so that rows can be taken by fours.
        fileprivate let values: SharedBuffer<Int8>
        /// Sum of each row's integers.
        fileprivate let sums: SharedBuffer<Int32>
        /// What a row's integers stand for.
        fileprivate let scales: SharedBuffer<Float>
        /// Not less than the length of a row, and of what rounding took from it.
        fileprivate let lengths: SharedBuffer<Float>
        fileprivate let errors: SharedBuffer<Float>
    }

    /// Rows of zeros.
    package init(count: Int, dim: Int) {
        let padded = (count + 3) / 4 * 4, stride = (dim + 63) / 64 * 64
        let values = SharedNumbers<Int8>(repeating: 0, count: padded * stride)
        let sums = SharedNumbers<Int32>(repeating: 0, count: padded)
        let (scales, lengths, errors) = (
            SharedNumbers<Float>(repeating: 0, count: padded), SharedNumbers<Float>(repeating: 0, count: padded),
            SharedNumbers<Float>(repeating: 0, count: padded)
        )
        memory = [values, sums, scales, lengths, errors]
        view = View(
            dim: dim, stride: stride, values: values.buffer, sums: sums.buffer, scales: scales.buffer, lengths: lengths.buffer,
            errors: errors.buffer)
    }

    /// The rows of a tensor, `[rows, dim]`, contiguous float32 on the CPU.
    convenience init(of values: Tensor) throws {
        let (count, dim) = (values.shape[0], values.shape[1])
        self.init(count: count, dim: dim)
        try values.withFloats { values in
            let values = SharedBuffer(reading: values)
            inParts(of: count, threads: Torch.threads) { rows in
                for row in rows { set(row, to: values.start + row * dim) }
            }
        }
    }

    /// Puts a row of float32 numbers, none of which is NaN or infinite, in the place of one that is there.
    package func set(_ row: Int, to numbers: UnsafePointer<Float>) {
        let (view, numbers) = (view, UnsafeBufferPointer(start: numbers, count: view.dim))
        let bytes = UnsafeMutableBufferPointer(start: view.values.start + row * view.stride, count: view.dim)
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
        (view.sums[row], view.scales[row]) = (sum, scale)
        // A little more, for what float32 takes from them here and where they are multiplied.
        view.lengths[row] = Float(squaredLength.squareRoot()) * 1.00001
        view.errors[row] = Float(squaredError.squareRoot()) * 1.00001 + view.lengths[row] * 1e-6
    }
}

extension ByteRows.View {
    /// Not less than the dot products of a row and four of `other`, from `first` on.
    @inline(__always)
    package func greatestDots(_ row: Int, _ other: Self, _ first: Int) -> SIMD4<Float> {
        var integers = SIMD4<Int32>()
        withUnsafeMutableBytes(of: &integers) { integers in
            cvectors_four_dots_int8(
                values.start + row * stride, other.values.start + first * stride, other.sums.start + first,
                integers.baseAddress!.assumingMemoryBound(to: Int32.self), stride)
        }
        func ofFour(_ numbers: SharedBuffer<Float>) -> SIMD4<Float> {
            UnsafeRawPointer(numbers.start + first).loadUnaligned(as: SIMD4<Float>.self)
        }
        let error = errors[row] * ofFour(other.lengths) + (lengths[row] + errors[row]) * ofFour(other.errors)
        return scales[row] * ofFour(other.scales) * SIMD4<Float>(integers) + error
    }
}
