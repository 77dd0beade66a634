import Parallel
import Tensors

/// What a computation with the encoders does: counted where it is done, so that it says what a program costs whatever the
/// machine.
///
///     let work = EncoderWork()
///     try EncoderWork.counting(in: work) { _ = try encoder.forward(texts) }
///     print(work.textPositions, work.operations)
public final class EncoderWork: Sendable {
    @TaskLocal private static var current: EncoderWork?

    private struct Counts {
        var textPositions = 0
        var imagePositions = 0
        var operations = 0
    }

    private let counts = Mutex(Counts())

    public init() {}

    /// Tokens that went into the text encoder, those that all texts share once.
    public var textPositions: Int { counts.withLock(\.textPositions) }

    /// Patches and class tokens that went into the vision encoder.
    public var imagePositions: Int { counts.withLock(\.imagePositions) }

    /// Floating-point operations of all matrix products and of attention, the encoders' and what is computed with their
    /// features, gradients included.
    public var operations: Int { counts.withLock(\.operations) }

    /// Calls `body` and adds to `work` what is done in it on this thread.
    public static func counting<Result>(in work: EncoderWork, _ body: () throws -> Result) rethrows -> Result {
        let counted = try countingOperations { try $current.withValue(work, operation: body) }
        work.counts.withLock { $0.operations += counted.operations }
        return counted.result
    }

    static func addTextPositions(_ count: Int) { current?.counts.withLock { $0.textPositions += count } }

    static func addImagePositions(_ count: Int) { current?.counts.withLock { $0.imagePositions += count } }
}
