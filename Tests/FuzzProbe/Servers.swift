import Foundation
import LanguageModels
import Parallel
import TestSupport

extension FuzzedKind {
    /// Language models' servers that answer damaged: whole responses, of many forms, with their heads. The key that goes to them
    /// comes back in no answer and no sentence.
    static let servers = FuzzedKind(name: "servers", share: 0.02) { workshop in
        let seeds = responses.map { Array($0.utf8) }
        let server = try HostileServer()
        var model = ChatModel(endpoint: try ChatEndpoint("http://127.0.0.1:\(server.port)/v1"), model: "m")
        model.key = try APIKey(environment: ["OPENAI_API_KEY": key])
        model.retry.attempts = 2
        model.retry.wait = { _ in }
        model.timeout = .seconds(2)
        let said = Mutex("")
        model.note = { sentence in said.withLock { $0 += sentence } }
        let asking = model
        let question = DescriptionQuestion(className: "q", phrase: "q", domain: "{}")
        return Tries { number in
            let good = seeds[number % seeds.count]
            if number % 4 == 3 { return withBody(json(workshop, body(of: good), number), good) }
            var damage = workshop.damage(number, seeds)
            return damage.applied(to: good)
        } read: { bytes, _ in
            server.answer(with: bytes)
            said.withLock { $0 = "" }
            let answered = Mutex<Result<DescriptionAnswers, any Error>?>(nil)
            let done = DispatchSemaphore(value: 0)
            Task {
                do {
                    let answers = try await asking.answer([question], count: 1)
                    answered.withLock { $0 = .success(answers) }
                } catch {
                    answered.withLock { $0 = .failure(error) }
                }
                done.signal()
            }
            done.wait()
            guard let result = answered.withLock({ $0 }) else { return .wrong("nothing came of it") }
            var texts = said.withLock { [$0] }
            let verdict = Verdict { texts += try result.get().texts.joined() }
            if case .failure(let error) = result { texts.append("\(error)") }
            for text in texts where text.contains(key) || text.contains(String(key.reversed())) {
                return .wrong("the key is in: \(text)")
            }
            if case .success(let answers) = result,
                answers.texts.joined().contains(where: { $0.contains { $0.isNewline } || $0.isEmpty })
            {
                return .wrong("an answer of no or several lines")
            }
            return verdict
        }
    }

    private static let key = "sk-CANARY0123456789abcdef"

    /// What servers answer, well and not.
    private static let responses: [String] = {
        let answer =
            #"{"choices":[{"index":0,"message":{"role":"assistant","content":"dense stripes"},"finish_reason":"stop"}],"#
            + #""usage":{"prompt_tokens":10,"completion_tokens":5}}"#
        func response(_ status: String, _ body: String, _ headers: [String] = [], length: Bool = true) -> String {
            (["HTTP/1.1 \(status)", "Content-Type: application/json", "Connection: close"] + headers
                + (length ? ["Content-Length: \(body.utf8.count)"] : [])).joined(separator: "\r\n") + "\r\n\r\n" + body
        }
        let chunk = #"{"choices":[{"index":0,"delta":{"content":"dense "}}]}"#
        return [
            response("200 OK", answer),
            response("200 OK", answer, length: false),
            response(
                "200 OK", String(answer.utf8.count, radix: 16) + "\r\n" + answer + "\r\n0\r\n\r\n",
                ["Transfer-Encoding: chunked"],
                length: false),
            response("200 OK", "data: \(chunk)\n\ndata: \(chunk)\n\ndata: [DONE]\n\n", ["X: y"]),
            response("200 OK", "\(answer)\n: comment\n\(answer)\n"),
            response("200 OK", answer, ["Content-Encoding: gzip"]),
            response("429 Slow", #"{"error":{"message":"slow \#(key)"}}"#, ["Retry-After: 1"]),
            response("500 Fault", #"{"error":"Bearer \#(key)"}"#),
            response("401 No", #"{"error":{"message":"Incorrect key \#(key)"}}"#),
            response(
                "400 Bad", #"{"error":{"message":"Unsupported parameter: 'seed'","param":"seed","code":"unsupported_parameter"}}"#
            ),
            response("302 Found", "", ["Location: file:///etc/passwd"]),
            response("200 OK", #"{"choices":[{"message":{"content":"\#(key)"}}]}"#),
            response("404 None", "<html><script>alert(1)</script></html>"),
            response("200 OK", answer, (0..<500).map { "X\($0): y" }),
        ]
    }()

    private static let gap = Array("\r\n\r\n".utf8)

    private static func body(of response: [UInt8]) -> [UInt8] {
        response.firstRange(of: gap).map { Array(response[$0.upperBound...]) } ?? []
    }

    private static func withBody(_ body: [UInt8], _ response: [UInt8]) -> [UInt8] {
        Array("HTTP/1.1 200 OK\r\nContent-Length: \(body.count)\r\nConnection: close\r\n\r\n".utf8) + body
    }
}

/// A server on 127.0.0.1 that answers whatever is asked with the bytes that it is told, and closes the connection.
private final class HostileServer: Sendable {
    let port: UInt16
    private let response = Mutex<[UInt8]>([])

    init() throws {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(listener, address, length) == 0 && listen(listener, 16) == 0 && getsockname(listener, address, &length) == 0
            }
        }
        guard isBound else { throw LanguageModelError("no port is free on 127.0.0.1") }
        port = UInt16(bigEndian: address.sin_port)
        Thread.detachNewThread { [self] in
            while true {
                let connection = accept(listener, nil, nil)
                guard connection >= 0 else { continue }
                serve(connection)
                close(connection)
            }
        }
    }

    func answer(with bytes: [UInt8]) { response.withLock { $0 = bytes } }

    private func serve(_ connection: Int32) {
        var patience = timeval(tv_sec: 2, tv_usec: 0)
        setsockopt(connection, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        setsockopt(connection, SOL_SOCKET, SO_SNDTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        var request: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        // The whole request, so that closing the connection does not take back what was answered.
        while true {
            let count = recv(connection, &buffer, buffer.count, 0)
            guard count > 0 else { return }
            request += buffer[..<count]
            if let gap = request.firstRange(of: Array("\r\n\r\n".utf8)) {
                let head = String(decoding: request[..<gap.lowerBound], as: UTF8.self).lowercased()
                let length = head.firstMatch(of: /content-length: *(\d+)/).flatMap { Int($0.1) } ?? 0
                if request.count - gap.upperBound >= length { break }
            }
        }
        let bytes = response.withLock { $0 }
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes {
                send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return }
            sent += count
        }
        shutdown(connection, Int32(SHUT_WR))
        while recv(connection, &buffer, buffer.count, 0) > 0 {}
    }
}
