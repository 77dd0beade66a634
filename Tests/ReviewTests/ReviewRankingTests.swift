import Foundation
import Review
import Runs
import Testing

@Suite("Images are asked about in turns over the classes, in the order of how likely they are of another one")
struct ReviewRankingTests {
    private func item(_ image: Int, _ label: Int, _ confidence: Float = 0.9, zeroShot: Int? = nil, given: Int? = nil)
        -> ReviewRanking.Item
    {
        ReviewRanking.Item(
            image: image,
            top: TopTwo(label: label, probability: confidence, runnerUp: 1 - label, runnerUpProbability: 1 - confidence),
            zeroShot: zeroShot ?? label, zeroShotProbability: 0.8, given: given)
    }

    /// Two classes on two axes; images as unit vectors at an angle, in hundredths of a right angle.
    private func features(_ angles: [Double]) -> [Float] {
        angles.flatMap { [Float(cos($0 / 100 * .pi / 2)), Float(sin($0 / 100 * .pi / 2))] }
    }

    @Test func whatLooksLikeAnotherClassComesFirst() {
        // Image 5 is taken for class 0, and lies among those of class 1; all margins are the same.
        let angles: [Double] = [0, 4, 8, 92, 96, 90]
        let labels = [0, 0, 0, 1, 1, 0]
        let ranking = ReviewRanking(
            labels.enumerated().map { item($0, $1) }, features: features(angles), dim: 2, classCount: 2)
        #expect(ranking.order.first == 5)
        #expect(ranking.places[5].nearest == 1 && ranking.places[5].excess > 0)
        #expect(ranking.places[0].excess < 0)
    }

    @Test func amongEqualsTheLowerMarginComesFirst() {
        let angles: [Double] = [0, 0, 0, 100, 100, 100]
        let items = [item(0, 0), item(1, 0, 0.51), item(2, 0, 0.7), item(3, 1), item(4, 1, 0.6), item(5, 1)]
        let ranking = ReviewRanking(items, features: features(angles), dim: 2, classCount: 2)
        // Of either class the first; among equals in everything the data set's order.
        #expect(ranking.order == [1, 4, 2, 3, 0, 5])
    }

    @Test func everyClassHasATurnBeforeOneHasTwo() {
        let angles: [Double] = [0, 60, 70, 80, 100, 99]
        let items = (0..<6).map { item($0, $0 < 4 ? 0 : 1) }
        let ranking = ReviewRanking(items, features: features(angles), dim: 2, classCount: 2)
        #expect(ranking.order.map { items[$0].own } == [0, 1, 0, 1, 0, 0])
        #expect(ranking.order.filter { items[$0].own == 0 } == [3, 2, 1, 0])
    }

    @Test func aLabelThatTheModelContradictsIsInQuestion() {
        let angles: [Double] = [0, 1, 2, 98, 99, 100]
        var items = (0..<6).map { item($0, $0 < 3 ? 0 : 1, 0.95) }
        // The data set says that image 4 is of class 0.
        items[4] = item(4, 1, 0.95, given: 0)
        #expect(items[4].margin < 0)
        let ranking = ReviewRanking(items, features: features(angles), dim: 2, classCount: 2)
        #expect(ranking.order.first == 4)
    }

    @Test func oneClassAloneIsNoTrouble() {
        let items = [item(0, 0), item(1, 0, 0.6)]
        let ranking = ReviewRanking(items, features: features([0, 50]), dim: 2, classCount: 3)
        #expect(ranking.places.allSatisfy { $0.nearest == -1 })
        #expect(ranking.order == [1, 0])
    }

    /// Classes in 16 dimensions, and a model that takes a tenth of their images for another class and is as sure of those as of the
    /// others: what low confidence alone does not find.
    @Test(arguments: [UInt64(1), 2, 3]) func errorsComeFarMoreOftenAmongTheFirstThanByChance(seed: UInt64) {
        let (classCount, perClass, dim) = (16, 40, 16)
        var random = SplitMix(state: seed)
        var (features, items, isWrong) = ([Float](), [ReviewRanking.Item](), [Bool]())
        for label in 0..<classCount {
            for _ in 0..<perClass {
                let raw = (0..<dim).map { Float($0 == label ? 1 : 0) + Float(random.normal()) * 0.35 }
                let length = raw.reduce(0) { $0 + $1 * $1 }.squareRoot()
                features += raw.map { $0 / length }
                let wrong = random.uniform() < 0.1
                let own = wrong ? (label + 1 + Int(random.uniform() * Double(classCount - 1))) % classCount : label
                let confidence = Float(0.5 + random.uniform() / 2)
                let top = TopTwo(
                    label: own, probability: confidence, runnerUp: (own + 1) % classCount, runnerUpProbability: 1 - confidence)
                items.append(.init(image: items.count, top: top, zeroShot: own, zeroShotProbability: 0.5, given: nil))
                isWrong.append(wrong)
            }
        }
        let ranking = ReviewRanking(items, features: features, dim: dim, classCount: classCount)
        #expect(Set(ranking.order) == Set(items.indices))
        let found = ranking.order.prefix(40).count { isWrong[$0] }
        let byChance = 40 * Double(isWrong.count { $0 }) / Double(items.count)
        #expect(Double(found) > 4 * byChance, "\(found) of 40, by chance \(byChance)")
    }

    @Test func ranksOfEqualValuesAreTheirMean() {
        let (tied, third): (Double, Double) = (1.0 / 6.0, 2.0 / 3.0)
        #expect(ReviewRanking.ranks([3, 1, 1, 2]) == [1, tied, tied, third])
        #expect(ReviewRanking.ranks([]) == [])
        #expect(ReviewRanking.ranks([7]) == [0])
    }

    @Test func theTwoMostProbableAreTheFirstAmongEquals() {
        func top(_ values: [Float]) -> [Int] { [TopTwo(values[...]).label, TopTwo(values[...]).runnerUp] }
        #expect(top([0.2, 0.5, 0.3]) == [1, 2])
        #expect(top([0.5, 0.5]) == [0, 1])
        #expect(top([0.1, 0.3, 0.3, 0.3]) == [1, 2])
        #expect(top([0.6, 0.1, 0.3]) == [0, 2])
        #expect(top([1]) == [0, -1])
        // A slice of several rows.
        #expect(TopTwo([9, 9, 0.1, 0.7, 0.2][2...]).label == 1)
    }
}

/// Random numbers of a seed (Steele, Lea and Flood 2014; Box and Muller 1958).
private struct SplitMix {
    var state: UInt64

    mutating func uniform() -> Double {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return Double((z ^ (z >> 31)) >> 11) * 0x1p-53
    }

    mutating func normal() -> Double { (-2 * log(1 - uniform())).squareRoot() * cos(2 * .pi * uniform()) }
}
