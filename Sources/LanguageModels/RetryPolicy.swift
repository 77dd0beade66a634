import CHTTP
import Essentials
import FoundationEssentials

/// How often and how patiently a request is made again after a failure that may pass.
public struct RetryPolicy: Sendable {
    /// Requests for one answer, the first included.
    public var attempts = 6
    /// The first wait; each further one is twice as long.
    public var firstWait: Duration = .seconds(1)
    public var longestWait: Duration = .seconds(60)
    /// The longest wait that a server may ask for with `Retry-After`; one that asks for more is given up on.
    public var mostPatience: Duration = .seconds(300)
    /// Waits. Another one lets tests not wait.
    public var wait: @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }
    /// A number in 0..<1 that spreads the waits of requests that failed together.
    public var jitter: @Sendable () -> Double = { Double.random(in: 0..<1) }

    public init() {}

    /// The wait before the attempt after `attempt` (counted from 1): between half and all of the doubled one.
    func backoff(after attempt: Int) -> Duration {
        let doubled = firstWait * Double(1 << min(max(attempt - 1, 0), 20))
        return min(doubled, longestWait) * (0.5 + 0.5 * jitter())
    }

    /// The wait that a `Retry-After` header asks for: seconds or a date (RFC 9110, 10.2.3); nil where it says neither.
    static func retryAfter(_ header: String?, now: Date = .now) -> Duration? {
        guard let text = header?.trimmingSpaces(), !text.isEmpty else { return nil }
        if let seconds = Double(text), seconds.isFinite, seconds >= 0 { return .seconds(min(seconds, 1e9)) }
        let date = chttp_date(text)
        return date < 0 ? nil : .seconds(min(max(0, Double(date) - now.timeIntervalSince1970), 1e9))
    }
}
