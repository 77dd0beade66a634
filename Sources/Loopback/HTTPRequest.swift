/// A request as a browser on this machine sends it: the part of HTTP/1.1 that a page needs, and nothing else.
public struct HTTPRequest: Sendable, Equatable {
    public enum Method: String, Sendable {
        case get = "GET"
        case head = "HEAD"
        case post = "POST"
    }

    public let method: Method
    /// The path without query, as sent.
    public let path: String
    /// By name in lower case.
    public let headers: [String: String]
    public internal(set) var body: [UInt8] = []

    /// Why a request is refused, with the status that says so.
    public struct Refusal: Error, Sendable, Equatable {
        public let status: Int
        public let reason: String

        init(_ status: Int, _ reason: String) {
            self.status = status
            self.reason = reason
        }
    }

    /// The most bytes of the request line and the headers together, and the most headers.
    package static let mostHeadBytes = 16 << 10
    package static let mostHeaders = 64

    /// Where the head ends that `bytes` begin with, behind its empty line; nil where it is not there yet.
    ///
    /// - Throws: ``Refusal`` where it has become too long.
    package static func headEnd(in bytes: [UInt8]) throws(Refusal) -> Int? {
        let end: [UInt8] = [13, 10, 13, 10]
        let searched = min(bytes.count, mostHeadBytes)
        if searched >= 4 {
            for start in 0...searched - 4 where bytes[start..<start + 4].elementsEqual(end) { return start + 4 }
        }
        guard bytes.count <= mostHeadBytes else { throw Refusal(431, "the head of the request is too long") }
        return nil
    }

    /// Reads a head, its empty line included.
    ///
    /// Refused is everything that is not written as RFC 9112 has it, what this server does not do, and what programs in
    /// between could read in another way: spaces around names, folded lines, two lengths.
    ///
    /// - Throws: ``Refusal``.
    public init(head: [UInt8]) throws(Refusal) {
        guard head.allSatisfy({ (0x20..<0x7F).contains($0) || $0 == 13 || $0 == 10 || $0 == 9 }) else {
            throw Refusal(400, "the head of the request has other characters than text")
        }
        var lines = String(decoding: head, as: UTF8.self).components(endingWith: "\r\n")
        guard lines.popLast() == "", lines.popLast() == "", let first = lines.first, !lines.contains(where: \.hasLineBreak) else {
            throw Refusal(400, "the head of the request does not end as it must")
        }
        let words = first.split(separator: " ", omittingEmptySubsequences: false)
        guard words.count == 3 else { throw Refusal(400, "the request line is not method, path and version") }
        guard words[2] == "HTTP/1.1" || words[2] == "HTTP/1.0" else { throw Refusal(505, "the version is not HTTP/1.1") }
        guard let method = Method(rawValue: String(words[0])) else {
            throw Refusal(405, "the method is none of GET, HEAD and POST")
        }
        guard words[1].hasPrefix("/"), !words[1].hasPrefix("//"), !words[1].contains("#") else {
            throw Refusal(400, "the target is no path")
        }
        self.method = method
        path = String(words[1].prefix { $0 != "?" })

        var headers: [String: String] = [:]
        guard lines.count - 1 <= Self.mostHeaders else { throw Refusal(431, "there are too many headers") }
        for line in lines.dropFirst() {
            guard let colon = line.firstIndex(of: ":"), colon > line.startIndex, line[..<colon].allSatisfy(\.isToken) else {
                throw Refusal(400, "a header is not a name, a colon and a value")
            }
            let name = line[..<colon].lowercased()
            let value = line[line.index(after: colon)...].trimmingBlanks
            guard headers.updateValue(value, forKey: name) == nil || !Self.single.contains(name) else {
                throw Refusal(400, "\(name) is given twice")
            }
        }
        guard headers["transfer-encoding"] == nil else { throw Refusal(501, "a body needs a length") }
        self.headers = headers
    }

    /// Headers that must not be there twice.
    private static let single: Set = ["host", "content-length", "content-type", "origin", "transfer-encoding"]

    /// The bytes of the body that follows.
    ///
    /// - Throws: ``Refusal`` where the length is no number, too large, or missing.
    package func bodyLength(atMost limit: Int) throws(Refusal) -> Int {
        guard let text = headers["content-length"] else {
            guard method != .post else { throw Refusal(411, "a body needs a length") }
            return 0
        }
        guard !text.isEmpty, text.count <= 12, text.allSatisfy({ $0.isASCII && $0.isNumber }), let length = Int(text) else {
            throw Refusal(400, "the length is no number")
        }
        guard length <= limit else { throw Refusal(413, "the body is too large") }
        guard method == .post || length == 0 else { throw Refusal(400, "\(method.rawValue) has no body") }
        return length
    }
}

extension StringProtocol {
    /// Split at `ending`, with what stands behind the last one.
    fileprivate func components(endingWith ending: String) -> [String] {
        var parts: [String] = []
        var part = ""
        // "\r\n" is one character.
        for character in self {
            if String(character) == ending {
                parts.append(part)
                part = ""
            } else {
                part.append(character)
            }
        }
        return parts + [part]
    }

    fileprivate var hasLineBreak: Bool { unicodeScalars.contains { $0 == "\r" || $0 == "\n" } }

    fileprivate var trimmingBlanks: String {
        func isBlank(_ character: Character) -> Bool { character == " " || character == "\t" }
        let start = drop(while: isBlank)
        return String(start.reversed().drop(while: isBlank).reversed())
    }
}

extension Character {
    /// What names of headers consist of.
    fileprivate var isToken: Bool { isASCII && (isLetter || isNumber || "!#$%&'*+-.^_`|~".contains(self)) }
}
