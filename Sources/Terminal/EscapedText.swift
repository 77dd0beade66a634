extension String {
    /// The text with what a terminal would obey made visible: control characters, which move the cursor, colour, rename the
    /// window or type; and invisible ones, such as those that turn the order of letters around. `\u{1B}` becomes `\\u{1B}`.
    ///
    /// The joiners within words of Persian and Hindi, and within emoji, stay.
    ///
    /// - Parameter keepingLines: whether line breaks and tabs stay.
    public func escapingControls(keepingLines: Bool = false) -> String {
        guard unicodeScalars.contains(where: { $0.isObeyed(keepingLines) }) else { return self }
        var text = ""
        for scalar in unicodeScalars {
            if scalar.isObeyed(keepingLines) {
                text += "\\u{\(String(scalar.value, radix: 16, uppercase: true))}"
            } else {
                text.unicodeScalars.append(scalar)
            }
        }
        return text
    }

    /// JSON text with the same characters as JSON's own escapes, which mean the same.
    public var escapingControlsInJSON: String {
        guard unicodeScalars.contains(where: { $0.isObeyed(true) }) else { return self }
        var text = ""
        for scalar in unicodeScalars {
            guard scalar.isObeyed(true) else {
                text.unicodeScalars.append(scalar)
                continue
            }
            for unit in String(scalar).utf16 {
                let digits = String(unit, radix: 16)
                text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            }
        }
        return text
    }
}

extension Unicode.Scalar {
    fileprivate func isObeyed(_ keepingLines: Bool) -> Bool {
        // What nearly every text consists of.
        if (0x20..<0x7F).contains(value) { return false }
        if keepingLines && (self == "\n" || self == "\t") { return false }
        switch properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator: return true
        case .format: return value != 0x200C && value != 0x200D
        default: return false
        }
    }
}
