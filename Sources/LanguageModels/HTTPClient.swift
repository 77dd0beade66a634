import Foundation

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

/// Posts small requests and reads small answers: follows no redirect, reads no more than it was told to.
///
/// Every request has a session of its own, so that one whose server never stops sending can be cut off: a task of a session
/// that is flooded takes long to cancel, and holds up the others.
struct HTTPClient: Sendable {
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

    /// The most bytes of a body that are read.
    let longestBody: Int

    /// Posts `body` and waits for the whole response.
    ///
    /// - Throws: ``Failure``, or `CancellationError`.
    func post(_ body: Data, to url: URL, headers: [String: String], timeout: Duration) async throws -> Response {
        var request = URLRequest(url: url, timeoutInterval: timeout / .seconds(1) + 5)
        request.httpMethod = "POST"
        request.httpBody = body
        for (name, value) in headers { request.setValue(value, forHTTPHeaderField: name) }
        let exchange = Exchange(request, longestBody: longestBody)
        return try await withThrowingTaskGroup(of: Response.self) { group in
            group.addTask { try await exchange.response() }
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
}

/// A request and what comes back.
private final class Exchange: NSObject, URLSessionDataDelegate, @unchecked Sendable {
    private let request: URLRequest
    private let longestBody: Int
    private let lock = NSLock()
    // Guarded by the lock.
    private var continuation: CheckedContinuation<HTTPClient.Response, any Error>?
    private var session: URLSession?
    private var body = Data()
    private var isOver = false

    init(_ request: URLRequest, longestBody: Int) {
        self.request = request
        self.longestBody = longestBody
    }

    /// Makes the exchange; to be called once.
    func response() async throws -> HTTPClient.Response {
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { begin($0) }
        } onCancel: {
            finish(.failure(CancellationError()))
        }
    }

    private func begin(_ continuation: CheckedContinuation<HTTPClient.Response, any Error>) {
        let configuration = URLSessionConfiguration.ephemeral
        configuration.httpCookieStorage = nil
        configuration.urlCache = nil
        let isCancelled = lock.withLock {
            guard !isOver else { return true }
            self.continuation = continuation
            session = URLSession(configuration: configuration, delegate: self, delegateQueue: nil)
            session?.dataTask(with: request).resume()
            return false
        }
        if isCancelled { continuation.resume(throwing: CancellationError()) }
    }

    /// Ends the exchange the first time it is called, whatever still comes.
    private func finish(_ result: Result<HTTPClient.Response, any Error>) {
        let (continuation, session) = lock.withLock {
            defer {
                isOver = true
                self.continuation = nil
                self.session = nil
                body = Data()
            }
            return (self.continuation, self.session)
        }
        continuation?.resume(with: result)
        // Not here: it waits for the queue that this may be called on.
        if let session { DispatchQueue.global().async { session.invalidateAndCancel() } }
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
            guard !isOver else { return false }
            guard body.count + data.count <= longestBody else { return true }
            body.append(data)
            return false
        }
        if isTooLong { finish(.failure(HTTPClient.Failure.tooLong)) }
    }

    func urlSession(_ session: URLSession, task: URLSessionTask, didCompleteWithError error: (any Error)?) {
        if let error = error as? URLError {
            finish(.failure(error.code == .timedOut ? HTTPClient.Failure.timedOut : HTTPClient.Failure.failed(error)))
        } else if let error {
            finish(.failure(error))
        } else if let response = task.response as? HTTPURLResponse {
            finish(
                .success(
                    HTTPClient.Response(
                        status: response.statusCode,
                        contentType: response.value(forHTTPHeaderField: "Content-Type")?.lowercased() ?? "",
                        retryAfter: response.value(forHTTPHeaderField: "Retry-After"),
                        location: response.value(forHTTPHeaderField: "Location"), body: lock.withLock { body })))
        } else {
            finish(.failure(HTTPClient.Failure.failed(URLError(.badServerResponse))))
        }
    }
}
