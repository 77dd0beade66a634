/// A self-contained HTML page: its style, its script, the library that draws its charts, and their data. It asks nothing of any
/// other place, and says so to the browser, which holds it to that.
struct Page {
    struct Section {
        /// For links.
        let id: String
        let title: String
        /// HTML.
        let content: String

        init(_ id: String, _ title: String, _ content: [String?]) {
            self.id = id
            self.title = title
            self.content = content.compactMap { $0 }.joined(separator: "\n")
        }
    }

    /// What the script works on.
    struct PageData: Encodable {
        var classes: [String] = []
        var colors: [String] = []
        var charts: [String: Chart] = [:]
        var images = Images()

        /// Test images that were predicted wrong, or another way than before.
        struct Images: Encodable {
            var paths: [String] = []
            var truth: [Int] = []
            var before: [Int] = []
            var after: [Int] = []
            var confidence: [Double] = []
        }
    }

    var title: String
    /// Above the sections; HTML.
    var header: String
    var sections: [Section]
    var data: PageData
    /// nil for a page without charts.
    var library: ChartLibrary?
    /// After how many seconds the browser reads the page again.
    var refresh: Int?

    func html() throws -> String {
        let contents = sections.map { "<li><a href=\"#\($0.id)\">\(HTML.escaped($0.title))</a></li>" }.joined()
        let parts = sections.map { section in
            """
            <section id="\(section.id)">
            <h2>\(HTML.escaped(section.title))</h2>
            \(section.content)
            </section>
            """
        }
        let body = """
            <div class="layout">
            <nav aria-label="Contents"><ul>\(contents)</ul></nav>
            <main>
            \(header)
            \(library == nil && !data.charts.isEmpty ? "<p class=\"note\">\(ChartLibrary.missing)</p>" : "")
            <noscript><p class="note">Charts need JavaScript; the tables hold their numbers.</p></noscript>
            \(parts.joined(separator: "\n"))
            </main>
            </div>
            <dialog id="viewer" aria-labelledby="viewer-title">
            <div class="head"><h2 id="viewer-title">Images</h2><button type="button" class="close">Close</button></div>
            <p class="note"></p>
            <ul></ul>
            </dialog>
            """
        var frame = PageFrame(
            title: title, style: Self.resource(PackageResources.page_css), body: body,
            scripts: [library?.source, Self.resource(PackageResources.page_js)].compactMap { $0 })
        if let refresh { frame.head = "<meta http-equiv=\"refresh\" content=\"\(refresh)\"/>" }
        return try frame.html(data: data)
    }

    /// A chart's place on the page, which the script fills.
    ///
    /// - Parameters:
    ///   - name: of the chart in ``PageData/charts``.
    ///   - title: what it shows.
    ///   - isTall: whether it may be so high that it is better scrolled within the page.
    func place(of name: String, _ title: String, isTall: Bool = false) -> String? {
        guard library != nil, data.charts[name] != nil else { return nil }
        let scrolled = isTall ? " tabindex=\"0\"" : ""
        return """
            <figure class="chart scripted" data-chart="\(name)"><figcaption>\(HTML.escaped(title))</figcaption>\
            <div class="plot\(isTall ? " tall" : "")"\(scrolled) role="\(isTall ? "region" : "img")" \
            aria-label="\(HTML.escaped("Chart: " + title))"></div></figure>
            """
    }

    private static func resource(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
}
