import CAP
import Foundation
import Testing

/// CPL's candidates and matching against plain restatements of their rules, and against PyTorch where float32 decides
/// (Tests/Tools/make_candidate_fixture.py).
@Suite struct CandidateTests {
    /// Rows of probabilities; coarse ones, so that there are ties.
    private func rows(_ generator: inout SeededGenerator, images: Int, classes: Int, coarse: Bool) -> [[Float]] {
        (0..<images).map { _ in
            let weights = (0..<classes).map { _ in
                coarse ? Double(1 + generator.index(below: 4)) : exp(4 * generator.uniform())
            }
            return weights.map { Float($0 / weights.reduce(0, +)) }
        }
    }

    struct Recorded: Decodable {
        struct Case: Decodable {
            let probabilities: [[Float]]
            let alpha: Double
            let beta: Double
            let sets: [[Int]]
            /// Images of every class, and those that it has room for.
            let pools: [[Int]]
            let capacity: Int
        }
        let cases: [Case]
    }

    @Test func whereFloat32DecidesSetsAndPoolsArePyTorchs() throws {
        for recorded in try fixture("candidates", as: Recorded.self).cases {
            let classes = recorded.probabilities[0].count
            let sets = try CandidateSets(alpha: recorded.alpha, beta: recorded.beta)
                .sets(Array(recorded.probabilities.joined()), classCount: classes)
            #expect(sets.map { $0.map(\.label) } == recorded.sets)
            let pools = ClassBalancedMatching(capacities: [Int](repeating: recorded.capacity, count: classes)).match(sets)
            #expect(pools == recorded.pools)
        }
    }

    private func quantile(_ values: [Float], _ share: Double) -> Double {
        let sorted = values.sorted().map(Double.init)
        let place = share * Double(sorted.count - 1)
        let low = Int(place)
        return low + 1 < sorted.count
            ? sorted[low] * (1 - (place - Double(low))) + sorted[low + 1] * (place - Double(low)) : sorted[low]
    }

    @Test(arguments: 0..<100) func setsAreThoseOfThePlainRestatement(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let classes = 1 + generator.index(below: 6)
        let rows = rows(&generator, images: 1 + generator.index(below: 40), classes: classes, coarse: false)
        let (alpha, beta) = (generator.uniform(), generator.uniform())
        let found = try CandidateSets(alpha: alpha, beta: beta).sets(Array(rows.joined()), classCount: classes)
        let cut = quantile(rows.map { $0.max() ?? 0 }, alpha)
        for (row, set) in zip(rows, found) {
            let order = row.indices.sorted { row[$0] > row[$1] }
            // The number of leading classes whose sum does not exceed the cut, and one more.
            let sums = order.indices.map { end in order[...end].reduce(0) { $0 + Double(row[$1]) } }
            let length = min(sums.count { $0 <= cut } + 1, classes)
            let expected = order.prefix(length).filter { label in
                Double(row[label]) >= quantile(rows.map { $0[label] }, beta) - 1e-15
            }
            #expect(set.map(\.label) == expected)
            #expect(set.map(\.probability) == expected.map { row[$0] })
        }
    }

    @Test func anAlphaOfZeroCutsAtTheMean() throws {
        // Largest: 0.9, 0.5; mean 0.7, so the second image has two classes and the first one.
        let sets = try CandidateSets(alpha: 0, beta: 0).sets([0.9, 0.06, 0.04, 0.5, 0.3, 0.2], classCount: 3)
        #expect(sets.map { $0.map(\.label) } == [[0], [0, 1]])
    }

    @Test func aSetIsEmptyWhereTheCutsShareNoClass() throws {
        // Only the largest of a class is prominent in it: the first image is sure of class 0, and the second surer.
        let sets = try CandidateSets(alpha: 0, beta: 1).sets([0.8, 0.2, 0.9, 0.1, 0.55, 0.45], classCount: 2)
        #expect(sets.map { $0.map(\.label) } == [[], [0], [1]])
    }

    @Test func whatIsNoQuantileOrNoRowsIsRefused() {
        #expect(throws: CAPError.self) { try CandidateSets(alpha: 1.5, beta: 0).sets([1], classCount: 1) }
        #expect(throws: CAPError.self) { try CandidateSets(alpha: .nan, beta: 0).sets([1], classCount: 1) }
        #expect(throws: CAPError.self) { try CandidateSets(alpha: 0.5, beta: 0.5).sets([1, 1, 1], classCount: 2) }
        #expect(throws: CAPError.self) { try CandidateSets(alpha: 0.5, beta: 0.5).sets([], classCount: 0) }
        #expect(try! CandidateSets(alpha: 0.5, beta: 0.5).sets([], classCount: 3).isEmpty)
    }

