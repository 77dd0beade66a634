import Foundation

/// How far a job is, on standard error: a bar with rate and time left on a terminal, else a plain line now and then.
///
/// A job that is over within two seconds prints nothing at all. May be advanced from any thread.
///
/// ```swift
/// let progress = ProgressBar("embedding", total: images, unit: "images", quiet: verbosity.quiet)
/// for batch in batches { …; progress.advance(by: batch.count) }
/// progress.finish()
/// ```
public final class ProgressBar: @unchecked Sendable {
    private let title: String
    private let total: Int?
    private let unit: String
    private let isQuiet: Bool
    private let isTerminal: Bool
    private let start = ContinuousClock.now

    // Guarded by the lock.
    private let lock = NSLock()
    private var done = 0
    private var isShown = false
    private var isFinished = false
    private var lastShown: Duration = .zero
    private var note = ""

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
        lock.withLock { update(done + amount, note) }
    }

    /// Counts `amount` as done in all.
    public func advance(to amount: Int) {
        lock.withLock { update(amount, nil) }
    }

    private func update(_ amount: Int, _ note: String?) {
        done = amount
        if let note { self.note = note }
        let elapsed = ContinuousClock.now - start
        guard !isQuiet, !isFinished, elapsed >= Self.delay, done < total ?? .max else { return }
        guard !isShown || elapsed - lastShown >= interval else { return }
        show(elapsed)
    }

    /// Ends the display; the last line stays.
    public func finish() {
        lock.withLock {
            guard !isFinished else { return }
            isFinished = true
            guard isShown else { return }
            show(ContinuousClock.now - start)
            if isTerminal { Standard.error.write("\n") }
        }
    }

    deinit {
        if isShown && isTerminal && !isFinished { Standard.error.write("\n") }
    }

    private func show(_ elapsed: Duration) {
        isShown = true
        lastShown = elapsed
        let state = ProgressLine(
            title: title, done: done, total: total, unit: unit, seconds: elapsed / .seconds(1), isFinished: isFinished,
            note: note)
        // The last column stays free: terminals wrap when it is written to.
        let line = isTerminal ? state.fitted(to: Standard.error.columns - 1) : state.plain
        if isTerminal {
            // Back to the first column, the line, and clear what is left of the last one.
            Standard.error.write("\r" + line + "\u{1B}[K")
        } else {
            Standard.error.write(line + "\n")
        }
    }
}
