import Essentials
import FoundationEssentials
import Launch

/// gnuplot, which draws figures for paper, and curves for terminals.
public struct Gnuplot: Sendable {
    private let program: URL

    /// The gnuplot on the search path; nil where there is none.
    public init?() {
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin").split(separator: ":")
        let programs = folders.map { URL(fileURLWithPath: String($0)).appendingPathComponent("gnuplot") }
        guard let program = programs.first(where: { FileManager.default.isExecutableFile(atPath: $0.path) }) else {
            return nil
        }
        self.init(program: program)
    }

    public init(program: URL) {
        self.program = program
    }

    /// A drawing whose text has `>` escaped too, which gnuplot leaves and `]]>` needs.
    static func markup(of drawing: String) -> String {
        var isTag = false
        return drawing.replacingScalars { scalar in
            defer { isTag = scalar == "<" || isTag && scalar != ">" }
            return scalar == ">" && !isTag ? "&gt;" : nil
        }
    }

    /// What gnuplot writes when it runs `script`.
    func run(_ script: String) throws -> Data {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("report-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appendingPathComponent("script.gp")
        try Data(script.utf8).write(to: file)
        let outcome: ChildProgram.Outcome
        do {
            outcome = try ChildProgram.run([program.path, "-d", file.path])
        } catch {
            throw ReportError("\(program.path) cannot be started: \(SystemReason.text(error))")
        }
        guard outcome.status == 0 else {
            let said = outcome.complaint.split(separator: "\n")
            throw ReportError("gnuplot did not draw a chart: \(said.last.map(String.init) ?? "it did not say why")")
        }
        return outcome.output
    }

    /// Text as a gnuplot string.
    ///
    /// It may come from anyone, so gnuplot gets none of it but letters and spaces to read: all else is written by its bytes'
    /// octal codes, digits too, since a code ends where no digit follows. No text can then end the string, begin a
    /// command or be taken for an escape.
    static func quoted(_ text: String) -> String {
        let codes = Printable.text(text).utf8.map { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: " "):
                String(UnicodeScalar(byte))
            default:
                "\\" + String(repeating: "0", count: byte < 8 ? 2 : byte < 64 ? 1 : 0) + String(byte, radix: 8)
            }
        }
        return "\"\(codes.joined())\""
    }

    /// The label of a tic, which gnuplot takes for the format of a number.
    static func tic(_ text: String) -> String { quoted(text.replacing(scalar: "%", with: "%%")) }

    /// A name on one line, as short as charts have room for.
    static func shortened(_ name: String) -> String {
        let line = name.replacing(scalar: "\n", with: " ")
        return line.count > 26 ? line.prefix(25) + "…" : line
    }

    /// Names along an axis, the first at 0: what stands in the parentheses of `set xtics`.
    static func tics(_ names: [String]) -> String {
        names.enumerated().map { "\(tic(shortened($1))) \($0)" }.joined(separator: ", ")
    }

    /// A named block of data: one row a line, columns apart by spaces. Missing values are NaN; so is the one row of a block
    /// without any, which gnuplot would refuse.
    static func block(_ name: String, _ rows: [[Double]]) -> String {
        let rows = rows.isEmpty ? [[Double](repeating: .nan, count: 4)] : rows
        let lines = rows.map { $0.map { $0.isFinite ? "\($0)" : "NaN" }.joined(separator: " ") }
        return "\(name) << EOD\n\(lines.joined(separator: "\n"))\nEOD"
    }
}