    /// Rounds of proposals on dictionaries, as prose states them.
    private func restated(_ candidates: [[CandidateSets.Candidate]], capacities: [Int]) -> [[Int]] {
        var pools: [Int: [Int]] = [:]
        var tried = candidates.map { _ in 0 }
        func cost(_ image: Int, _ label: Int) -> Float {
            1 - (candidates[image].first { $0.label == label }?.probability ?? 0)
        }
        while true {
            let active = candidates.indices.filter { image in
                tried[image] < candidates[image].count && !pools.values.contains { $0.contains(image) }
            }
            if active.isEmpty { break }
            let wishes = active.map { ($0, candidates[$0][tried[$0]].label) }
            for image in active { tried[image] += 1 }
            for label in capacities.indices {
                for (image, _) in wishes.filter({ $0.1 == label }) {
                    var pool = pools[label] ?? []
                    if pool.count < capacities[label] {
                        pool.append(image)
                    } else if let worst = pool.map({ cost($0, label) }).max(),
                        let place = pool.firstIndex(where: { cost($0, label) == worst }),
                        cost(image, label) < worst
                    {
                        pool[place] = image
                    }
                    pools[label] = pool
                }
            }
        }
        return capacities.indices.map { pools[$0] ?? [] }
    }

    @Test(arguments: 0..<200) func poolsAreThoseOfThePlainRestatementAndStable(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let classes = 1 + generator.index(below: 5)
        let rows = rows(&generator, images: 1 + generator.index(below: 30), classes: classes, coarse: seed % 2 == 0)
        let sets = try CandidateSets(alpha: generator.uniform(), beta: 0.3 * generator.uniform())
            .sets(Array(rows.joined()), classCount: classes)
        let capacities = (0..<classes).map { _ in generator.index(below: 6) }
        let pools = ClassBalancedMatching(capacities: capacities).match(sets)
        #expect(pools == restated(sets, capacities: capacities))

        // Nobody stands twice, nobody stands where it is no candidate, and no image and class would both rather have
        // each other.
        let placed = pools.flatMap { $0 }
        #expect(Set(placed).count == placed.count)
        for (label, pool) in pools.enumerated() {
            #expect(pool.count <= capacities[label])
            #expect(pool.allSatisfy { image in sets[image].contains { $0.label == label } })
        }
        for image in sets.indices {
            let own = pools.firstIndex { $0.contains(image) }
            for candidate in sets[image] {
                if candidate.label == own { break }
                let pool = pools[candidate.label]
                #expect(pool.count == capacities[candidate.label])
                #expect(pool.allSatisfy { rows[$0][candidate.label] >= candidate.probability })
            }
        }
    }

    @Test func aPoolThatWasNotFullHasLessRoomInTheNextRound() {
        #expect(ClassBalancedMatching.capacities(count: 3, fills: [0, 0, 0]) == [3, 3, 3])
        #expect(ClassBalancedMatching.capacities(count: 6, fills: [3, 1, 0]) == [6, 4, 3])
        #expect(ClassBalancedMatching.capacities(count: 2, fills: [5, 1]) == [2, 0])
        #expect(ClassBalancedMatching.capacities(count: 2, fills: []) == [])
    }

    @Test func aPseudolabelsConfidenceIsItsShareAndOnePoolHoldsItsImage() throws {
        let selection = PseudolabelSelection(
            rule: .candidates(CandidateSets(alpha: 0, beta: 0)), classes: [4, 1], classCount: 5,
            nameRanks: Array(0..<10))
        let lists = try selection.pick(
            from: [7, 9], probabilities: [0.55, 0.45, 0.95, 0.05], count: 1, previous: [], origin: .zeroShot)
        // Image 7 is pushed out of class 4 by 9 and held by class 1; both classes are candidates.
        #expect(lists[4].map(\.image) == [9, 7])
        #expect(lists[4].map(\.origin) == [.zeroShot, .candidate])
        #expect(lists[1].map(\.origin) == [.zeroShot])
        #expect(abs(lists[1][0].confidence - 0.45) < 1e-6 && abs(lists[4][1].confidence - 0.55) < 1e-6)
        #expect(throws: CAPError.self) {
            try selection.pick(from: [7], probabilities: [1], count: 1, previous: [], origin: .zeroShot)
        }
    }
}
