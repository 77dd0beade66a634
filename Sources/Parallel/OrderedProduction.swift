/// Makes values on several threads and hands them over one by one, in order, on the thread that asks.
///
/// The result does not depend on the number of threads. At most `ahead` values are under way or waiting at a time, so memory
/// does not grow with their number.
public final class OrderedProduction<Value: Sendable>: Sendable {
    private let count: Int
    private let window: Int
    /// Held whenever the state is looked at or changed; what threads wait on.
    private let condition = Monitor()
    private let state: Mutex<State>

    private struct State {
        var made: [Int: Result<Value, any Error>] = [:]
        var nextToMake = 0
        var nextToTake = 0
        var isStopped = false
        var runningThreads: Int
    }

    private init(count: Int, threads: Int, ahead: Int) {
        self.count = count
        window = max(threads, ahead)
        state = Mutex(State(runningThreads: threads))
    }

    /// Changes the state, and wakes whoever waits for it to change.
    private func change(_ body: (inout State) -> Void) {
        condition.withLock {
            state.withLock { body(&$0) }
            condition.wakeAll()
        }
    }

    /// Waits until `take` finds something in the state.
    private func wait<Found: Sendable>(_ take: (inout State) -> Found?) -> Found {
        condition.withLock {
            while true {
                if let found = state.withLock({ take(&$0) }) { return found }
                condition.wait()
            }
        }
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
            onNewThread { production.work(worker()) }
        }
        defer { production.stop() }
        for index in 0..<count {
            try take(index, production.value(at: index).get())
        }
    }

    private func work(_ make: (Int) throws -> Value) {
        while let index = claim() {
            let value = Result { try make(index) }
            change { $0.made[index] = value }
        }
        change { $0.runningThreads -= 1 }
    }

    /// The next value to make; nil where none is left or wanted.
    private func claim() -> Int? {
        let (count, window) = (count, window)
        let claimed: Int = wait { state in
            if state.isStopped || state.nextToMake >= count { return -1 }
            guard state.nextToMake < state.nextToTake + window else { return nil }
            defer { state.nextToMake += 1 }
            return state.nextToMake
        }
        return claimed < 0 ? nil : claimed
    }

    private func value(at index: Int) -> Result<Value, any Error> {
        defer { condition.wakeAll() }
        return wait { state in
            guard let value = state.made.removeValue(forKey: index) else { return nil }
            state.nextToTake = index + 1
            return value
        }
    }

    private func stop() {
        change { $0.isStopped = true }
        _ = wait { $0.runningThreads == 0 ? true : nil }
    }
}
