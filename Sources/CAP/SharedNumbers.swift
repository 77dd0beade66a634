import Dispatch
import Tensors

/// Numbers at one place in memory, which threads share without counting references.
final class SharedNumbers<Number: BitwiseCopyable> {
    let start: UnsafeMutablePointer<Number>
    let count: Int

    init(repeating value: Number, count: Int) {
        self.count = count
        start = .allocate(capacity: count)
        start.initialize(repeating: value, count: count)
    }

    convenience init(_ values: [Number]) where Number: AdditiveArithmetic {
        self.init(repeating: .zero, count: values.count)
        for (position, value) in values.enumerated() { start[position] = value }
    }

    deinit { start.deallocate() }

    var values: [Number] { Array(UnsafeBufferPointer(start: start, count: count)) }

    subscript(position: Int) -> Number {
        get { start[position] }
        set { start[position] = newValue }
    }

    func fill(with value: Number) { start.update(repeating: value, count: count) }
}

/// Calls `body` with parts of `0..<count`, on several threads if libtorch has several, and joins the results in order.
///
/// - Parameter least: how much a part must have for a thread to be worth its start.
func concurrently<Element>(
    _ count: Int, atLeast least: Int = 256, _ body: @Sendable (Range<Int>) -> [Element]
) -> [Element] {
    let parts = max(1, min(Torch.threads, count / least))
    guard parts > 1 else { return body(0..<count) }
    var results = [[Element]](repeating: [], count: parts)
    results.withUnsafeMutableBufferPointer { results in
        nonisolated(unsafe) let results = results
        DispatchQueue.concurrentPerform(iterations: parts) { part in
            results[part] = body(count * part / parts..<count * (part + 1) / parts)
        }
    }
    return results.flatMap { $0 }
}
