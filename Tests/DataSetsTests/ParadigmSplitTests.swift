import DataSets
import Testing
import Vocabulary

@Suite struct ParadigmSplitTests {
    @Test(arguments: referenceSplits.split(separator: "\n").map(String.init))
    func seenAndUnseenClassesAreThePublishedOnes(line: String) throws {
        let fields = line.split(whereSeparator: { ":|".contains($0) })
        try #require(fields.count == 3)
        let seed = try #require(fields[0].split(separator: " ").last.flatMap { Int($0) })
        let seen = fields[1].split(separator: " ").compactMap { Int($0) }
        let unseen = fields[2].split(separator: " ").compactMap { Int($0) }
        let count = seen.count + unseen.count
        let split = try ParadigmSplit(.trzsl, labels: Array(0..<count), classCount: count, splitSeed: seed)
        #expect(split.seen == seen)
        #expect(split.unseen == unseen)
        #expect(split.candidates == unseen)
        #expect(split.labeled == seen.sorted())
        #expect(split.unlabeled == unseen.sorted())
    }

    @Test(arguments: [
        (20, [18, 1]), (29, [2, 20]), (30, [2, 28]), (66, [45, 28]), (67, [27, 56]), (80, [50, 27]),
        (140, [45, 59]),
        (2000, [405, 1190]), (2500, [53, 2391]), (3000, [311, 1025]),
    ])
    func twoImagesOfEveryClassAreLabeledAsPublished(size: Int, picks: [Int]) throws {
        // Two classes in turns, so that a class's positions are not contiguous.
        let labels = (0..<2 * size).map { $0 % 2 }
        let split = try ParadigmSplit(.ssl, labels: labels, classCount: 2)
        #expect(split.labeled == picks.map { 2 * $0 } + picks.map { 2 * $0 + 1 })
        #expect(split.unlabeled.count == 2 * size - 4)
        #expect(split.candidates == [0, 1])
        #expect(split.seen.isEmpty && split.unseen.isEmpty)
    }

    @Test func unsupervisedLearningUsesNoLabel() throws {
        let split = try ParadigmSplit(.ul, labels: [nil, 0, nil, 1], classCount: 2)
        #expect(split.roles == [.unlabeled, .unlabeled, .unlabeled, .unlabeled])
        #expect(split.labeled.isEmpty)
        #expect(split.candidates == [0, 1])
    }

    @Test func imagesWithoutLabelStayUnlabeledInSemiSupervisedLearning() throws {
        let split = try ParadigmSplit(.ssl, labels: [nil, 1, 0, 0, nil, 1], classCount: 2)
        #expect(split.labeled.sorted() == [1, 2, 3, 5])
        #expect(split.unlabeled == [0, 4])
    }

    @Test(arguments: [
        (
            Paradigm.ssl, [nil, nil] as [Int?], 2,
            "None of the training images has a label, so only the paradigm ul is possible, not ssl."
        ),
        (
            .trzsl, [nil, nil], 4,
            "None of the training images has a label, so only the paradigm ul is possible, not trzsl."
        ),
        (
            .ssl, [0, 0, 0, 1], 3,
            "The paradigm ssl takes the labels of 2 training images of every class, but class 1 has 1 "
                + "labeled training image (and 1 further class has too few)."
        ),
        (
            .ssl, [0, 0, 1, 1], 2,
            "All 4 training images would be labeled in the paradigm ssl, and none is left to adapt to."
        ),
        (
            .trzsl, [0, 1, 0, 1], 2,
            "The paradigm trzsl needs at least 3 classes: pseudolabels choose among the unseen ones, and of "
                + "2 classes not two would be unseen beside a seen one. Use ul or ssl."
        ),
        (
            .trzsl, [0, 1, nil, 2], 3,
            "The paradigm trzsl needs to know of every training image whether its class is seen, but 1 of "
                + "them has no label (the first is image 2). Use ul, or ssl if every class has two labels."
        ),
        (.ul, [0, 5], 2, "Training image 1 has the label 5, but there are 2 classes (0 to 1)."),
        (.ul, [], 2, "There are no training images to divide into labeled and unlabeled ones."),
    ])
    func whatCannotBeDividedIsRefused(paradigm: Paradigm, labels: [Int?], classCount: Int, sentence: String) {
        #expect(throws: DataSetError(sentence)) {
            try ParadigmSplit(paradigm, labels: labels, classCount: classCount)
        }
    }

    @Test(arguments: [-1, 4_294_967_296])
    func splitSeedsNumpyDoesNotTakeAreRefused(seed: Int) {
        #expect(throws: DataSetError.self) {
            try ParadigmSplit(.trzsl, labels: [0, 1, 2], classCount: 3, splitSeed: seed)
        }
    }

    @Test func aClassWithTooFewLabelsIsNamed() {
        #expect {
            try ParadigmSplit(.ssl, labels: [0, 0, 1, 0], classCount: 2, classNames: ["woven", "naïve dots"])
        } throws: { "\($0)".contains("but class \"naïve dots\" has 1 labeled training image") }
    }

    @Test(arguments: [Paradigm.ul, .ssl, .trzsl]) func lessDataIsPartOfMore(_ paradigm: Paradigm) throws {
        let labels = (0..<200).map { $0 % 5 }
        func split(_ share: Double) throws -> ParadigmSplit {
            try ParadigmSplit(paradigm, labels: labels, classCount: 5, unlabeledShare: share)
        }
        let all = try split(1)
        var larger = Set(all.unlabeled)
        for share in [0.75, 0.5, 0.1] {
            let part = try split(share)
            let used = Set(part.unlabeled)
            #expect(used.count == Int(share * Double(all.unlabeled.count)))
            #expect(used.isSubset(of: larger))
            #expect(part.labeled == all.labeled && part.roles.count == all.roles.count)
            #expect(part.roles.count { $0 == .unused } == all.unlabeled.count - used.count)
            larger = used
        }
    }

    @Test func anyNumberOfClassesFromThreeOnCanBeDivided() throws {
        for count in 3...300 {
            let split = try ParadigmSplit(.trzsl, labels: Array(0..<count), classCount: count, splitSeed: 1)
            #expect((split.seen + split.unseen).sorted() == Array(0..<count))
            #expect(split.unseen.count >= 2 && !split.seen.isEmpty)
        }
    }
}
