import CAP
import Tensors
import Testing

struct InitialPseudolabelsTests {
    /// Six images on a half circle, from class 0's direction to class 1's; their zero-shot probabilities say class 0
    /// for all of them.
    private let probabilities: [Float] = [
        0.90, 0.10, 0.95, 0.05, 0.60, 0.40, 0.70, 0.30, 0.55, 0.45, 0.80, 0.20,
    ]
    private func features() throws -> Tensor {
        try Tensor(rows: [[1, 0], [0.9, 0.1], [0.7, 0.3], [0.5, 0.5], [0.3, 0.7], [0, 1]]).l2Normalized()
    }

    @Test func withoutDescriptionsEachClassKeepsItsLeaderboard() throws {
        let picked = try InitialPseudolabels(count: 2).pick(
            from: Array(0..<6), probabilities: probabilities, classCount: 2, classes: [0, 1],
            nameRanks: Array(0..<6), features: features(), descriptions: [:])
        // a and b are never displaced; every other image falls to class 1.
        #expect(picked.filter { $0.label == 0 }.map(\.image) == [1, 0])
        #expect(picked.filter { $0.label == 1 }.map(\.image) == [4, 2])
        #expect(picked.allSatisfy { $0.origin == .zeroShot })
        #expect(picked.map(\.confidence) == [0.95, 0.9, 0.45, 0.4])
    }

    @Test func aDescribedClassKeepsTheImagesNearestToItsDescription() throws {
        let picked = try InitialPseudolabels(count: 3).pick(
            from: Array(0..<6), probabilities: probabilities, classCount: 2, classes: [0, 1],
            nameRanks: Array(0..<6), features: features(), descriptions: [1: Tensor(rows: [[0, 1]])])
        let described = picked.filter { $0.label == 1 }
        #expect(described.map(\.image) == [5, 4, 3])
        #expect(described.allSatisfy { $0.origin == .description })
        #expect(agree(described.map(\.confidence), [1, 0.919145, 0.707107], within: 1e-5))
        // f stands in both lists: it is the third of class 0 by probability.
        #expect(picked.filter { $0.label == 0 }.map(\.image) == [1, 0, 5])
    }

    @Test func exclusivelyAnImageStaysWhereItsRankIsBest() throws {
        let picked = try InitialPseudolabels(count: 3, isExclusive: true).pick(
            from: Array(0..<6), probabilities: probabilities, classCount: 2, classes: [0, 1],
            nameRanks: Array(0..<6), features: features(), descriptions: [1: Tensor(rows: [[0, 1]])])
        #expect(picked.filter { $0.label == 0 }.map(\.image) == [1, 0])
        #expect(picked.filter { $0.label == 1 }.map(\.image) == [5, 4, 3])
        #expect(Set(picked.map(\.image)).count == picked.count)
    }

    @Test func equallyNearImagesAreOrderedByNameDescending() throws {
        let picked = try InitialPseudolabels(count: 2).pick(
            from: [0, 1, 2], probabilities: [0.5, 0.5, 0.5, 0.5, 0.5, 0.5], classCount: 2, classes: [1],
            nameRanks: [0, 2, 1], features: Tensor(rows: [[1, 0], [1, 0], [1, 0]]),
            descriptions: [1: Tensor(rows: [[1, 0]])])
        #expect(picked.map(\.image) == [1, 2])
    }

    @Test func aDescriptionOfAClassWithoutPseudolabelsIsRefused() throws {
        #expect(throws: CAPError.self) {
            try InitialPseudolabels(count: 2).pick(
                from: Array(0..<6), probabilities: probabilities, classCount: 2, classes: [1],
                nameRanks: Array(0..<6), features: features(), descriptions: [0: Tensor(rows: [[0, 1]])])
        }
    }

    @Test func onlyTheGivenImagesAreTaken() throws {
        // b, labeled, is the surest image of class 0 and f the nearest to the description.
        let picked = try InitialPseudolabels(count: 2).pick(
            from: [0, 2, 3, 4], probabilities: probabilities, classCount: 2, classes: [0, 1],
            nameRanks: Array(0..<6), features: features(), descriptions: [1: Tensor(rows: [[0, 1]])])
        #expect(picked.map(\.image) == [0, 3, 4, 3])
    }
}
