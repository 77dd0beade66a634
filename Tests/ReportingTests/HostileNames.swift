/// Names made of pieces that mean something to gnuplot, a shell, `printf`, SVG, HTML, JSON or JavaScript, by a fixed sequence.
///
/// `$CANARY` stands for a file that a command in a name would make.
struct HostileNames {
    private var state: UInt64
    let canary: String

    init(seed: UInt64, canary: String) {
        state = seed
        self.canary = canary
    }

    private mutating func next(below count: Int) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int(state >> 33) % count
    }

    private static let pieces = [
        "`touch $CANARY`", "`", "'", "\"", "\\", "\\n", "\\`touch $CANARY\\`", "%", "%%", "%g", "%s", "%.0f", "%c%n",
        "$(touch $CANARY)", "@x", "${HOME}", ";", "#", "!touch $CANARY", "' ; system('touch $CANARY') ; '",
        "\".system(\"touch $CANARY\").\"", "\"; !touch $CANARY", "{/Bold x}", "^", "_", "~a{.6 b}", "&{x}", "<b>", "</text>",
        "<script>", "&amp;", "&", "]]>", "<!--", "EOD", "$cells", "NaN", "0", "7", "12", "\\060", "gpPt0", "gpDot",
        "gnuplot_canvas", "id='gpPt'", "<title>gnuplot_plot_1</title>", "cotton", "z", " ", "  ", "\t", "\u{1B}[2J", "\u{0}",
        "\u{7F}",
        "\u{202E}", "\u{2066}", "\u{85}", "é", "日本", "🦙", "e\u{301}", "\u{FFFE}", "|", ">", "*", "?", "--", "=1+1", ",",
        "</script><script>document.title='owned'</script>", "<img src=x onerror=document.title='owned'>", "\"]}</script>",
        "\\u003c",
        "\u{2028}", "\u{2029}", "'-alert(1)-'", "${document.title='owned'}", "javascript:alert(1)", "__proto__", "constructor",
        "</title>", "</style>", "onload=\"document.title='owned'\"", "{{7*7}}", "data-class=", "-->",
    ]

    /// One to four pieces, the first of them `first` where one is asked for.
    mutating func name(startingWith first: Int? = nil) -> String {
        let others = (0..<next(below: first == nil ? 4 : 2)).map { _ in Self.pieces[next(below: Self.pieces.count)] }
        let all = [Self.pieces[first ?? next(below: Self.pieces.count)]] + others
        return all.joined().replacing("$CANARY", with: canary)
    }

    static var count: Int { pieces.count }
}
