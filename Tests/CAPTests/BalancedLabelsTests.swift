import CAP
import Methods
import Testing

@Suite("Labels of a review are balanced over the classes")
struct BalancedLabelsTests {
    private func pseudolabels(_ images: [[Int]]) -> [[Pseudolabel]] {
        images.enumerated().map { label, images in
            images.map { Pseudolabel(image: $0, label: label, confidence: 0.9, origin: .zeroShot) }
        }
    }

    @Test func everyClassHasAsManyAsTheOneWithTheMost() {
        let labeled = [(7, 0), (8, 0), (9, 0), (5, 1)].map { LabeledImage(image: $0.0, label: $0.1) }
        let balanced = BalancedLabels.balanced(
            labeled, classes: [0, 1, 2, 3, 4], pseudolabels: pseudolabels([[1], [2, 3, 4], [20, 21, 22, 23], [30, 31], []]))
        let images = Dictionary(grouping: balanced, by: \.label).mapValues { $0.map(\.image) }
        // Class 4 has nothing that could stand for it.
        #expect(images == [0: [7, 8, 9], 1: [5, 2, 3], 2: [20, 21, 22], 3: [30, 31, 30]])
    }

    @Test func equallyManyAndNoneStayAsTheyAre() {
        let labeled = [(1, 1), (0, 0)].map { LabeledImage(image: $0.0, label: $0.1) }
        let lists = pseudolabels([[10], [11]])
        #expect(BalancedLabels.balanced(labeled, classes: [0, 1], pseudolabels: lists) == labeled)
        #expect(BalancedLabels.balanced([], classes: [0, 1], pseudolabels: lists) == [])
    }

    @Test func labelsOfSeenClassesStayAsTheyAre() {
        let labeled = [(1, 2), (2, 2), (3, 0)].map { LabeledImage(image: $0.0, label: $0.1) }
        let balanced = BalancedLabels.balanced(labeled, classes: [0, 1], pseudolabels: pseudolabels([[], [8], []]))
        #expect(balanced == [(1, 2), (2, 2), (3, 0), (8, 1)].map { LabeledImage(image: $0.0, label: $0.1) })
    }
}
