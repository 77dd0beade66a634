import Parallel
import Tensors

/// Views of images given to a network batch by batch, in order.
///
/// The next batches' views are made on other threads meanwhile. A GPU is given a batch before the results of the last one are read, so
/// that it never waits for what is done with them.
struct BatchedViews {
    /// Number of images.
    let count: Int
    /// Images in a batch.
    let batch: Int
    /// Height and width of the views.
    let size: Int
    let threads: Int
    let device: Device

    /// - Parameters:
    ///   - render: writes the views of some images one after another; called from several threads.
    ///   - compute: what is wanted of views `[images, size, size, 3]` on the device.
    ///   - take: given the number of a batch's first image and that, on the CPU.
    /// - Returns: the time spent in computing; on a GPU without the first batch, if there are others.
    func run(
        render: @escaping @Sendable (Range<Int>, UnsafeMutableBufferPointer<UInt8>) throws -> Void,
        compute: (Tensor) throws -> [Tensor], take: (_ first: Int, [Tensor]) throws -> Void
    ) throws -> Time {
        var time = Time()
        var started = ContinuousClock.now
        var given: (first: Int, downloads: [Download])?
        func finish() throws {
            guard let (first, downloads) = given else { return }
            given = nil
            let results = try downloads.map { try $0.arrived() }
            // On a GPU a batch ends when the next one is under way, and the first begins with what is made for all of them.
            if device == .cpu || first > 0 || count <= batch {
                time.computing += ContinuousClock.now - started
                time.images += min(batch, count - first)
            }
            if device != .cpu { started = ContinuousClock.now }
            try take(first, results)
        }
        let (batch, count, size, device, part) = (batch, count, size, device, part)
        var parts: [Tensor] = []
        try OrderedProduction.run(
            count: (count + part - 1) / part, threads: threads, ahead: device == .cpu ? nil : threads + 2 * (batch / part)
        ) {
            { index in
                try device.use()
                let members = index * part..<min((index + 1) * part, count)
                return try Tensor.written(shape: [members.count, size, size, 3], dtype: .uint8, for: device) {
                    try render(members, $0.bindMemory(to: UInt8.self))
                }
            }
        } take: { index, views in
            if device == .cpu { started = ContinuousClock.now }
            parts.append(try views.uploaded(to: device))
            let end = min((index + 1) * part, count)
            guard end == count || end % batch == 0 else { return }
            let whole = try parts.count == 1 ? parts[0] : Tensor.concat(parts, dim: 0)
            parts = []
            let downloads = try withoutGradients { try compute(whole).map { try $0.downloading() } }
            if device != .cpu { try finish() }
            given = (end - whole.shape[0], downloads)
            if device == .cpu { try finish() }
        }
        try finish()
        return time
    }

    /// Images of which one thread makes the views: a batch, on a GPU the eighth of one, so that less memory is pinned.
    private var part: Int { device == .cpu || batch % 8 != 0 ? batch : batch / 8 }

    /// The time that computing took, and of how many images.
    struct Time {
        var computing = Duration.zero
        var images = 0
    }
}
