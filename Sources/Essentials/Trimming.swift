extension StringProtocol {
    /// Without spaces and tabs at both ends.
    public func trimmingSpaces() -> String { trimming(\.isSpace) }

    /// Without spaces, tabs and line breaks at both ends.
    public func trimmingWhitespace() -> String { trimming { $0.isSpace || $0.isLineBreak } }

    /// Without those scalars at both ends that `isTaken` says yes to.
    public func trimming(_ isTaken: (Unicode.Scalar) -> Bool) -> String {
        guard let first = unicodeScalars.firstIndex(where: { !isTaken($0) }),
            let last = unicodeScalars.lastIndex(where: { !isTaken($0) })
        else { return "" }
        return String(String.UnicodeScalarView(unicodeScalars[first...last]))
    }
}

extension Unicode.Scalar {
    /// Unicode's space separators, the tab, and the space of no width.
    fileprivate var isSpace: Bool {
        self == "\t" || self == "\u{200B}" || properties.generalCategory == .spaceSeparator
    }

    /// Whether it ends a line, as `Character.isNewline` has it.
    public var isLineBreak: Bool {
        switch value {
        case 0x0A...0x0D, 0x85, 0x2028, 0x2029: true
        default: false
        }
    }
}
