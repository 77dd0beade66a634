import CTorch

/// What the operators of libtorch take on this thread on the CPU, by kind: processor time, so that what other programs do at the same
/// time plays no part.
///
///     OperatorTimes.begin()
///     try step()
///     for entry in OperatorTimes.end() { print(entry.kind.rawValue, entry.seconds) }
public enum OperatorTimes {
    public enum Kind: String, Sendable, CaseIterable {
        case products
        /// Products of attention, and the softmax between them.
        case attention
        case layerNorms = "layer norms"
        case activations
        case sums = "sums and factors"
        case copies = "copies and casts"
        /// All others; most are views, which only take being asked for.
        case others = "other operators"

        init(of name: String) {
            let name = name.split(separator: ":").last.map(String.init) ?? name
            self =
                Self.kinds.first { entry in entry.beginnings.contains { name.hasPrefix($0) } }?.kind ?? .others
        }

        private static let kinds: [(kind: Kind, beginnings: [String])] = [
            (.products, ["_linear_pointwise", "split_linear", "mm", "addmm", "linear", "matmul"]),
            (.attention, ["bmm", "baddbmm", "softmax", "_softmax", "scaled_dot", "_scaled_dot", "masked_fill"]),
            (.layerNorms, ["layer_norm", "native_layer_norm"]),
            (.activations, ["silu", "gelu", "sigmoid"]),
            (.sums, ["add", "sub", "mul", "div", "sum", "rsub"]),
            (
                .copies,
                [
                    "copy", "_to_copy", "to", "contiguous", "clone", "cat", "stack", "index", "fill", "zero", "slice_backward",
                    "select_backward", "embedding",
                ]
            ),
        ]
    }

    /// What the operators of a kind took.
    public struct Entry: Sendable {
        public let kind: Kind
        public var seconds = 0.0
        /// Of their operands and results, each counted once a call.
        public var bytes = 0.0
        public var calls = 0

        public func divided(by count: Int) -> Entry {
            Entry(kind: kind, seconds: seconds / Double(count), bytes: bytes / Double(count), calls: calls / count)
        }
    }

    /// Begins from nothing.
    public static func begin() {
        ct_profile_operators(false)
        ct_profile_operators(true)
    }

    /// What they took since the beginning, of every kind.
    public static func end() -> [Entry] {
        ct_profile_operators(false)
        var entries = Kind.allCases.map { Entry(kind: $0) }
        withUnsafeMutablePointer(to: &entries) { entries in
            ct_each_profiled(entries) { entries, name, seconds, bytes, calls in
                guard let entries = entries?.assumingMemoryBound(to: [Entry].self), let name else { return }
                let kind = Kind(of: String(cString: name))
                guard let place = entries.pointee.firstIndex(where: { $0.kind == kind }) else { return }
                entries.pointee[place].seconds += seconds
                entries.pointee[place].bytes += Double(bytes)
                entries.pointee[place].calls += Int(calls)
            }
        }
        return entries
    }
}
