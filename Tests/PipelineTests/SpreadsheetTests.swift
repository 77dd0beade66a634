import Foundation
import TestSupport
import Testing

/// What commands write as CSV has no cell that a spreadsheet would compute, whatever classes and files are called.
@Suite struct SpreadsheetTests {
    static let names = ["=cmd|' C calc'!A0", "+SUM(1;2)", "-2+3", "@SUM(1,2)"]

    static func expectNoFormula(_ text: String, of command: String, sourceLocation: SourceLocation = #_sourceLocation) {
        var cells: [String] = [""]
        var isQuoted = false
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": isQuoted.toggle()
            case ",", "\n", "\r", ";", "\t":
                if isQuoted { fallthrough }
                cells.append("")
            default: cells[cells.count - 1].unicodeScalars.append(scalar)
            }
        }
        for cell in cells where cell.first.map({ "=+-@".contains($0) }) == true {
            #expect(Double(cell) != nil, "\(command) writes the cell \(cell)", sourceLocation: sourceLocation)
        }
        #expect(cells.contains { $0.hasPrefix("'") }, "\(command): \(text.prefix(300))", sourceLocation: sourceLocation)
    }

    @Test func noCommandWritesFormulas() throws {
        let workspace = try Workspace()
        for (kind, name) in Self.names.enumerated() {
            try workspace.writeImages(6, of: name, kind: kind, to: "data/train")
            try workspace.writeImages(2, of: name, kind: kind, to: "data/test")
        }
        try Pipeline.expectSuccess(
            workspace.run(
                "cap-run",
                arguments: [
                    "data", "--model", Workspace.checkpoint, "--epochs", "1", "--iters", "1", "--batch", "2", "--k", "1",
                    "--method",
                    "cap-no-alignment",
                ]))
        let files = try FileManager.default.subpathsOfDirectory(atPath: workspace.path("runs"))
        func artifact(_ name: String) throws -> String { try "runs/" + #require(files.first { $0.hasSuffix("/\(name)") }) }
        for show in ["classes", "groups", "pseudolabels"] {
            try Pipeline.expectSuccess(workspace.run("cap-table", artifact("eval.h5"), "--show", show, "-o", "table", "-q"))
            let table = try String(contentsOfFile: workspace.path("table.csv"), encoding: .utf8)
            if table.contains(where: { $0 == "=" }) { Self.expectNoFormula(table, of: "cap-table --show \(show)") }
        }
        let inspected = try workspace.run("cap-inspect", artifact("eval.h5"), "--csv", "classes/name")
        Self.expectNoFormula(inspected.output, of: "cap-inspect")
        try workspace.writeImages(2, of: "=pictures", kind: 0, to: ".")
        let predicted = try workspace.run("cap-predict", artifact("model.h5"), "=pictures", "-q")
        Self.expectNoFormula(predicted.output, of: "cap-predict")
        #expect(predicted.output.split(separator: "\n").last?.hasPrefix("'=pictures/") == true)
    }
}
