import Tensors

/// A point that went to another cluster; −1 is none.
struct LabelChange {
    let point: Int
    let from: Int
    let to: Int
}

/// The changes that several processes find, each of points of its own.
enum LabelChanges {
    /// Whether a point is this process's: blocks go around, since points that are neighbours tend to leave together.
    static func isLookedAt(_ point: Int, in group: ProcessGroup) -> Bool { point / 64 % group.size == group.rank }

    /// The changes of all processes, in the order of their points: as one process would have found them.
    ///
    static func gathered(_ own: [LabelChange], in group: ProcessGroup) throws -> [LabelChange] {
        guard !group.isAlone else { return own.sorted { $0.point < $1.point } }
        // Few at a time, as there mostly are, need no second exchange.
        let few = 64
        let first = try exchanged(own.prefix(few), count: own.count, room: few, in: group)
        let most = first.counts.max() ?? 0
        let rest =
            most > few ? try exchanged(own.dropFirst(few), count: own.count - few, room: most - few, in: group).changes : []
        return (first.changes + rest).sorted { $0.point < $1.point }
    }

    /// Whether they leave every point where it was.
    static func cancel(_ changes: [LabelChange]) -> Bool {
        Dictionary(grouping: changes, by: \.point).values.allSatisfy { $0.first?.from == $0.last?.to }
    }

    private static func exchanged(
        _ own: ArraySlice<LabelChange>, count: Int, room: Int, in group: ProcessGroup
    ) throws -> (counts: [Int], changes: [LabelChange]) {
        let width = 1 + 3 * room
        var row = [Int64(count)] + own.flatMap { [Int64($0.point), Int64($0.from), Int64($0.to)] }
        row += [Int64](repeating: 0, count: width - row.count)
        let all = try group.allGather(Tensor(row, shape: [width])).ints()
        let counts = (0..<group.size).map { all[$0 * width] }
        let changes = (0..<group.size).flatMap { rank in
            (0..<max(0, min(room, counts[rank]))).map { place in
                let start = rank * width + 1 + 3 * place
                return LabelChange(point: all[start], from: all[start + 1], to: all[start + 2])
            }
        }
        return (counts, changes)
    }
}
