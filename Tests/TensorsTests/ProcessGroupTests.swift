import Foundation
import GroupSupport
import Tensors
import Testing

@Suite struct ProcessGroupTests {
    @Test(arguments: [2, 3, 4]) func everyCollectiveGivesWhatItSays(size: Int) throws {
        let results = try Ranks.run(size) { group in
            let sum = try Tensor([Float(group.rank), 1], shape: [2])
            try group.sum(sum)
            let words = try group.allGather(String(repeating: "é", count: group.rank))
            let number = try group.broadcast(group.rank + 7)
            let all = try group.allGather(Tensor([Int64(group.rank), 5], shape: [2])).ints()
            try group.barrier()
            return (try sum.floats(), words, number, all)
        }
        let total = Float(size * (size - 1) / 2)
        for (sum, words, number, all) in results {
            #expect(sum == [total, Float(size)])
            #expect(words == (0..<size).map { String(repeating: "é", count: $0) })
            #expect(number == 7)
            #expect(all == (0..<size).flatMap { [$0, 5] })
        }
    }

    /// Rows come together in their order, whatever the number divides by, and where some have none.
    @Test(arguments: [0, 1, 3, 4, 10, 17]) func rowsOfUnevenSharesComeTogetherInOrder(count: Int) throws {
        let results = try Ranks.run(4) { group in
            let own = group.share(of: count)
            let rows = try Tensor(own.flatMap { [Double($0), -Double($0)] }, shape: [own.count, 2])
            return try group.allGather(rows: rows, of: count).doubles()
        }
        for result in results { #expect(result == (0..<count).flatMap { [Double($0), -Double($0)] }) }
    }

    /// Every process has the same bits, in every run.
    @Test func sumsAreTheSameBitsEverywhereAndAgain() throws {
        func sums() throws -> [[Float]] {
            try Ranks.run(4) { group in
                let values = (0..<100_003).map { Float(sin(Double($0 * (group.rank + 3)))) * 1e-3 }
                let tensor = try Tensor(values, shape: [values.count])
                try group.sum(tensor)
                return try tensor.floats()
            }
        }
        let first = try sums()
        for other in try first.dropFirst() + sums() { #expect(other == first[0]) }
    }

    @Test func transposedAndSlicedTensorsAreSummedInPlace() throws {
        let results = try Ranks.run(2) { group in
            let whole = try Tensor((0..<12).map(Float.init), shape: [3, 4])
            try group.sum(whole.narrow(dim: 1, start: 1, length: 2))
            return try whole.floats()
        }
        for result in results { #expect(result == [0, 2, 4, 3, 4, 10, 12, 7, 8, 18, 20, 11]) }
    }

    @Test func aloneNothingIsWaitedFor() throws {
        let group = ProcessGroup.alone
        let tensor = try Tensor([1, 2] as [Float], shape: [2])
        try group.sum(tensor)
        #expect(try tensor.floats() == [1, 2])
        #expect(group.share(of: 5) == 0..<5)
        #expect(try group.allGather(rows: tensor, of: 2).floats() == [1, 2])
        #expect(try group.allGather("a") == ["a"])
    }

    @Test func whoNeverComesIsASentenceWithinTheTimeout() throws {
        let start = ContinuousClock.now
        for missing in [0, 1] {
            let results = try Ranks.results(3, timeout: 2, missing: [missing]) { _ in () }
            #expect(results.count == 2)
            for result in results {
                #expect(throws: ProcessGroupError.self) { try result.get() }
                guard case .failure(let error) = result else { continue }
                #expect("\(error)".contains("did not meet the others"))
                #expect(!"\(error)".contains("\n"))
            }
        }
        #expect(ContinuousClock.now - start < .seconds(20))
    }

    @Test func whoEndsOrHangsIsASentenceForTheOthers() throws {
        for hangs in [false, true] {
            let results = try Ranks.results(3, timeout: 2) { group in
                try group.barrier()
                if group.rank == 1 {
                    if hangs { Thread.sleep(forTimeInterval: 6) }
                    return
                }
                try group.barrier()
            }
            for rank in [0, 2] {
                guard case .failure(let error) = results[rank] else {
                    Issue.record("process \(rank) went on alone")
                    continue
                }
                #expect("\(error)".hasPrefix("process \(rank) of 3 "))
                #expect(!"\(error)".contains("\n"))
            }
        }
    }
}
