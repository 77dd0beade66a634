/// What is answered.
public struct HTTPResponse: Sendable {
    public var status = 200
    public var type: String
    public var body: [UInt8]
    /// Further headers.
    public var headers: [(name: String, value: String)] = []

    public init(status: Int = 200, type: String = "text/plain; charset=utf-8", body: [UInt8]) {
        self.status = status
        self.type = type
        self.body = body
    }

    public init(status: Int = 200, type: String = "text/plain; charset=utf-8", _ text: String) {
        self.init(status: status, type: type, body: Array(text.utf8))
    }

    init(_ refusal: HTTPRequest.Refusal) {
        self.init(status: refusal.status, refusal.reason + "\n")
        if status == 405 { headers.append(("Allow", "GET, HEAD, POST")) }
    }

    /// The bytes on the wire. Nothing is kept by anyone, framed by another page, or read as another type than it is.
    func bytes(withBody: Bool) -> [UInt8] {
        var head = "HTTP/1.1 \(status) \(Self.phrases[status] ?? "Status")\r\n"
        let all: [(name: String, value: String)] =
            [
                ("Content-Type", type), ("Content-Length", "\(body.count)"), ("Connection", "close"),
                ("Cache-Control", "no-store"),
                ("X-Content-Type-Options", "nosniff"), ("X-Frame-Options", "DENY"), ("Referrer-Policy", "no-referrer"),
                ("Cross-Origin-Resource-Policy", "same-origin"),
            ] + headers
        for (name, value) in all { head += "\(name): \(value)\r\n" }
        return Array((head + "\r\n").utf8) + (withBody ? body : [])
    }

    private static let phrases = [
        200: "OK", 400: "Bad Request", 403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed", 408: "Request Timeout",
        409: "Conflict", 411: "Length Required", 412: "Precondition Failed", 413: "Content Too Large",
        421: "Misdirected Request", 422: "Unprocessable Content", 428: "Precondition Required",
        431: "Request Header Fields Too Large", 500: "Internal Server Error", 501: "Not Implemented", 503: "Service Unavailable",
        505: "HTTP Version Not Supported",
    ]
}
