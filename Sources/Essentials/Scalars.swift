extension StringProtocol {
    /// Text with another in place of some scalars, whatever stands behind them.
    ///
    /// What a shell, Make or a table takes for its syntax are scalars. To `replacing(_:with:)` a quote with a combining mark behind it
    /// is another character than a quote, and a line feed behind a carriage return another than a line feed.
    ///
    /// - Parameter replacement: what stands in a scalar's place; nil where it stays.
    public func replacingScalars(_ replacement: (Unicode.Scalar) -> String?) -> String {
        var replaced = String.UnicodeScalarView()
        for scalar in unicodeScalars {
            if let text = replacement(scalar) {
                replaced.append(contentsOf: text.unicodeScalars)
            } else {
                replaced.append(scalar)
            }
        }
        return String(replaced)
    }

    /// Text with another in place of one scalar, whatever stands behind it.
    public func replacing(scalar: Unicode.Scalar, with text: String) -> String { replacingScalars { $0 == scalar ? text : nil } }

    /// Text with a space for each scalar that ends a line or controls something.
    public var onOneLine: String { replacingScalars { $0.isControl ? " " : nil } }
}

extension Unicode.Scalar {
    fileprivate var isControl: Bool {
        switch properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator: true
        default: false
        }
    }
}
