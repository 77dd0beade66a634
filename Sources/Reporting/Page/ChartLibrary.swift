import FoundationEssentials
import Launch

/// D3 (Bostock et al., 2011; version 5 or later), which draws the charts of pages: one file of JavaScript, put into each page.
public struct ChartLibrary: Sendable {
    /// JavaScript that can stand in a `<script>` element.
    let source: String

    /// The file in Debian's and Ubuntu's package `node-d3`, and where `make install` puts a copy.
    private static let package = "/usr/share/nodejs/d3/dist/d3.min.js"
    private static let copy = "share/cap/d3.min.js"
    private static let largest = 2_000_000

    static let missing = """
        Charts are missing: D3 was not found when this page was made. Install it (Debian, Ubuntu: node-d3) and make the page again; \
        the tables hold the same numbers.
        """

    /// The one that is installed; nil where there is none.
    public static let installed: ChartLibrary? = {
        // Commands lie in PREFIX/bin or PREFIX/libexec/cap.
        let prefixes = [OwnProgram.folder, OwnProgram.folder.deletingLastPathComponent()]
            .map { $0.deletingLastPathComponent() }
        return (prefixes.map { $0.appendingPathComponent(copy).path } + [package]).lazy
            .compactMap { ChartLibrary(contentsOf: URL(fileURLWithPath: $0)) }.first
    }()

    /// nil where the file is not there or is not D3.
    public init?(contentsOf file: URL) {
        guard let data = try? Data(contentsOf: file), data.count <= Self.largest, let text = String(data: data, encoding: .utf8),
            text.prefix(200).contains("d3js.org")
        else { return nil }
        // In JavaScript these can only stand in texts and patterns, where the stroke changes nothing; in HTML they would end the
        // script.
        source = text.replacing(/<\/(?i:script)/) { "<\\/" + $0.output.dropFirst(2) }.replacing("<!--", with: "<\\!--")
    }
}
