import Artifacts
import Testing

/// What is no number is found wherever it stands, in the first place of several.
@Suite struct FinitenessTests {
    static let others: [Float] = [.nan, -.nan, .signalingNaN, .infinity, -.infinity]
    static let numbers: [Float] = [0, -0.0, 1, -.leastNonzeroMagnitude, .greatestFiniteMagnitude, -.greatestFiniteMagnitude]

    @Test(arguments: [0, 1, 7, 1023, 1024, 1025, 3000]) func theFirstOfSeveralIsFound(count: Int) {
        let values = (0..<count).map { Self.numbers[$0 % Self.numbers.count] }
        #expect(Self.firstProblem(values) == nil)
        for (number, place) in Set([0, 1, 1022, 1023, 1024, 2048, count - 1]).filter(values.indices.contains).enumerated() {
            var spoilt = values
            spoilt[place] = Self.others[number % Self.others.count]
            spoilt[count - 1] = place == count - 1 ? spoilt[place] : .nan
            #expect(Self.firstProblem(spoilt) == place)
            #expect(Self.firstProblem(spoilt.map(Double.init)) == place)
        }
    }

    @Test func integersAlwaysAre() {
        #expect([Int32.max, -1].withUnsafeBufferPointer(Finiteness.firstProblem) == nil)
    }

    private static func firstProblem<T: BinaryFloatingPoint>(_ values: [T]) -> Int? {
        (values as? [Float])?.withUnsafeBufferPointer(Finiteness.firstProblem)
            ?? (values as? [Double])?.withUnsafeBufferPointer(Finiteness.firstProblem)
    }
}
