/// Files of a folder that are not used, for one reason.
public struct LeftOut: Hashable, Sendable {
    /// "no image (.txt)", "video, which is not read".
    public let reason: String
    public let count: Int
    /// The first of them, in bytewise order of paths.
    public let first: String

    /// "Left out 12 files: no image (.txt), the first is cat/notes.txt."
    public var sentence: String {
        count == 1
            ? "Left out \(first): \(reason)."
            : "Left out \(Wording.grouped(count)) files: \(reason), the first is \(first)."
    }
}

/// Files that are left out, as they are found.
struct LeftOutFiles {
    private var byReason: [String: (count: Int, first: String)] = [:]

    mutating func add(_ path: String, _ reason: String, count: Int = 1) {
        let known = byReason[reason] ?? (0, path)
        byReason[reason] = (known.count + count, bytewisePrecedes(path, known.first) ? path : known.first)
    }

    mutating func add(_ other: LeftOutFiles) {
        for (reason, files) in other.byReason { add(files.first, reason, count: files.count) }
    }

    /// By reason, in bytewise order.
    var all: [LeftOut] {
        byReason.map { LeftOut(reason: $0, count: $1.count, first: $1.first) }
            .sorted { bytewisePrecedes($0.reason, $1.reason) }
    }
}
