import Foundation

/// Damages HDF5 files as disks, transfers and people who mean it do: anywhere, or in their structure behind checksums made
/// right again. The same seed makes the same damage.
public struct HDF5Mutator {
    private let original: [UInt8]
    private let others: [[UInt8]]
    /// Where a block of structure begins, and where what its checksum covers ends.
    private let blocks: [(start: Int, end: Int?)]
    private var random: SplitMix64

    /// - Parameter others: further files, which pieces are taken from.
    public init(_ file: [UInt8], others: [[UInt8]], seed: UInt64) {
        original = file
        self.others = others
        blocks = Self.blocks(in: file)
        random = SplitMix64(state: seed)
    }

    /// Begins anew with other damage.
    public mutating func begin(seed: UInt64) { random = SplitMix64(state: seed) }

    /// The next damaged copy.
    public mutating func next() -> [UInt8] {
        var file = original
        let manner = Double.random(in: 0..<1, using: &random)
        if manner < 0.35 || blocks.isEmpty {
            for _ in 0..<Int.random(in: 1...2, using: &random) { damageAnywhere(&file) }
        } else if manner < 0.42 {
            setNumber(&file, within: 0..<min(96, file.count))
        } else {
            for _ in 0..<[1, 1, 1, 2, 4][Int.random(in: 0..<5, using: &random)] { damageBlock(&file) }
        }
        return file
    }

    // MARK: - Anywhere

    private mutating func damageAnywhere(_ file: inout [UInt8]) {
        guard file.count > 64 else { return }
        let place = Int.random(in: 0..<file.count, using: &random)
        let length = min(file.count - place, [8, 64, 512, 4096][Int.random(in: 0..<4, using: &random)])
        switch Int.random(in: 0..<9, using: &random) {
        case 0, 1: flipBits(&file, within: 0..<file.count)
        case 2, 3: setNumber(&file, within: 0..<file.count)
        case 4: file.removeLast(file.count - place)
        case 5: file.removeSubrange(place..<place + length)
        case 6: file.insert(contentsOf: file[place..<place + length], at: place)
        case 7:
            // A block that was never written: what a power cut leaves.
            let start = place / 512 * 512
            for index in start..<min(file.count, start + length) { file[index] = 0 }
        default:
            guard let other = others.randomElement(using: &random), other.count > length else { return }
            let start = Int.random(in: 0..<other.count - length, using: &random)
            file.replaceSubrange(place..<place + length, with: other[start..<start + length])
        }
    }

    private mutating func flipBits(_ file: inout [UInt8], within range: Range<Int>) {
        for _ in 0..<Int.random(in: 1...8, using: &random) {
            file[Int.random(in: range, using: &random)] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        }
    }

    /// A number of a width and a value that programs trip over.
    private mutating func setNumber(_ file: inout [UInt8], within range: Range<Int>) {
        let width = [1, 2, 4, 8][Int.random(in: 0..<4, using: &random)]
        guard range.count > width else { return }
        let edges: [UInt64] = [0, 1, 2, 7, 8, 255, 256, 65_535, 1 << 31 - 1, 1 << 31, 1 << 32 - 1, 1 << 63, .max]
        let value =
            Bool.random(using: &random) ? edges.randomElement(using: &random)! : UInt64.random(in: 0...9999, using: &random)
        let place = Int.random(in: range.lowerBound..<range.upperBound - width, using: &random)
        for byte in 0..<width { file[place + byte] = UInt8(truncatingIfNeeded: value >> UInt64(8 * byte)) }
    }

    // MARK: - Structure

