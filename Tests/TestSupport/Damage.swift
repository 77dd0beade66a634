/// Ways in which files of any kind are damaged: by transfer, by disks, by programs, and by people who mean to. The same seed
/// makes the same damage.
public struct Damage {
    private var generator: SplitMix64
    private let others: [[UInt8]]
    private static let edges: [UInt64] = [
        0, 1, 2, 3, 4, 7, 8, 15, 16, 31, 32, 63, 64, 127, 128, 255, 256, 511, 512, 1023, 1024, 4095, 4096, 32767, 32768, 65535,
        65536, 1 << 24 - 1, 1 << 24, 1 << 31 - 1, 1 << 31, 1 << 32 - 1, 1 << 32, 1 << 40, 1 << 62, 1 << 63 - 1, 1 << 63, .max,
    ]

    /// - Parameter others: further files, which pieces are taken from.
    public init(seed: UInt64, others: [[UInt8]]) {
        generator = SplitMix64(state: seed)
        self.others = others
    }

    /// A damaged copy.
    public mutating func applied(to file: [UInt8]) -> [UInt8] {
        var data = file
        for _ in 0..<[1, 1, 1, 2, 3][below(5)] {
            if data.isEmpty { data = [0] }
            switch below(13) {
            case 0, 1: for _ in 0..<[1, 1, 2, 4, 16, 64][below(6)] { data[below(data.count)] ^= 1 << UInt8(below(8)) }
            case 2: for _ in 0..<[1, 2, 4, 8][below(4)] { data[below(data.count)] = [0, 1, 0x7F, 0x80, 0xFE, 0xFF][below(6)] }
            // Lies in a number, anywhere or where headers are.
            case 3: setNumber(in: &data, before: data.count)
            case 4, 5: setNumber(in: &data, before: min(data.count, 128))
            case 6: data = Array(data.prefix([below(data.count), data.count - 1, max(0, data.count - below(64))][below(3)]))
            case 7:
                let start = below(data.count)
                data.removeSubrange(start..<min(data.count, start + [1, 2, 4, 8, 64, 512][below(6)]))
            case 8:
                data.insert(
                    contentsOf: repeatElement(UInt8([0, 0xFF, below(256)][below(3)]), count: [1, 2, 4, 8, 64, 512][below(6)]),
                    at: below(data.count + 1))
            case 9:
                let start = below(data.count)
                let part = Array(data[start..<min(data.count, start + [1, 8, 64, 512][below(4)])])
                for _ in 0..<[1, 2, 16][below(3)] { data.insert(contentsOf: part, at: start) }
            case 10:
                // A piece of this file or of another one over this one.
                let source = below(2) == 0 ? data : others[below(others.count)]
                guard !source.isEmpty else { continue }
                let from = below(source.count)
                let part = source[from..<min(source.count, from + [4, 16, 64, 512][below(4)])]
                let place = below(data.count)
                data.replaceSubrange(place..<min(data.count, place + part.count), with: part)
            case 11:
                let other = others[below(others.count)]
                data = Array(data.prefix(below(data.count))) + other.suffix(below(other.count + 1))
            default:
                let start = below(data.count) / 64 * 64
                for index in start..<min(data.count, start + [64, 512][below(2)]) { data[index] = 0 }
            }
        }
        return data
    }

    private mutating func setNumber(in data: inout [UInt8], before end: Int) {
        let width = [1, 2, 4, 8][below(4)]
        guard end > width else { return }
        let place = below(end - width)
        let isBig = below(2) == 0
        let indices = isBig ? Array(place..<place + width) : (place..<place + width).reversed()
        let old = indices.reduce(UInt64(0)) { $0 << 8 | UInt64(data[$1]) }
        var new = [Self.edges[below(Self.edges.count)], old &+ 1, old &- 1, old &* 2, old / 2, ~old][below(6)]
        for index in indices.reversed() {
            data[index] = UInt8(truncatingIfNeeded: new)
            new >>= 8
        }
    }

    private mutating func below(_ bound: Int) -> Int { bound > 0 ? Int.random(in: 0..<bound, using: &generator) : 0 }
}
