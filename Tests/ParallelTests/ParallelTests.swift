import Parallel
import Testing

@Suite("Work on several threads")
struct ParallelTests {
    private struct Failure: Error, Equatable {
        let index: Int
    }

    @Test("values come in order, whatever the number of threads", arguments: [1, 2, 3, 8])
    func order(threads: Int) throws {
        var taken: [Int] = []
        try OrderedProduction<Int>.run(count: 200, threads: threads) {
            { index in (0...(index * 7919 % 500)).reduce(index * 1000, ^) ^ (0...(index * 7919 % 500)).reduce(0, ^) }
        } take: { index, value in
            #expect(value == index * 1000)
            taken.append(index)
        }
        #expect(taken == Array(0..<200))
    }

    @Test("the first error in order is thrown, and nothing behind it is taken", arguments: [1, 4])
    func failure(threads: Int) {
        var taken: [Int] = []
        let error = #expect(throws: Failure.self) {
            try OrderedProduction<Int>.run(count: 100, threads: threads) {
                { if $0 % 40 == 20 { throw Failure(index: $0) } else { $0 } }
            } take: { index, _ in
                taken.append(index)
            }
        }
        #expect(error == Failure(index: 20))
        #expect(taken == Array(0..<20))
    }

    @Test("no more than two values a thread are under way or waiting, beside the one that is being taken")
    func window() throws {
        let waiting = Mutex((now: 0, most: 0))
        try OrderedProduction<Int>.run(count: 300, threads: 3) {
            { index in
                waiting.withLock { $0 = ($0.now + 1, max($0.most, $0.now + 1)) }
                return index
            }
        } take: { _, _ in
            waiting.withLock { $0.now -= 1 }
        }
        #expect(waiting.withLock { $0.most } <= 7)
    }

    @Test("every index is visited once, and an error stops the rest", arguments: [1, 2, 5])
    func indices(threads: Int) throws {
        let visited = Mutex([Int](repeating: 0, count: 1000))
        try concurrently(1000, threads: threads) { index in visited.withLock { $0[index] += 1 } }
        #expect(visited.withLock { $0.allSatisfy { $0 == 1 } })
        #expect(throws: Failure.self) { try concurrently(10, threads: threads) { throw Failure(index: $0) } }
    }

    @Test("parts cover everything in order", arguments: [1, 2, 7])
    func parts(threads: Int) {
        for count in [0, 1, 255, 256, 1000, 4097] {
            let parts = inParts(of: count, threads: threads) { $0 }
            #expect(parts.flatMap(Array.init) == Array(0..<count))
            #expect(parts.count <= threads)
            let running = Mutex((now: 0, most: 0))
            let more = inParts(of: count, atLeast: 16, threads: threads, partsEach: 5) { part in
                running.withLock { $0 = ($0.now + 1, max($0.most, $0.now + 1)) }
                defer { running.withLock { $0.now -= 1 } }
                return part
            }
            #expect(more.flatMap(Array.init) == Array(0..<count))
            #expect(more.count == max(1, threads == 1 ? 1 : min(5 * threads, count / 16)))
            #expect(running.withLock { $0.most <= threads })
        }
    }

    @Test("two things at once give both, and the second's error")
    func both() throws {
        let (first, second) = try atOnce({ 20 }) { 22 }
        #expect(first + second == 42)
        #expect(throws: Failure.self) { try atOnce({ 1 }) { throw Failure(index: 1) } as (Int, Int) }
    }
}
