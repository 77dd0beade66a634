import CHTTP
import FoundationEssentials
import Glibc
import Parallel
import Synchronization

/// Posts small requests and reads small answers: follows no redirect, reads no more than it was told to.
///
/// By libcurl itself and not `URLSession`, which goes on reading while it hands out what came: hundreds of megabytes of a
/// server that does not stop sending.
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
        /// The response is longer than is read.
        case tooLong
        case unknownHost
        case noConnection
        /// TLS failed, and how; nothing was sent.
        case insecure(String)
        case brokenOff
        case failed(String)
    }

    /// The most bytes of a body that are read, and of the headers before it.
    let longestBody: Int

    /// Posts `body` and waits for the whole response.
    ///
    /// - Throws: ``Failure``, or `CancellationError`.
    func post(_ body: Data, to url: URL, headers: [String: String], timeout: Duration) async throws -> Response {
        let flag = CancellationFlag()
        let longest = longestBody
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                // A thread of its own: libcurl waits on it, and those of Swift's tasks are few.
                onNewThread {
                    continuation.resume(
                        with: Result {
                            try Self.post(
                                body, to: url.absoluteString, headers: headers.map { "\($0.key): \($0.value)" },
                                timeout: timeout, longest: longest, flag: flag)
                        })
                }
            }
        } onCancel: {
            flag.set()
        }
    }

    private static func post(
        _ body: Data, to url: String, headers: [String], timeout: Duration, longest: Int, flag: CancellationFlag
    ) throws -> Response {
        var response = chttp_response()
        defer { chttp_response_free(&response) }
        let lines = headers.map { strdup($0) }
        defer { for line in lines { free(line) } }
        let milliseconds = max(1, min(timeout / .milliseconds(1), 1e9))
        body.withUnsafeBytes { bytes in
            lines.map { UnsafePointer($0) }.withUnsafeBufferPointer { lines in
                chttp_post(
                    url, lines.baseAddress, lines.count, bytes.baseAddress, bytes.count, Int(milliseconds), longest,
                    { context in
                        guard let context else { return 0 }
                        return Unmanaged<CancellationFlag>.fromOpaque(context).takeUnretainedValue().isSet ? 1 : 0
                    }, Unmanaged.passUnretained(flag).toOpaque(), &response)
            }
        }
        withExtendedLifetime(flag) {}
        let message = text(of: response.message)
        switch response.outcome {
        case CHTTP_DONE: break
        case CHTTP_CANCELLED: throw CancellationError()
        case CHTTP_TIMED_OUT: throw Failure.timedOut
        case CHTTP_TOO_LONG: throw Failure.tooLong
        case CHTTP_NO_HOST: throw Failure.unknownHost
        case CHTTP_NO_CONNECTION: throw Failure.noConnection
        case CHTTP_INSECURE: throw Failure.insecure(message)
        case CHTTP_BROKEN_OFF: throw Failure.brokenOff
        default: throw Failure.failed(message)
        }
        func header<Field>(_ field: Field) -> String? {
            let value = text(of: field)
            return value.isEmpty ? nil : value
        }
        return Response(
            status: response.status, contentType: text(of: response.content_type).lowercased(),
            retryAfter: header(response.retry_after), location: header(response.location),
            body: response.body.map { Data(bytes: $0, count: response.length) } ?? Data())
    }

    /// The text in an array of C characters that ends with a zero.
    private static func text<Field>(of field: Field) -> String {
        withUnsafeBytes(of: field) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }
}

/// Whether a request is to be given up.
private final class CancellationFlag: Sendable {
    private let value = Atomic(false)

    var isSet: Bool { value.load(ordering: .relaxed) }

    func set() { value.store(true, ordering: .relaxed) }
}
