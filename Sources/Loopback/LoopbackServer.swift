import Dispatch
import FoundationEssentials
import Glibc
import Parallel

/// A small HTTP server for pages on this machine alone: it listens on 127.0.0.1, and answers only who knows the token in its
/// address.
///
///     let server = try LoopbackServer(port: 0)
///     print(server.address)                       // http://127.0.0.1:40123/8c1f…/
///     server.run { request, path in HTTPResponse(type: "text/html", page) }
///
/// Other programs and users of this machine can reach the port, and so can every page in the browser: what keeps them out is the
/// token, which they do not know, compared in a time that does not tell how much of it was right. A name that an attacker has made to
/// point here (DNS rebinding) is not among the hosts that are answered, and a request that another page sends has an origin that
/// is not.
public final class LoopbackServer: Sendable {
    /// What answers a request: given the path behind the token, such as `image/7`.
    public typealias Handler = @Sendable (_ request: HTTPRequest, _ path: String) -> HTTPResponse

    public let port: Int
    /// 32 hexadecimal digits.
    public let token: String
    /// The most bytes of a body.
    public let mostBodyBytes: Int
    /// How long a request may take to arrive, and an answer to be taken, in seconds.
    public let patience: Int
    private let socket: Int32
    /// Connections that are answered at a time; others wait.
    private let places: DispatchSemaphore

    /// Why there is no server.
    public struct Failure: Error, Sendable, CustomStringConvertible {
        public let description: String
    }

    /// Listens.
    ///
    /// - Parameters:
    ///   - port: 0 for any that is free.
    ///   - token: nil for 128 random bits.
    /// - Throws: ``Failure`` where the port is taken.
    public init(port: Int, token: String? = nil, mostBodyBytes: Int = 64 << 20, patience: Int = 20, connections: Int = 16) throws
    {
        var random = SystemRandomNumberGenerator()
        self.token = token ?? (0..<2).map { _ in Self.digits(random.next()) }.joined()
        self.mostBodyBytes = mostBodyBytes
        self.patience = patience
        places = DispatchSemaphore(value: connections)
        (socket, self.port) = try Self.listening(on: port)
    }

