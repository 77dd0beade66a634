import Foundation

/// Lies in the values of JSON documents, which damage of their bytes seldom makes.
public struct JSONDamage {
    private var random: SplitMix64
    private let seed: UInt64

    public init(seed: UInt64) {
        self.seed = seed
        random = SplitMix64(state: seed)
    }

    /// The document with one to three values changed, or its bytes damaged; what is no JSON has its bytes damaged.
    public mutating func applied(to document: [UInt8]) -> [UInt8] {
        var bytes = Damage(seed: seed, others: [document])
        guard Int.random(in: 0..<4, using: &random) > 0,
            var value = try? JSONSerialization.jsonObject(with: Data(document), options: .fragmentsAllowed)
        else { return bytes.applied(to: document) }
        for _ in 0..<[1, 1, 2, 3][Int.random(in: 0..<4, using: &random)] {
            var place = Int.random(in: 0..<max(1, Self.count(value)), using: &random)
            value = replaced(value, &place)
        }
        if Int.random(in: 0..<40, using: &random) == 0 {
            let depth = [100, 600, 5000, 100_000][Int.random(in: 0..<4, using: &random)]
            return Array((String(repeating: "[", count: depth) + String(repeating: "]", count: depth)).utf8)
        }
        guard JSONSerialization.isValidJSONObject([value]),
            let data = try? JSONSerialization.data(withJSONObject: value, options: .fragmentsAllowed)
        else { return bytes.applied(to: document) }
        return [UInt8](data)
    }

    private static func count(_ value: Any) -> Int {
        switch value {
        case let object as [String: Any]: object.values.reduce(1) { $0 + count($1) }
        case let array as [Any]: array.reduce(1) { $0 + count($1) }
        default: 1
        }
    }

    /// The value with what lies at `place` replaced, counted through it in order; below 0 once that is done.
    private mutating func replaced(_ value: Any, _ place: inout Int) -> Any {
        place -= 1
        guard place >= 0 else { return lie(of: value) }
        if let object = value as? [String: Any] {
            var changed = object
            for (key, inner) in object.sorted(by: { $0.key < $1.key }) where place >= 0 {
                if place == 0, Int.random(in: 0..<4, using: &random) == 0 {
                    place = -1
                    changed[key] = nil
                    let other = ["", "__metadata__", "\0", "\u{202E}"].randomElement(using: &random)
                    if let other, Bool.random(using: &random) { changed[other] = inner }
                } else {
                    changed[key] = replaced(inner, &place)
                }
            }
            return changed
        }
        guard let array = value as? [Any] else { return value }
        var changed = array
        for index in array.indices where place >= 0 { changed[index] = replaced(array[index], &place) }
        return changed
    }

    private mutating func lie(of value: Any) -> Any {
        let numbers: [Any] = [
            0, -1, 1, 2, 65_536, Int(Int32.max), 1 << 32, 1 << 40, Int.max, Int.min, 1e308, -Double.leastNonzeroMagnitude, 0.5,
            true, NSNull(), "x",
            [Any](),
            [String: Any](),
        ]
        var lies = numbers
        if Bool.random(using: &random) {
            if let number = value as? NSNumber {
                lies = [number.doubleValue + 1, number.doubleValue - 1, 2 * number.doubleValue, -number.doubleValue]
            } else if let text = value as? String {
                lies = [
                    "", text + "x", "\0", text.uppercased(), "F64", "../../../../etc/passwd", "/etc/passwd", "\u{1B}]0;x\u{7}",
                    String(repeating: "x", count: 100_000),
                ]
            } else if let array = value as? [Any] {
                lies = [array + array, Array(array.dropLast()), Array(array.reversed()), [1 << 62, 1 << 62], [-1, -1]]
            }
        }
        return lies.randomElement(using: &random) ?? 0
    }
}
