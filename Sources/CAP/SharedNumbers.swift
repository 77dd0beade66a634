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
