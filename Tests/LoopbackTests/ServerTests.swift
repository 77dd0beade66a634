import Foundation
import Loopback
import Parallel
import TestSupport
import Testing

@Suite("The server answers on this machine alone, to whoever knows the token")
struct ServerTests {
    /// A server that answers what it was asked for, and counts.
    private final class Running: Sendable {
        let server: LoopbackServer
        let answered = Counter()

        final class Counter: Sendable {
            let count = Mutex(0)
        }

        init(patience: Int = 20) throws {
            server = try LoopbackServer(port: 0, mostBodyBytes: 1000, patience: patience)
            Thread { [server, answered] in
                server.run { request, path in
                    answered.count.withLock { $0 += 1 }
                    return HTTPResponse("\(request.method.rawValue) \(path) \(String(decoding: request.body, as: UTF8.self))")
                }
            }.start()
        }

        deinit { server.stop() }

        /// What comes back for `text`, sent in pieces.
        func answer(to pieces: [String], closing: Bool = false) throws -> String {
            let socket = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            defer { close(socket) }
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = in_port_t(UInt16(server.port)).bigEndian
            address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
            let status = withUnsafePointer(to: &address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
                }
            }
            try #require(status == 0)
            for piece in pieces {
                let bytes = Array(piece.utf8)
                #expect(send(socket, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count)
                if pieces.count > 1 { usleep(20_000) }
            }
            if closing { shutdown(socket, Int32(SHUT_WR)) }
            var answer: [UInt8] = []
            var block = [UInt8](repeating: 0, count: 4096)
            while case let count = recv(socket, &block, block.count, 0), count > 0 { answer += block[0..<count] }
            return String(decoding: answer, as: UTF8.self)
        }

        func head(_ method: String, _ path: String, host: String? = nil, _ further: String = "") -> String {
            "\(method) \(path) HTTP/1.1\r\nHost: \(host ?? "127.0.0.1:\(server.port)")\r\n\(further)\r\n"
        }
    }

    @Test func aRequestIsAnsweredBehindTheToken() throws {
        let running = try Running()
        let token = running.server.token
        #expect(token.count == 32)
        #expect(running.server.address == "http://127.0.0.1:\(running.server.port)/\(token)/")
        let answer = try running.answer(to: [running.head("GET", "/\(token)/image/7")])
        #expect(answer.hasPrefix("HTTP/1.1 200 OK\r\n"))
        #expect(answer.hasSuffix("\r\n\r\nGET image/7 "))
        for header in [
            "Connection: close", "Cache-Control: no-store", "X-Content-Type-Options: nosniff", "Referrer-Policy: no-referrer",
        ] {
            #expect(answer.contains(header + "\r\n"))
        }
        let local = try running.answer(to: [running.head("GET", "/\(token)/", host: "localhost:\(running.server.port)")])
        #expect(local.hasPrefix("HTTP/1.1 200"))
        let head = try running.answer(to: [running.head("HEAD", "/\(token)/")])
        #expect(head.hasPrefix("HTTP/1.1 200") && head.hasSuffix("\r\n\r\n"))
    }

    @Test func aBodyMayComeInPieces() throws {
        let running = try Running()
        let head = running.head("POST", "/\(running.server.token)/review", "Content-Length: 10\r\n")
        let answer = try running.answer(to: [String(head.prefix(20)), String(head.dropFirst(20)) + "01234", "56789"])
        #expect(answer.hasSuffix("POST review 0123456789"))
    }

    @Test(arguments: [
        ("GET", "/", nil, "", 403), ("GET", "/0123/", nil, "", 403), ("GET", "/TOKEN", nil, "", 403),
        ("GET", "/TOKENx/", nil, "", 403),
        ("GET", "/TOKEN/", "attacker.example:PORT", "", 421), ("GET", "/TOKEN/", "127.0.0.1", "", 421),
        ("GET", "/TOKEN/", "127.0.0.1:1", "", 421), ("GET", "/TOKEN/", "[::1]:PORT", "", 421),
        ("POST", "/TOKEN/", nil, "Origin: http://attacker.example\r\nContent-Length: 0\r\n", 403),
        ("POST", "/TOKEN/", nil, "Origin: null\r\nContent-Length: 0\r\n", 403),
        ("POST", "/TOKEN/", nil, "Origin: https://127.0.0.1:PORT\r\nContent-Length: 0\r\n", 403),
        ("POST", "/TOKEN/", nil, "Origin: http://127.0.0.1:PORT\r\nContent-Length: 0\r\n", 200),
        ("POST", "/TOKEN/", nil, "Content-Length: 1001\r\n", 413), ("POST", "/TOKEN/", nil, "", 411),
        ("PUT", "/TOKEN/", nil, "", 405),
    ])
    func whoHasNoBusinessHereIsRefusedBeforeAnythingIsAsked(
        method: String, path: String, host: String?, further: String, status: Int
    ) throws {
        let running = try Running()
        func filled(_ text: String) -> String {
            text.replacing("TOKEN", with: running.server.token).replacing("PORT", with: "\(running.server.port)")
        }
        let answer = try running.answer(to: [running.head(method, filled(path), host: host.map(filled), filled(further))])
        #expect(answer.hasPrefix("HTTP/1.1 \(status) "), "\(answer)")
        #expect(running.answered.count.withLock { $0 } == (status == 200 ? 1 : 0))
        #expect(!answer.contains(running.server.token))
    }

    @Test func noHostIsNoAnswer() throws {
        let running = try Running()
        #expect(try running.answer(to: ["GET /\(running.server.token)/ HTTP/1.1\r\n\r\n"]).hasPrefix("HTTP/1.1 421"))
    }

    @Test func whoEndsEarlyOrNeverIsNotWaitedForForEver() throws {
        let running = try Running(patience: 1)
        #expect(try running.answer(to: ["GET /"], closing: true).hasPrefix("HTTP/1.1 400"))
        #expect(try running.answer(to: ["GET /"]).hasPrefix("HTTP/1.1 408"))
        let head = running.head("POST", "/\(running.server.token)/", "Content-Length: 9\r\n")
        #expect(try running.answer(to: [head + "only"]).hasPrefix("HTTP/1.1 408"))
        #expect(try running.answer(to: [""], closing: true) == "")
        // Others are answered all the same.
        #expect(try running.answer(to: [running.head("GET", "/\(running.server.token)/")]).hasPrefix("HTTP/1.1 200"))
    }

    @Test func nothingButThisMachineIsListenedOn() throws {
        let running = try Running()
        // The kernel's own list: 0100007F is 127.0.0.1.
        let port = String(UInt16(running.server.port), radix: 16, uppercase: true)
        let place = ":" + String(repeating: "0", count: 4 - port.count) + port
        let places = try ListeningSocket.all().map(\.place).filter { $0.hasSuffix(place) }
        #expect(places == ["0100007F\(place)"])
        #expect(throws: LoopbackServer.Failure.self) { try LoopbackServer(port: running.server.port) }
    }
}
