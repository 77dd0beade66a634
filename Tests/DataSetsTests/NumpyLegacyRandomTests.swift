import DataSets
import Testing

/// Compared with numpy 2.4.6 and CPython 3.11.
@Suite struct NumpyLegacyRandomTests {
    @Test func rawWordsAreThoseOfNumpy() {
        var random = NumpyLegacyRandom(seed: 0)
        #expect(
            (0..<4).map { _ in random.next() } == [
                2_357_136_044, 2_546_248_239, 3_071_714_933, 3_626_093_760,
            ])
    }

    @Test(arguments: [
        (0, [2, 8, 4, 9, 1, 6, 7, 3, 0, 5]), (500, [4, 2, 9, 3, 0, 5, 6, 8, 1, 7]),
        (200, [8, 3, 5, 6, 1, 7, 2, 4, 0, 9]),
    ])
    func permutationsAreThoseOfNumpy(seed: Int, expected: [Int]) {
        var random = NumpyLegacyRandom(seed: UInt32(seed))
        #expect(random.permutation(10) == expected)
    }

    @Test func permutationsOfNothingAndOfOneAreThemselves() {
        var random = NumpyLegacyRandom(seed: 7)
        #expect(random.permutation(0) == [])
        #expect(random.permutation(1) == [0])
        #expect(random.choice(from: 3, size: 9).sorted() == [0, 1, 2])
    }

    @Test(arguments: [
        (90, 72, [2, 13, 53, 41, 66, 30, 45, 43], [64, 65, 67, 36, 37, 70, 39, 72]),
        (94, 75, [2, 30, 56, 16, 13, 61, 62, 79], [9, 12, 21, 25, 36, 37, 39, 44]),
        (204, 163, [18, 45, 33, 37, 109, 90, 5, 124], [9, 140, 142, 147, 148, 21, 25, 29]),
        (720, 576, [503, 645, 245, 142, 493, 358, 621, 40], [512, 515, 9, 11, 19, 23, 537, 28]),
        (752, 601, [647, 142, 415, 79, 214, 40, 397, 27], [512, 515, 9, 11, 528, 19, 23, 537]),
    ])
    func heldOutMembersFollowInTheOrderOfPythonSets(count: Int, size: Int, first: [Int], rest: [Int]) {
        var random = NumpyLegacyRandom(seed: 0)
        let (chosen, remaining) = random.partition(count, choosing: size)
        #expect(chosen.count == size)
        #expect(Array(chosen.prefix(8)) == first)
        #expect(Array(remaining.prefix(8)) == rest)
        #expect((chosen + remaining).sorted() == Array(0..<count))
    }

    /// Σ position · value of the rest, modulo 2³¹ − 1: small sets, few removed, tables that grew many times.
    @Test(arguments: [
        (10, 6, 34), (47, 29, 4006), (100, 5, 296_064), (500, 101, 26_436_098),
        (27_000, 21_600, 1_595_179_141), (200_000, 124_000, 169_633_230),
    ])
    func theWholeRestIsInTheOrderOfPythonSets(count: Int, size: Int, checksum: Int) {
        var random = NumpyLegacyRandom(seed: 0)
        let rest = random.partition(count, choosing: size).rest
        #expect(rest.enumerated().reduce(0) { ($0 + $1.offset * $1.element) % 2_147_483_647 } == checksum)
    }
}
