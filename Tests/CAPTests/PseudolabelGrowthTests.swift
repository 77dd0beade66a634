import CAP
import Methods
import Testing
import Vocabulary

struct PseudolabelGrowthTests {
    @Test(arguments: [
        // RESISC45: 140 images per class, ⌊140·0.8⌋ = 112, so 96 more than 16 by epoch 35.
        (140, 0.8, 0, 16), (140, 0.8, 5, 29), (140, 0.8, 10, 43), (140, 0.8, 35, 112), (140, 0.8, 45, 112),
        // EuroSAT: 2160 images per class are capped at 1000.
        (2700, 0.8, 20, 578), (2700, 0.8, 35, 1000),
        // FGVC-Aircraft: ⌊66·0.6⌋ = 39.
        (66, 0.6, 35, 39),
        // Fewer than k: the lists shrink, rounding toward k, and one image stays.
        (10, 0.8, 5, 15), (10, 0.8, 35, 8), (1, 0.8, 35, 1),
    ])
    func capacityFollowsTheFormula(perClass: Int, ratio: Double, epoch: Int, expected: Int) {
        let growth = PseudolabelGrowth(initialCount: 16, unlabeledPerClass: perClass, ratio: ratio, epochs: 50)
        #expect(growth.capacity(afterEpoch: epoch) == expected)
    }

    @Test func listsAreRenewedEveryFifthEpochFromTheFirst() {
        let growth = PseudolabelGrowth(initialCount: 16, unlabeledPerClass: 100, epochs: 12)
        #expect((0..<12).filter(growth.renews) == [0, 5, 10])
    }

    private func pseudolabel(
        _ image: Int, _ label: Int, _ confidence: Float = 0.9, _ origin: PseudolabelOrigin = .training
    ) -> Pseudolabel {
        Pseudolabel(image: image, label: label, confidence: confidence, origin: origin)
    }

    @Test func newlyConfidentImagesGoBeforeTheOldListAndTheRestIsCut() {
        let current = [[pseudolabel(0, 0), pseudolabel(1, 0)], [pseudolabel(2, 1)]]
        let renewed = PseudolabelGrowth.renewed(
            current,
            with: [
                pseudolabel(7, 0, 0.88), pseudolabel(8, 0, 0.97), pseudolabel(8, 0, 0.93),
                pseudolabel(2, 0, 0.99),  // already listed, under another class
                pseudolabel(9, 1, 0.91), pseudolabel(8, 1, 0.99),  // 8 is taken by class 0
                pseudolabel(5, 1, 0.91),  // as confident as 9; its name comes later
            ],
            classes: [0, 1], capacity: 3, nameRanks: [0, 1, 2, 3, 4, 11, 6, 7, 8, 9])
        #expect(renewed[0].map(\.image) == [8, 7, 0])
        #expect(renewed[0].map(\.confidence) == [0.97, 0.88, 0.9])
        #expect(renewed[1].map(\.image) == [5, 9, 2])
    }

    @Test func onlyTheGivenClassesGrow() {
        let current = [[pseudolabel(0, 0)], [pseudolabel(2, 1)]]
        let renewed = PseudolabelGrowth.renewed(
            current, with: [pseudolabel(7, 0), pseudolabel(9, 1)], classes: [1], capacity: 2,
            nameRanks: Array(0..<10))
        #expect(renewed[0] == current[0])
        #expect(renewed[1].map(\.image) == [9, 2])
    }
}
