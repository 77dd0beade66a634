import Artifacts

/// Names of folders as parts of paths that Make, a shell and people read alike.
enum SafeName {
    /// `name` where it is safe; otherwise with `_` for what is not, and a mark of its own behind it, so that no two names
    /// become one.
    ///
    /// Letters and digits of all scripts, `.`, `_` and `-` are safe, and pictographs; blanks, quotes and what Make, a shell or
    /// a terminal reads something into are not.
    ///
    /// - Throws: ``PipelineError`` for what no folder should be called.
    static func of(_ name: String) throws -> String {
        guard !name.isEmpty, name != ".", name != ".." else { throw PipelineError("\"\(name)\" is no name of a data set.") }
        guard !name.unicodeScalars.contains("/"),
            !name.unicodeScalars.contains(where: { $0.properties.generalCategory == .control })
        else {
            throw PipelineError(
                "The name \(name.debugDescription) holds a line break, a control character or a slash: rename the folder.")
        }
        var safe = name.unicodeScalars.map { isSafe($0) ? String($0) : "_" }.joined()
        let startsSafely = safe.unicodeScalars.first.map { $0 != "-" && $0 != "." } ?? false
        let isMarked = safe.wholeMatch(of: /.*-[0-9a-f]{8}/) != nil
        if safe == name, startsSafely, !isMarked { return name }
        if !startsSafely { safe = "_" + String(safe.unicodeScalars.dropFirst()) }
        return "\(safe)-\(Identity(of: name).description.prefix(8))"
    }

    private static func isSafe(_ scalar: Unicode.Scalar) -> Bool {
        if "._-".unicodeScalars.contains(scalar) { return true }
        guard scalar.isASCII else {
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator, .spaceSeparator, .surrogate, .privateUse, .unassigned:
                return false
            default: return true
            }
        }
        return scalar.properties.isAlphabetic || ("0"..."9").contains(scalar)
    }
}
