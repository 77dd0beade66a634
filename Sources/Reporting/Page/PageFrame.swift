/// What every page begins and ends with: a policy, its style, its data and its scripts. The browser may ask for nothing and run
/// nothing but what the policy names.
public struct PageFrame {
    public var title: String
    public var style: String
    /// What the elements of the page are, in a `body`; HTML.
    public var body: String
    public var scripts: [String]
    /// Whether the page asks the server that it comes from for images and data.
    public var isServed = false
    /// HTML for the head.
    public var head = ""

    public init(title: String, style: String, body: String, scripts: [String]) {
        self.title = title
        self.style = style
        self.body = body
        self.scripts = scripts
    }

    /// - Parameter data: what the scripts work on; they find it as the JSON of the element `page-data`.
    public func html(data: some Encodable) throws -> String {
        // Nothing but what bears this word is run, and nobody can know it before.
        let nonce = String(UInt128.random(in: 0 ... .max), radix: 36)
        let policy = [
            "default-src 'none'", "img-src data:\(isServed ? " 'self'" : "")", "style-src 'nonce-\(nonce)'",
            "script-src 'nonce-\(nonce)'",
            "connect-src \(isServed ? "'self'" : "'none'")", "base-uri 'none'", "form-action 'none'",
        ].joined(separator: "; ")
        return """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8"/>
            <meta http-equiv="Content-Security-Policy" content="\(policy)"/>
            <meta name="viewport" content="width=device-width, initial-scale=1"/>
            <meta name="referrer" content="no-referrer"/>
            \(head)
            <title>\(HTML.escaped(title))</title>
            <style nonce="\(nonce)">\(style)</style>
            </head>
            <body>
            \(body)
            <script type="application/json" id="page-data">\(try HTML.json(data))</script>
            \(scripts.map { "<script nonce=\"\(nonce)\">\($0)</script>" }.joined(separator: "\n"))
            </body>
            </html>

            """
    }
}
