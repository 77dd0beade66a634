import Foundation

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

/// Posts small requests and reads small answers: follows no redirect, reads no more than it was told to.
///
/// Usable from any number of tasks at a time.
final class HTTPClient: NSObject, Sendable {
    struct Response: Sendable {
        let status: Int
        let contentType: String
        let retryAfter: String?
        let location: String?
        let body: Data
    }

    /// Why there was no response.
    enum Failure: Error {
        case timedOut
        /// The body is longer than is read.
        case tooLong
        case failed(URLError)
    }

    private let session: URLSession
    private let exchanges: Exchanges

    /// - Parameter longestBody: the most bytes of a body that are read.
    init(longestBody: Int) {
        let configuration = URLSessionConfiguration.ephemeral
        configuration.httpCookieStorage = nil
        configuration.urlCache = nil
        exchanges = Exchanges(longestBody: longestBody)
        session = URLSession(configuration: configuration, delegate: exchanges, delegateQueue: nil)
    }

    deinit {
        session.invalidateAndCancel()
    }

    /// Posts `body` and waits for the whole response.
    ///
    /// - Throws: ``Failure``, or `CancellationError`.
    func post(_ body: Data, to url: URL, headers: [String: String], timeout: Duration) async throws -> Response {
        try await withThrowingTaskGroup(of: Response.self) { group in
            group.addTask { try await self.exchange(body, url, headers, timeout) }
            group.addTask {
                // A server that sends a byte now and then never lets the session's own timer run out.
                try await Task.sleep(for: timeout)
                throw Failure.timedOut
            }
            defer { group.cancelAll() }
            guard let response = try await group.next() else { throw CancellationError() }
            return response
        }
    }

    private func exchange(
        _ body: Data, _ url: URL, _ headers: [String: String], _ timeout: Duration
    ) async throws -> Response {
        var request = URLRequest(url: url, timeoutInterval: timeout / .seconds(1) + 5)
        request.httpMethod = "POST"
        request.httpBody = body
        for (name, value) in headers { request.setValue(value, forHTTPHeaderField: name) }
        let task = session.dataTask(with: request)
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                exchanges.begin(task.taskIdentifier, continuation)
                task.resume()
                // A task that was cancelled before it began may never say that it ended.
                if Task.isCancelled { exchanges.cancel(task.taskIdentifier) }
            }
        } onCancel: {
            task.cancel()
        }
    }
}

/// The exchanges under way, by the session's number for each.
private final class Exchanges: NSObject, URLSessionDataDelegate, @unchecked Sendable {
    private struct Exchange {
        let continuation: CheckedContinuation<HTTPClient.Response, any Error>
        var body = Data()
        var isTooLong = false
    }

    private let longestBody: Int
    private let lock = NSLock()
    // Guarded by the lock.
    private var exchanges: [Int: Exchange] = [:]

    init(longestBody: Int) {
        self.longestBody = longestBody
    }

    func begin(_ task: Int, _ continuation: CheckedContinuation<HTTPClient.Response, any Error>) {
        lock.withLock { exchanges[task] = Exchange(continuation: continuation) }
    }

    func cancel(_ task: Int) {
        lock.withLock { exchanges.removeValue(forKey: task) }?.continuation.resume(throwing: CancellationError())
    }

    func urlSession(
        _ session: URLSession, task: URLSessionTask, willPerformHTTPRedirection response: HTTPURLResponse,
        newRequest request: URLRequest, completionHandler: @escaping @Sendable (URLRequest?) -> Void
    ) {
        // The key was meant for the address that was given, not for one that it points to.
        completionHandler(nil)
    }

    func urlSession(_ session: URLSession, dataTask: URLSessionDataTask, didReceive data: Data) {
        let isTooLong = lock.withLock {
            guard var exchange = exchanges[dataTask.taskIdentifier] else { return false }
            exchange.isTooLong = exchange.isTooLong || exchange.body.count + data.count > longestBody
            if !exchange.isTooLong { exchange.body.append(data) }
            exchanges[dataTask.taskIdentifier] = exchange
            return exchange.isTooLong
        }
        if isTooLong { dataTask.cancel() }
    }

    func urlSession(_ session: URLSession, task: URLSessionTask, didCompleteWithError error: (any Error)?) {
        guard let exchange = lock.withLock({ exchanges.removeValue(forKey: task.taskIdentifier) }) else { return }
        if exchange.isTooLong {
            exchange.continuation.resume(throwing: HTTPClient.Failure.tooLong)
        } else if let error = error as? URLError {
            let failure: any Error =
                switch error.code {
                case .cancelled: CancellationError()
                case .timedOut: HTTPClient.Failure.timedOut
                default: HTTPClient.Failure.failed(error)
                }
            exchange.continuation.resume(throwing: failure)
        } else if let error {
            exchange.continuation.resume(throwing: error)
        } else if let response = task.response as? HTTPURLResponse {
            exchange.continuation.resume(
                returning: HTTPClient.Response(
                    status: response.statusCode,
                    contentType: response.value(forHTTPHeaderField: "Content-Type")?.lowercased() ?? "",
                    retryAfter: response.value(forHTTPHeaderField: "Retry-After"),
                    location: response.value(forHTTPHeaderField: "Location"), body: exchange.body))
        } else {
            exchange.continuation.resume(throwing: URLError(.badServerResponse))
        }
    }
}
