import CAP

/// Rows of numbers: dense, tiny and huge ones in turn, forty in all; then nearly all in one number, of one number, zero, and all alike.
func rowsOfEveryKind(dim: Int) -> [[Float]] {
    var generator = SeededGenerator(seed: UInt64(dim))
    var rows = (0..<40).map { row in
        (0..<dim).map { _ in Float(generator.uniform() - 0.5) * [1, 1e-12, 1e12][row % 3] }
    }
    for number in [0, dim - 1] {
        rows.append((0..<dim).map { $0 == number ? 1 : Float(generator.uniform()) * 1e-3 })
        rows.append((0..<dim).map { $0 == number ? -3 : 0 })
    }
    rows.append([Float](repeating: 0, count: dim))
    rows.append([Float](repeating: 0.25, count: dim))
    return rows
}

/// The dot product in double precision.
func dot(_ a: [Float], _ b: [Float]) -> Double { zip(a, b).reduce(0) { $0 + Double($1.0) * Double($1.1) } }
