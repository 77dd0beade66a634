import CAP
import Foundation
import Testing

struct LeaderboardTests {
    private func softmax(_ logits: [Float]) -> [Float] {
        let exponentials = logits.map { exp($0) }
        let sum = exponentials.reduce(0, +)
        return exponentials.map { $0 / sum }
    }

    @Test func thePublishedExampleIsReproduced() throws {
        let names = ["a", "b", "c", "d", "e"]
        let logits: [[Float]] = [[2, 1, 0], [3, 0, 1], [1.5, 1, 0.5], [4, 1, 0], [0.2, 0.1, 0]]
        var board = try Leaderboard(
            classCount: 3, classes: [0, 1, 2], capacity: 2, nameRanks: NameOrder.ranks(of: names), filling: .byArrival
        )
        for (image, row) in logits.enumerated() { try board.offer(image: image, probabilities: softmax(row)) }
        #expect(board.entries.map { $0.map { names[$0.image] } } == [["d", "b"], ["c", "e"], ["c", "e"]])
    }

    /// The rule as prose states it, on plain arrays, with no care for speed.
    private func restated(
        _ rows: [[Float]], names: [String], classes: [Int], k: Int, sortWhileFilling: Bool
    ) -> [[Int]] {
        var lists: [Int: [(p: Float, image: Int)]] = [:]
        for c in classes { lists[c] = [] }
        func sorted(_ list: [(p: Float, image: Int)]) -> [(p: Float, image: Int)] {
            list.sorted { ($0.p, names[$0.image]) > ($1.p, names[$1.image]) }
        }
        for (image, p) in rows.enumerated() {
            let best = p.firstIndex(of: p.max() ?? 0) ?? 0
            if let list = lists[best], list.count < k {
                lists[best] = sortWhileFilling ? sorted(list + [(p[best], image)]) : list + [(p[best], image)]
                continue
            }
            if let list = lists[best], let last = list.last, last.p < p[best] {
                lists[best] = Array(sorted(list + [(p[best], image)]).prefix(k))
                continue
            }
            let others = p.indices.filter { $0 != best }.sorted { (p[$0], $0) > (p[$1], $1) }
            for c in others {
                guard let list = lists[c] else { continue }
                if list.count < k {
                    lists[c] = list + [(p[c], image)]
                } else if let last = list.last, last.p < p[c] {
                    lists[c] = Array(sorted(list + [(p[c], image)]).prefix(k))
                }
            }
        }
        return rows[0].indices.map { lists[$0]?.map(\.image) ?? [] }
    }

    @Test(arguments: 0..<200) func listsAreThoseOfThePlainRestatement(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let classCount = 2 + generator.index(below: 5)
        let imageCount = 1 + generator.index(below: 60)
        let k = 1 + generator.index(below: 6)
        let classes = (0..<classCount).filter { _ in generator.uniform() < 0.8 }
        let names = generator.permutation(imageCount).map { "image \($0)" }
        // Coarse probabilities, so that ties are common.
        let rows = (0..<imageCount).map { _ in
            (0..<classCount).map { _ in Float(generator.index(below: 8)) / 8 }
        }
        for filling in [Leaderboard.Filling.byArrival, .sorted] {
            var board = try Leaderboard(
                classCount: classCount, classes: classes, capacity: k, nameRanks: NameOrder.ranks(of: names),
                filling: filling)
            for (image, row) in rows.enumerated() { try board.offer(image: image, probabilities: row) }
            let expected = restated(
                rows, names: names, classes: classes, k: k, sortWhileFilling: filling == .sorted)
            #expect(board.entries.map { $0.map(\.image) } == expected)
        }
    }

    @Test func anImagePredictedAsAClassWithoutAListIsOfferedToTheOthers() throws {
        var board = try Leaderboard(classCount: 3, classes: [2], capacity: 1, nameRanks: [0, 1], filling: .sorted)
        try board.offer(image: 0, probabilities: [0.8, 0.1, 0.1])
        try board.offer(image: 1, probabilities: [0.7, 0.1, 0.2])
        #expect(board.entries.map { $0.map(\.image) } == [[], [], [1]])
    }

    @Test func namesAreOrderedByTheirBytesNotByALanguage() {
        #expect(NameOrder.ranks(of: ["b", "B", "ä", "a10", "a9", "b"]) == [3, 0, 5, 1, 2, 4])
    }

    @Test func kOfZeroAndStrangersAreRefused() throws {
        #expect(throws: CAPError.self) {
            try Leaderboard(classCount: 2, classes: [0], capacity: 0, nameRanks: [], filling: .sorted)
        }
        #expect(throws: CAPError.self) {
            try Leaderboard(classCount: 2, classes: [2], capacity: 1, nameRanks: [], filling: .sorted)
        }
        var board = try Leaderboard(classCount: 2, classes: [0], capacity: 1, nameRanks: [0], filling: .sorted)
        #expect(throws: CAPError.self) { try board.offer(image: 1, probabilities: [0.5, 0.5]) }
        #expect(throws: CAPError.self) { try board.offer(image: 0, probabilities: [0.5]) }
    }
}
