import Methods
import Testing

@Suite struct PseudolabelScheduleTests {
    /// Published k of GRIP's ten rounds: unlabeled images, classes, k.
    static let published: [(images: Int, classes: Int, counts: [Int])] = [
        (2040, 102, [2, 4, 6, 8, 10, 12, 14, 16, 18, 20]), (1836, 102, [1, 3, 5, 7, 8, 10, 12, 14, 16, 17]),
        (6300, 45, [14, 28, 42, 56, 70, 84, 98, 112, 126, 140]), (6210, 45, [13, 27, 41, 55, 69, 82, 96, 110, 124, 138]),
        (3760, 47, [8, 16, 24, 32, 40, 48, 56, 64, 72, 80]), (3666, 47, [7, 15, 23, 31, 38, 46, 54, 62, 70, 77]),
        (27000, 10, [270, 540, 810, 1080, 1350, 1620, 1890, 2160, 2430, 2700]),
        (26980, 10, [269, 539, 809, 1079, 1349, 1618, 1888, 2158, 2428, 2698]),
        (6667, 100, [6, 13, 19, 26, 33, 39, 46, 53, 59, 66]), (6467, 100, [6, 12, 19, 25, 32, 38, 45, 51, 58, 64]),
        (5994, 200, [2, 5, 8, 11, 14, 17, 20, 23, 26, 29]), (5594, 200, [2, 5, 8, 11, 13, 16, 19, 22, 25, 27]),
        (5994, 200, [5, 11, 17, 23, 29]), (5594, 200, [5, 11, 16, 22, 27]),
    ]

    @Test func countsAreThePublishedOnes() {
        for (images, classes, counts) in Self.published {
            let schedule = PseudolabelSchedule.growing(rounds: counts.count)
            #expect((1...counts.count).map { schedule.count(round: $0, images: images, classes: classes) } == counts)
        }
    }

    @Test func aRoundHasAtLeastOnePseudolabelPerClassAndNeverMoreThanThereAreImages() {
        for images in 0..<60 {
            for classes in 1..<9 {
                for rounds in 1..<12 {
                    let schedule = PseudolabelSchedule.growing(rounds: rounds)
                    let counts = (1...rounds).map { schedule.count(round: $0, images: images, classes: classes) }
                    #expect(counts == counts.sorted())
                    #expect(counts[0] >= 1)
                    #expect(counts[rounds - 1] <= max(1, images / classes))
                }
            }
        }
        #expect(PseudolabelSchedule.fixed(16, rounds: 10).count(round: 7, images: 20, classes: 4) == 16)
        #expect(PseudolabelSchedule.growing(rounds: 3).count(round: 3, images: 20, classes: 0) == 1)
    }
}
