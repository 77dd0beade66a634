import Launch
import Testing

@Suite struct WorkPartTests {
    @Test(arguments: [(0, 1), (1, 4), (7, 7), (64, 16), (65, 16), (1_000, 3)])
    func partsAreAllImagesOnceInWholeBatches(total: Int, batch: Int) throws {
        for count in [1, 2, 3, 5, 64] {
            var end = 0
            var lengths: [Int] = []
            for number in 1...count {
                let images = try #require(WorkPart("\(number)/\(count)")).range(of: total, inBlocksOf: batch)
                #expect(images.lowerBound == end)
                #expect(images.upperBound % batch == 0 || images.upperBound == total)
                end = images.upperBound
                lengths.append(images.count)
            }
            #expect(end == total)
            #expect(try #require(lengths.max()) - #require(lengths.min()) <= 2 * batch - 1, "\(lengths)")
        }
    }

    @Test(arguments: ["", "1", "0/2", "3/2", "1/0", "-1/2", "1/2/3", "a/b", "1/", "1/65537", "1 /2"])
    func whatIsNoPartIsNone(text: String) { #expect(WorkPart(text) == nil) }
}
