import Foundation
import Testing

#if canImport(FoundationXML)
    import FoundationXML
#endif

/// A page taken apart: its elements, the data of its script, and its scripts.
struct PageParts {
    /// The page without what its scripts say. Pages are well-formed XML, so that the strictest parser reads them.
    let document: XMLDocument
    let data: [String: Any]
    let scripts: [String]
    let html: String

    init(_ html: String) throws {
        self.html = html
        let script = #/(?s)(<script[^>]*>)(.*?)</script>/#
        let found = html.matches(of: script)
        scripts = found.filter { !$0.1.contains("application/json") }.map { String($0.2) }
        let json = try #require(found.first { $0.1.contains("application/json") }).2
        data = try #require(JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
        document = try XMLDocument(data: Data(html.replacing(script) { "\($0.1)</script>" }.utf8))
    }

    func nodes(_ path: String) throws -> [XMLNode] { try document.nodes(forXPath: path) }

    /// The texts of elements, their white space as a browser has it.
    func texts(_ path: String) throws -> [String] { try nodes(path).map { Self.folded($0.stringValue ?? "") } }

    func attributes(_ name: String) throws -> [String] { try nodes("//@\(name)").compactMap(\.stringValue) }

    var charts: [String: [String: Any]] { data["charts"] as? [String: [String: Any]] ?? [:] }

    var classes: [String] { data["classes"] as? [String] ?? [] }

    static func folded(_ text: String) -> String { text.split { $0.isWhitespace }.joined(separator: " ") }
}