    private mutating func damageBlock(_ file: inout [UInt8]) {
        let checked = blocks.filter { $0.end != nil }
        let fromChecked = !checked.isEmpty && Double.random(in: 0..<1, using: &random) < 0.7
        guard let block = (fromChecked ? checked : blocks).randomElement(using: &random) else { return }
        let stop = block.end ?? min(file.count, block.start + 256)
        guard stop - block.start > 13 else { return }
        if Int.random(in: 0..<3, using: &random) == 0 {
            flipBits(&file, within: block.start + 4..<stop)
        } else {
            setNumber(&file, within: block.start + 4..<stop)
        }
        guard let end = block.end else { return }
        let sum = Self.lookup3(file[block.start..<end])
        for byte in 0..<4 { file[end + byte] = UInt8(truncatingIfNeeded: sum >> UInt32(8 * byte)) }
    }

    private static let signatures: [(name: String, isChecked: Bool)] = [
        ("OHDR", true), ("OCHK", true), ("BTHD", true), ("BTLF", true), ("BTIN", true), ("FRHP", true), ("FHDB", true),
        ("FHIB", true), ("FSHD", true), ("FAHD", true), ("FADB", true), ("EAHD", true), ("SMTB", true), ("TREE", false),
        ("SNOD", false), ("HEAP", false), ("GCOL", false),
    ]

    private static func blocks(in file: [UInt8]) -> [(start: Int, end: Int?)] {
        var blocks: [(start: Int, end: Int?)] = []
        for (name, isChecked) in signatures {
            let signature = Array(name.utf8)
            var start = 0
            while let place = file[start...].firstRange(of: signature)?.lowerBound {
                blocks.append((place, isChecked ? end(ofBlockAt: place, in: file) : nil))
                start = place + 4
            }
        }
        return blocks
    }

    /// Where the block's checksum stands: the first place at which one is right.
    private static func end(ofBlockAt place: Int, in file: [UInt8]) -> Int? {
        for end in stride(from: place + 8, to: min(file.count - 4, place + 420), by: 1) {
            let stored = (0..<4).reduce(UInt32(0)) { $0 | UInt32(file[end + $1]) << UInt32(8 * $1) }
            if lookup3(file[place..<end]) == stored { return end }
        }
        return nil
    }

    /// Bob Jenkins' hash, which HDF5 checks its newer structure with.
    static func lookup3(_ data: ArraySlice<UInt8>) -> UInt32 {
        func rotated(_ value: UInt32, _ by: UInt32) -> UInt32 { value << by | value >> (32 - by) }
        func word(_ place: Int) -> UInt32 {
            (0..<4).reduce(0) { place + $1 < data.endIndex ? $0 | UInt32(data[place + $1]) << UInt32(8 * $1) : $0 }
        }
        var a = 0xDEAD_BEEF &+ UInt32(data.count)
        var b = a
        var c = a
        var place = data.startIndex
        while data.endIndex - place > 12 {
            a &+= word(place)
            b &+= word(place + 4)
            c &+= word(place + 8)
            a = (a &- c) ^ rotated(c, 4)
            c &+= b
            b = (b &- a) ^ rotated(a, 6)
            a &+= c
            c = (c &- b) ^ rotated(b, 8)
            b &+= a
            a = (a &- c) ^ rotated(c, 16)
            c &+= b
            b = (b &- a) ^ rotated(a, 19)
            a &+= c
            c = (c &- b) ^ rotated(b, 4)
            b &+= a
            place += 12
        }
        if place == data.endIndex { return c }
        a &+= word(place)
        b &+= word(place + 4)
        c &+= word(place + 8)
        c ^= b
        c &-= rotated(b, 14)
        a ^= c
        a &-= rotated(c, 11)
        b ^= a
        b &-= rotated(a, 25)
        c ^= b
        c &-= rotated(b, 16)
        a ^= c
        a &-= rotated(c, 4)
        b ^= a
        b &-= rotated(a, 14)
        c ^= b
        c &-= rotated(b, 24)
        return c
    }
}

/// Steele, Lea and Flood's SplitMix64: the same numbers from the same seed everywhere.
public struct SplitMix64: RandomNumberGenerator {
    private var state: UInt64

    public init(state: UInt64) { self.state = state }

    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
        return value ^ value >> 31
    }
}
