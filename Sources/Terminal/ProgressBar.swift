import Parallel

/// How far a job is, on standard error: a bar with rate and time left on a terminal, else a plain line now and then.
///
/// A job that is over within two seconds prints nothing at all. May be advanced from any thread.
///
/// ```swift
/// let progress = ProgressBar("embedding", total: images, unit: "images", quiet: verbosity.quiet)
/// for batch in batches { …; progress.advance(by: batch.count) }
/// progress.finish()
/// ```
public final class ProgressBar: Sendable {
    private let title: String
    private let total: Int?
    private let unit: String
    private let isQuiet: Bool
    private let isTerminal: Bool
    private let start = ContinuousClock.now

    private struct State {
        var done = 0
        var isShown = false
        var isFinished = false
        var lastShown: Duration = .zero
        var note = ""
    }
    private let state = Mutex(State())

    /// Silence before the first sign of life.
    private static let delay: Duration = .seconds(2)
    private var interval: Duration { isTerminal ? .milliseconds(100) : .seconds(10) }

    /// - Parameters:
    ///   - title: what is being done, such as `embedding`.
    ///   - total: how much there is to do; nil where that is not known.
    ///   - unit: what is counted, in the plural.
    public init(_ title: String, total: Int?, unit: String, quiet: Bool) {
        self.title = title
        self.total = total
        self.unit = unit
        isQuiet = quiet
        isTerminal = Standard.error.isTerminal
    }

    /// Counts `amount` more as done.
    ///
    /// - Parameter note: a word on the state of things to show at the end of the line, such as a loss.
    public func advance(by amount: Int = 1, note: String? = nil) {
        state.withLock { update(&$0, to: $0.done + amount, note) }
    }

    /// Counts `amount` as done in all.
    public func advance(to amount: Int) {
        state.withLock { update(&$0, to: amount, nil) }
    }

    private func update(_ state: inout State, to amount: Int, _ note: String?) {
        state.done = amount
        if let note { state.note = note }
        let elapsed = ContinuousClock.now - start
        guard !isQuiet, !state.isFinished, elapsed >= Self.delay, amount < total ?? .max else { return }
        guard !state.isShown || elapsed - state.lastShown >= interval else { return }
        show(&state, elapsed)
    }

    /// Ends the display; the last line stays.
    public func finish() {
        state.withLock {
            guard !$0.isFinished else { return }
            $0.isFinished = true
            guard $0.isShown else { return }
            show(&$0, ContinuousClock.now - start)
            if isTerminal { Standard.error.write("\n") }
        }
    }

    deinit {
        state.withLock {
            if $0.isShown && isTerminal && !$0.isFinished { Standard.error.write("\n") }
        }
    }

    private func show(_ state: inout State, _ elapsed: Duration) {
        state.isShown = true
        state.lastShown = elapsed
        let line = ProgressLine(
            title: title, done: state.done, total: total, unit: unit, seconds: elapsed / .seconds(1),
            isFinished: state.isFinished, note: state.note)
        if isTerminal {
            // Back to the first column, the line, and clear what is left of the last one. The last column stays free: terminals
            // wrap when it is written to.
            Standard.error.write("\r" + line.fitted(to: Standard.error.columns - 1) + "\u{1B}[K")
        } else {
            Standard.error.write(line.plain + "\n")
        }
    }
}
