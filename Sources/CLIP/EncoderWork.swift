import Synchronization
import Tensors

/// What the encoders did: counted where they compute, so that it says what a program costs whatever the machine.
///
///     let work = EncoderWork()
///     try EncoderWork.counting(in: work) { _ = try encoder.forward(texts) }
///     print(work.textPositions, work.operations)
///
/// What gradients cost is not counted.
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

    /// Floating-point operations of the matrix products and of attention.
    public var operations: Int { counts.withLock(\.operations) }

    /// Calls `body` and adds to `work` what the encoders do in it.
    public static func counting<Result>(in work: EncoderWork, _ body: () throws -> Result) rethrows -> Result {
        try $current.withValue(work, operation: body)
    }

    static func addTextPositions(_ count: Int) { current?.counts.withLock { $0.textPositions += count } }

    static func addImagePositions(_ count: Int) { current?.counts.withLock { $0.imagePositions += count } }

    /// A product of matrices, or a batch of them, with `rows` rows and `columns` columns over `inner` numbers.
    fileprivate static func addProduct(rows: Int, inner: Int, columns: Int) {
        current?.counts.withLock { $0.operations += 2 * rows * inner * columns }
    }

    /// Attention of queries on keys, both `[batch, tokens, heads, head width]`: scores, and values weighted by them.
    static func addAttention(query: Tensor, key: Tensor) {
        addProduct(rows: 2 * query.shape[0] * query.shape[1], inner: query.shape[2] * query.shape[3], columns: key.shape[1])
    }
}

extension Tensor {
    /// `linear`, counted.
    func project(weight: Tensor, bias: Tensor? = nil) throws -> Tensor {
        let (rows, inner) = (shape.dropLast().reduce(1, *), shape.last ?? 1)
        EncoderWork.addProduct(rows: rows, inner: inner, columns: weight.shape.first ?? 1)
        return try linear(weight: weight, bias: bias)
    }
}
