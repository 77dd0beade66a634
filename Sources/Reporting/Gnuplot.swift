import Foundation

/// gnuplot, which draws the report's charts as SVG.
public struct Gnuplot: Sendable {
    private let program: URL

    /// The gnuplot on the search path; nil where there is none.
    public init?() {
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin").split(separator: ":")
        let programs = folders.map { URL(fileURLWithPath: String($0)).appendingPathComponent("gnuplot") }
        guard let program = programs.first(where: { FileManager.default.isExecutableFile(atPath: $0.path) }) else {
            return nil
        }
        self.program = program
    }

    /// Draws a chart.
    ///
    /// - Parameters:
    ///   - name: tells the chart's parts from those of others on the page; a word.
    ///   - title: what the chart shows, for those who cannot see it.
    ///   - width: of the drawing, in pixels at its natural size.
    ///   - script: gnuplot commands behind the choice of terminal, data in named blocks included.
    /// - Returns: An `<svg>` element that scales with its surroundings and takes its ink from the page.
    func svg(name: String, title: String, width: Int, height: Int, _ script: String) throws -> String {
        let process = Process()
        let input = Pipe()
        let output = Pipe()
        let complaints = Pipe()
        process.executableURL = program
        process.arguments = ["-d", "-"]
        process.standardInput = input
        process.standardOutput = output
        process.standardError = complaints
        do {
            try process.run()
        } catch {
            throw ReportError("\(program.path) cannot be started: \(error.localizedDescription)")
        }
        let commands = """
            set encoding utf8
            set terminal svg size \(width),\(height) dynamic noenhanced name '\(name)' font 'sans-serif,13'
            \(script)

            """
        // Written beside the reading: a script longer than a pipe holds would wait for a reader of the output.
        let writing = Thread {
            try? input.fileHandleForWriting.write(contentsOf: Data(commands.utf8))
            try? input.fileHandleForWriting.close()
        }
        writing.start()
        let drawn = try output.fileHandleForReading.readToEnd() ?? Data()
        let said = try complaints.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        let text = String(decoding: drawn, as: UTF8.self)
        guard process.terminationStatus == 0, let start = text.range(of: "<svg") else {
            let reason = String(decoding: said, as: UTF8.self).split(separator: "\n").last(where: { !$0.isEmpty })
            throw ReportError("gnuplot did not draw a chart: \(reason.map(String.init) ?? "it said nothing")")
        }
        return text[start.lowerBound...]
            .replacing("<svg", with: "<svg role=\"img\" style=\"max-width: \(width)px\"", maxReplacements: 1)
            .replacing("<title>\(name)</title>", with: "<title>\(HTML.escaped(title))</title>", maxReplacements: 1)
            .replacing(/<title>\w+_plot_\d+[a-z]?<\/title>/, with: "")
            .replacingOccurrences(of: "gnuplot_canvas", with: name + "_canvas")
            .replacingOccurrences(of: "gpPt", with: name + "Pt")
            .replacingOccurrences(of: "gpDot", with: name + "Dot")
    }

    /// Text as a gnuplot string.
    static func quoted(_ text: String) -> String {
        let printable = text.unicodeScalars.map { $0.properties.generalCategory == .control ? " " : String($0) }
        return "'" + printable.joined().replacingOccurrences(of: "'", with: "''") + "'"
    }

    /// A named block of data: one row a line, columns apart by spaces. Missing values are NaN.
    static func block(_ name: String, _ rows: [[Double]]) -> String {
        let lines = rows.map { $0.map { $0.isFinite ? "\($0)" : "NaN" }.joined(separator: " ") }
        return "\(name) << EOD\n\(lines.joined(separator: "\n"))\nEOD"
    }
}
