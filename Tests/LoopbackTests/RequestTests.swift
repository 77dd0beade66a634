import Loopback
import Testing

@Suite("Requests are read strictly")
struct RequestTests {
    private func request(_ head: String) throws -> HTTPRequest {
        try HTTPRequest(head: Array(head.utf8))
    }

    private func status(_ head: String) -> Int {
        do {
            _ = try request(head)
            return 200
        } catch {
            return (error as? HTTPRequest.Refusal)?.status ?? 0
        }
    }

    @Test func whatABrowserSendsIsRead() throws {
        let read = try request(
            "POST /token/review?x=1 HTTP/1.1\r\nHost: 127.0.0.1:80\r\nX-Empty:\r\nContent-Type:\tapplication/json \r\n\r\n")
        #expect(read.method == .post)
        #expect(read.path == "/token/review")
        #expect(read.headers == ["host": "127.0.0.1:80", "x-empty": "", "content-type": "application/json"])
    }

    @Test(arguments: [
        ("PUT / HTTP/1.1\r\n\r\n", 405), ("get / HTTP/1.1\r\n\r\n", 405), ("OPTIONS * HTTP/1.1\r\n\r\n", 405),
        ("GET / HTTP/2.0\r\n\r\n", 505), ("GET /\r\n\r\n", 400), ("GET  / HTTP/1.1\r\n\r\n", 400),
        ("GET http://127.0.0.1/ HTTP/1.1\r\n\r\n", 400), ("GET //evil/ HTTP/1.1\r\n\r\n", 400), ("GET /#a HTTP/1.1\r\n\r\n", 400),
        ("GET / HTTP/1.1\n\n", 400), ("GET / HTTP/1.1\r\nHost: a\n\r\n", 400), ("GET / HTTP/1.1\r\nHost: a\rb\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost : a\r\n\r\n", 400), ("GET / HTTP/1.1\r\n Host: a\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: a\r\n b\r\n\r\n", 400), ("GET / HTTP/1.1\r\nHost\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400),
        ("POST / HTTP/1.1\r\nContent-Length: 1\r\ncontent-length: 2\r\n\r\n", 400),
        ("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n", 501), ("GET /\u{0} HTTP/1.1\r\n\r\n", 400),
        ("GET /ä HTTP/1.1\r\n\r\n", 400), ("GET / HTTP/1.1\r\n\r\n", 200),
    ])
    func whatIsNotWrittenAsItMustBeIsRefused(head: String, expected: Int) {
        #expect(status(head) == expected, "\(head.debugDescription)")
    }

    @Test func headsAndHeadersHaveAnEnd() throws {
        let many = "GET / HTTP/1.1\r\n" + (0...HTTPRequest.mostHeaders).map { "a\($0): b\r\n" }.joined() + "\r\n"
        #expect(status(many) == 431)
        let long = [UInt8](repeating: UInt8(ascii: "a"), count: HTTPRequest.mostHeadBytes + 1)
        #expect(throws: HTTPRequest.Refusal.self) { try HTTPRequest.headEnd(in: long) }
        #expect(try HTTPRequest.headEnd(in: Array("GET / HTTP/1.1\r\n\r".utf8)) == nil)
        #expect(try HTTPRequest.headEnd(in: Array("a\r\n\r\nbody".utf8)) == 5)
    }

    @Test(arguments: [
        ("Content-Length: 5\r\n", 5), ("Content-Length: 0\r\n", 0), ("Content-Length: 11\r\n", -413),
        ("Content-Length: -1\r\n", -400),
        ("Content-Length: +1\r\n", -400), ("Content-Length: 1, 1\r\n", -400), ("Content-Length: 99999999999999999999\r\n", -400),
        ("Content-Length:\r\n", -400), ("", -411),
    ])
    func aBodyHasALengthThatIsKnownBefore(header: String, expected: Int) throws {
        let post = try request("POST / HTTP/1.1\r\n\(header)\r\n")
        let found: Int
        do throws(HTTPRequest.Refusal) { found = try post.bodyLength(atMost: 10) } catch { found = -error.status }
        #expect(found == expected)
    }

    @Test func onlyWhatIsPostedHasABody() throws {
        #expect(throws: HTTPRequest.Refusal.self) {
            try request("GET / HTTP/1.1\r\nContent-Length: 1\r\n\r\n").bodyLength(atMost: 10)
        }
        #expect(try request("GET / HTTP/1.1\r\n\r\n").bodyLength(atMost: 10) == 0)
    }

    @Test func tokensAreEqualOnlyAsAWhole() {
        #expect(LoopbackServer.areEqual("0123", "0123"))
        for other in ["", "0", "012", "0124", "1123", "01230", "01230123"] { #expect(!LoopbackServer.areEqual(other, "0123")) }
        #expect(!LoopbackServer.areEqual("", ""))
    }
}
