import CAP
import Methods
import Testing

@Suite struct LabelWeightsTests {
    private func weights(
        isTransfer: Bool, isIterative: Bool = false, hasRoot: Bool = false,
        rule: LabelWeight = .reference
    ) -> [Double] {
        let weights = LabelWeights(
            labeled: 72, pseudolabeled: 576, isTransfer: isTransfer, isIterative: isIterative, hasRoot: hasRoot, rule: rule)
        return [weights.labeled, weights.pseudolabeled]
    }

    /// RESISC45's 72 labels beside 576 pseudolabels.
    @Test func labelsAreWeightedAsTheAuthorsDo() {
        #expect(weights(isTransfer: false) == [8, 1])
        #expect(weights(isTransfer: false, hasRoot: true) == [(8.0).squareRoot(), 1])
        #expect(weights(isTransfer: false, isIterative: true) == [0.125, 1])
        #expect(weights(isTransfer: false, isIterative: true, hasRoot: true) == [0.125, 1])
        #expect(weights(isTransfer: false, isIterative: true, rule: .balanced) == [8, 1])
        #expect(weights(isTransfer: true) == [1, 0.125])
        #expect(weights(isTransfer: true, hasRoot: true) == [1, (0.125).squareRoot()])
        #expect(weights(isTransfer: true, isIterative: true, hasRoot: true) == [1, 0.125])
    }

    @Test func withoutLabelsOrPseudolabelsThereIsNothingToWeigh() {
        for (labeled, pseudolabeled) in [(0, 5), (5, 0), (0, 0)] {
            let weights = LabelWeights(
                labeled: labeled, pseudolabeled: pseudolabeled, isTransfer: false, isIterative: true, hasRoot: false,
                rule: .reference)
            #expect(weights.labeled == 1 && weights.pseudolabeled == 1)
        }
    }
}