    /// A socket that listens on this machine alone, and its port.
    private static func listening(on port: Int) throws -> (socket: Int32, port: Int) {
        let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard socket >= 0 else { throw Failure(description: "no socket can be opened: \(reason())") }
        var yes: Int32 = 1
        setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(UInt16(clamping: port)).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(socket, $0, length) == 0 }
        }
        guard isBound, listen(socket, 64) == 0 else {
            let reason = reason()
            close(socket)
            throw Failure(description: "port \(port) cannot be listened on: \(reason); give another with --port, or 0 for any")
        }
        withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { _ = getsockname(socket, $0, &length) }
        }
        return (socket, Int(UInt16(bigEndian: address.sin_port)))
    }

    deinit { close(socket) }

    /// What to open in a browser.
    public var address: String { "http://127.0.0.1:\(port)/\(token)/" }

    private static func digits(_ number: UInt64) -> String {
        let digits = String(number, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    private static func reason() -> String { String(cString: strerror(errno)).lowercased() }

    /// Answers requests until ``stop()``, or for ever.
    public func run(_ handler: @escaping Handler) {
        while true {
            let connection = accept(socket, nil, nil)
            if connection < 0 {
                if errno == EINTR || errno == ECONNABORTED || errno == EMFILE || errno == ENFILE { continue }
                return
            }
            places.wait()
            onNewThread { [self] in
                defer {
                    close(connection)
                    places.signal()
                }
                answer(connection, handler)
            }
        }
    }

    /// Ends ``run(_:)``.
    public func stop() { shutdown(socket, Int32(SHUT_RDWR)) }

    private func answer(_ connection: Int32, _ handler: Handler) {
        _ = fcntl(connection, F_SETFD, FD_CLOEXEC)
        var limit = timeval(tv_sec: 1, tv_usec: 0)
        setsockopt(connection, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        limit.tv_sec = patience
        setsockopt(connection, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        var isHead = false
        let response: HTTPResponse
        do throws(HTTPRequest.Refusal) {
            // A browser that opened a connection and needs it no more is not answered.
            guard let request = try read(connection) else { return }
            isHead = request.method == .head
            response = handler(request, try path(of: request))
        } catch {
            response = HTTPResponse(error)
        }
        write(response.bytes(withBody: !isHead), to: connection)
        // What still comes in is read, or the answer would be lost with the connection.
        shutdown(connection, Int32(SHUT_WR))
        var rest = [UInt8](repeating: 0, count: 1 << 16)
        for _ in 0..<64 where recv(connection, &rest, rest.count, 0) <= 0 { return }
    }

    /// The whole request; nil where none came.
    private func read(_ connection: Int32) throws(HTTPRequest.Refusal) -> HTTPRequest? {
        let deadline = ContinuousClock.now + .seconds(patience)
        var bytes: [UInt8] = []
        func more() throws(HTTPRequest.Refusal) -> Bool {
            var block = [UInt8](repeating: 0, count: 1 << 16)
            while true {
                let count = recv(connection, &block, block.count, 0)
                if count > 0 {
                    bytes += block[0..<count]
                    return true
                }
                guard count < 0, errno == EAGAIN || errno == EINTR else { return false }
                guard ContinuousClock.now < deadline else { throw HTTPRequest.Refusal(408, "the request takes too long") }
            }
        }
        var end = try HTTPRequest.headEnd(in: bytes)
        while end == nil {
            guard try more() else {
                if bytes.isEmpty { return nil }
                throw HTTPRequest.Refusal(400, "the request ends early")
            }
            guard ContinuousClock.now < deadline else { throw HTTPRequest.Refusal(408, "the request takes too long") }
            end = try HTTPRequest.headEnd(in: bytes)
        }
        guard let end else { return nil }
        var request = try HTTPRequest(head: Array(bytes[..<end]))
        // Before the body is read: who has no business here sends none.
        _ = try path(of: request)
        let length = try request.bodyLength(atMost: mostBodyBytes)
        while bytes.count - end < length {
            guard try more() else { throw HTTPRequest.Refusal(400, "the request ends early") }
            guard ContinuousClock.now < deadline else { throw HTTPRequest.Refusal(408, "the request takes too long") }
        }
        request.body = Array(bytes[end..<end + length])
        return request
    }

    /// The path behind the token.
    private func path(of request: HTTPRequest) throws(HTTPRequest.Refusal) -> String {
        let hosts = ["127.0.0.1:\(port)", "localhost:\(port)"]
        guard let host = request.headers["host"], hosts.contains(host.lowercased()) else {
            throw HTTPRequest.Refusal(
                421, "this server answers at 127.0.0.1:\(port) alone; a tunnel needs that port on both sides")
        }
        if let origin = request.headers["origin"], !hosts.contains(where: { origin == "http://\($0)" }) {
            throw HTTPRequest.Refusal(403, "another page has nothing to ask here")
        }
        let parts = request.path.dropFirst().split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, Self.areEqual(String(parts[0]), token) else {
            throw HTTPRequest.Refusal(403, "the address needs the token that was printed when the server began")
        }
        return String(parts[1])
    }

    /// Whether two texts are equal, in a time that depends on their lengths alone.
    package static func areEqual(_ given: String, _ expected: String) -> Bool {
        let (given, expected) = (Array(given.utf8), Array(expected.utf8))
        var difference = given.count ^ expected.count
        for index in given.indices { difference |= Int(given[index] ^ expected[index % max(1, expected.count)]) }
        return difference == 0 && !expected.isEmpty
    }

    private func write(_ bytes: [UInt8], to connection: Int32) {
        bytes.withUnsafeBytes { buffer in
            var rest = buffer[...]
            while let base = UnsafeRawBufferPointer(rebasing: rest).baseAddress, !rest.isEmpty {
                let count = send(connection, base, rest.count, Int32(MSG_NOSIGNAL))
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { return }
                rest = rest.dropFirst(count)
            }
        }
    }
}
