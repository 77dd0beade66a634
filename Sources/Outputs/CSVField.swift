import Essentials

/// Fields of comma-separated values (RFC 4180) that spreadsheets show and do not compute.
///
/// Spreadsheets take a cell that begins with `=`, `+`, `-` or `@` for a formula, which can send what is in the table elsewhere or
/// start a program. So text that begins so, after spaces or not, and in letters of full width or not, gets an apostrophe before
/// it, which stands for "this is text". Numbers stay as they are. Files for programs, JSON Lines and HDF5, have names as they are.
public enum CSVField {
    /// A field for text, in quotes where it holds what separates fields: commas, semicolons and tabs, as spreadsheets of
    /// different languages have it, quotes and line breaks.
    public static func text(_ text: String) -> String {
        let field = isFormula(text) ? "'" + text : text
        // Scalars, since a carriage return and a line feed are one character.
        guard field.unicodeScalars.contains(where: { ",;\"\t".unicodeScalars.contains($0) || $0.isLineBreak }) else {
            return field
        }
        return "\"" + field.replacing(scalar: "\"", with: "\"\"") + "\""
    }

    /// Fields side by side.
    public static func line(_ fields: [String]) -> String { fields.map(text).joined(separator: ",") }

    private static func isFormula(_ text: String) -> Bool {
        // A spreadsheet may leave out what is not seen; a tab or a line break at the beginning counts by itself.
        let invisible: (Unicode.Scalar) -> Bool = { $0.properties.isWhitespace || $0.properties.generalCategory == .format }
        let seen = text.unicodeScalars.drop { invisible($0) || $0.properties.generalCategory == .control }
        guard let first = seen.first else { return false }
        guard "=+-@＝＋－＠".unicodeScalars.contains(first) else {
            return text.unicodeScalars.first == "\t" || text.unicodeScalars.first?.isLineBreak == true
        }
        return text.wholeMatch(of: /[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?/) == nil
    }
}
