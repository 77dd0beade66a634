import Foundation

/// Makes values on several threads and hands them over one by one, in order, on the thread that asks.
///
/// The result does not depend on the number of threads. At most `ahead` values are under way or waiting at a time, so memory does
/// not grow with their number.
public final class OrderedProduction<Value: Sendable>: @unchecked Sendable {
    private let count: Int
    private let window: Int
    private let condition = NSCondition()

    // Guarded by the condition.
    private var made: [Int: Result<Value, any Error>] = [:]
    private var nextToMake = 0
    private var nextToTake = 0
    private var isStopped = false
    private var runningThreads: Int

    private init(count: Int, threads: Int, ahead: Int) {
        self.count = count
        window = max(threads, ahead)
        runningThreads = threads
    }

    /// Makes values 0 ..< count and passes each to `take`.
    ///
    /// - Parameters:
    ///   - ahead: values that are under way or waiting at most; nil for twice as many as there are threads.
    ///   - worker: called once on each thread; what it returns makes that thread's values, so it may keep buffers.
    ///   - take: called on this thread, in order.
    /// - Throws: what making or taking a value threw, the first in order; later values are not taken.
    public static func run(
        count: Int, threads: Int, ahead: Int? = nil, worker: @escaping @Sendable () -> (Int) throws -> Value,
        take: (Int, Value) throws -> Void
    ) throws {
        let threads = max(1, min(threads, count))
        let production = OrderedProduction(count: count, threads: threads, ahead: ahead ?? 2 * threads)
        for _ in 0..<threads {
            Thread { production.work(worker()) }.start()
        }
        defer { production.stop() }
        for index in 0..<count {
            try take(index, production.value(at: index).get())
        }
    }

    private func work(_ make: (Int) throws -> Value) {
        while let index = claim() {
            let value = Result { try make(index) }
            condition.withLock {
                made[index] = value
                condition.broadcast()
            }
        }
        condition.withLock {
            runningThreads -= 1
            condition.broadcast()
        }
    }

    private func claim() -> Int? {
        condition.withLock {
            while !isStopped && nextToMake < count && nextToMake >= nextToTake + window {
                condition.wait()
            }
            guard !isStopped, nextToMake < count else { return nil }
            defer { nextToMake += 1 }
            return nextToMake
        }
    }

    private func value(at index: Int) -> Result<Value, any Error> {
        condition.withLock {
            while true {
                if let value = made.removeValue(forKey: index) {
                    nextToTake = index + 1
                    condition.broadcast()
                    return value
                }
                condition.wait()
            }
        }
    }

    private func stop() {
        condition.withLock {
            isStopped = true
            condition.broadcast()
            while runningThreads > 0 {
                condition.wait()
            }
        }
    }
}
