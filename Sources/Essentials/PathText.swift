/// Paths as text, which stay relative to whatever they are relative to.
extension String {
    /// The path of the folder that a path lies in: `a` for `a/b`, empty for `b`.
    public var folderOfPath: String {
        let path = withoutSlashes(of: self[...])
        guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "" }
        return slash == path.startIndex ? "/" : String(withoutSlashes(of: path[..<slash]))
    }

    /// `a/b` for `a` and `b`, `b` for an empty path and `b`.
    public func appendingPath(_ name: String) -> String {
        isEmpty || utf8.last == UInt8(ascii: "/") ? self + name : self + "/" + name
    }

    /// `a/b` for `a/b.h5`.
    public var withoutPathExtension: String {
        let name = utf8.lastIndex(of: UInt8(ascii: "/")).map { utf8.index(after: $0) } ?? startIndex
        guard let dot = utf8[name...].lastIndex(of: UInt8(ascii: ".")), dot > name else { return self }
        return String(self[..<dot])
    }

    /// Without those at its end, but for that of `/` itself.
    private func withoutSlashes(of path: Substring) -> Substring {
        var path = path
        while path.utf8.count > 1, path.utf8.last == UInt8(ascii: "/") { path = path[..<path.utf8.index(before: path.endIndex)] }
        return path
    }
}
