import Parallel
import Tensors

/// What the text encoder needs to know of where texts end, on its device: made once for every number of shared tokens, since a device
/// would be waited for each time.
final class TextVisibility: Sendable {
    /// Of texts whose first tokens are shared.
    struct Masks: Sendable {
        /// The tokens behind the shared ones: each sees those, itself and the ones between.
        let own: AttentionVisibility
        /// One token of each text, which sees the keys up to its own position.
        let ends: AttentionVisibility
        /// 0, 1, … and where the end tokens stand behind the shared ones, `[texts]` both.
        let endRows: Tensor, endColumns: Tensor
    }

    private let positions: [Int]
    private let length: Int
    private let dtype: DType
    private let device: Device
    private let made = Mutex<[Int: Masks]>([:])

    /// - Parameters:
    ///   - ends: where each text's end token stands.
    ///   - length: tokens of the longest text.
    ///   - dtype: the type that attention is computed in.
    init(ends: [Int], length: Int, dtype: DType, device: Device) {
        (positions, self.length, self.dtype, self.device) = (ends, length, dtype, device)
    }

    func masks(shared: Int) throws -> Masks {
        if let masks = made.withLock({ $0[shared] }) { return masks }
        let own = length - shared
        let seen = (0..<own).flatMap { query in (0..<length).map { $0 <= shared + query } }
        let upToEnd = positions.flatMap { position in (0..<length).map { $0 <= position } }
        let masks = try Masks(
            own: .masked(seen, shape: [own, length], dtype: dtype, device: device),
            ends: .masked(upToEnd, shape: [positions.count, 1, 1, length], dtype: dtype, device: device),
            endRows: .arange(positions.count, device: device),
            endColumns: Tensor(indices: positions.map { $0 - shared }).to(device))
        made.withLock { $0[shared] = masks }
        return masks
    }
}

extension AttentionVisibility {
    /// Where `seen` is true, as the device's attention takes it: truths on the CPU. A GPU's kernels add a mask to the scores, read its
    /// rows in sixteens, and would be given both anew for every layer.
    fileprivate static func masked(
        _ seen: [Bool], shape: [Int], dtype: DType, device: Device
    ) throws -> AttentionVisibility {
        guard device != .cpu else { return .masked(try Tensor(seen, shape: shape)) }
        let length = shape[shape.count - 1]
        let rows = seen.count / max(1, length)
        let stride = (length + 15) / 16 * 16
        var addends = [Float](repeating: 0, count: rows * stride)
        for row in 0..<rows {
            for key in 0..<length where !seen[row * length + key] { addends[row * stride + key] = -.infinity }
        }
        return .masked(
            try Tensor(addends, shape: shape.dropLast() + [stride]).to(dtype).to(device)
                .narrow(dim: -1, start: 0, length: length))
    }
}
