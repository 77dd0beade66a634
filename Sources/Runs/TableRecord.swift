import Artifacts

/// What a table was made of, as a line of Markdown that is not shown.
public enum TableRecord {
    /// - Parameters:
    ///   - options: how it was asked for, without the command's name.
    ///   - identities: of the artifacts that it shows, in their order.
    public static func line(of options: [String], _ identities: [String]) -> String {
        "<!-- made from \(Identity(of: (options + identities).joined(separator: "\n"))) -->"
    }
}
