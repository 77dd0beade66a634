import Metrics
import Testing

@Suite struct ConfusedGroupsTests {
    /// Ten images of each class, predicted as it but for `(truth, predicted, images)`.
    private func confusion(_ mistakes: [(Int, Int, Int)], classes: Int) throws -> ConfusionMatrix {
        var predicted = (0..<classes).map { [Int](repeating: $0, count: 10) }
        for (truth, wrong, images) in mistakes {
            let first = predicted[truth].firstIndex(of: truth) ?? 0
            for image in first..<first + images { predicted[truth][image] = wrong }
        }
        return try ConfusionMatrix(
            truth: (0..<classes).flatMap { [Int](repeating: $0, count: 10) }, predicted: predicted.flatMap { $0 },
            classCount: classes)
    }

    @Test func theStrongestPairFoundsAGroupThatGrows() throws {
        let matrix = try confusion([(0, 1, 6), (2, 1, 3), (3, 4, 4), (5, 2, 1)], classes: 7)
        #expect(ConfusedGroups(matrix).groups == [[0, 1, 2, 5], [3, 4]])
        #expect(ConfusedGroups(matrix, threshold: 0.2).groups == [[0, 1, 2], [3, 4]])
        #expect(ConfusedGroups(matrix, largest: 2).groups == [[0, 1], [3, 4], [2, 5]])
        #expect(ConfusedGroups(matrix, most: 1).groups == [[0, 1, 2, 5]])
    }

    @Test func confusionCountsInEitherDirection() throws {
        #expect(try ConfusedGroups(confusion([(3, 0, 5)], classes: 4)).groups == [[0, 3]])
    }

    @Test func whatIsNotConfusedIsInNoGroup() throws {
        #expect(try ConfusedGroups(confusion([], classes: 4)).groups.isEmpty)
        #expect(try ConfusedGroups(confusion([(0, 1, 1)], classes: 4), threshold: 0.2).groups.isEmpty)
        #expect(try ConfusedGroups(ConfusionMatrix(truth: [], predicted: [], classCount: 0)).groups.isEmpty)
    }
}
