import Foundation

/// A regular expression that is part of the program.
struct Pattern: Sendable {
    private let expression: NSRegularExpression

    init(_ pattern: String) {
        do {
            expression = try NSRegularExpression(pattern: pattern)
        } catch {
            preconditionFailure("\(pattern): \(error)")
        }
    }

    func matches(in text: String) -> Bool {
        expression.firstMatch(in: text, range: NSRange(text.startIndex..., in: text)) != nil
    }

    /// Replaces every match by what `replacement` makes of it.
    func replacing(in text: String, with replacement: (String) -> String) -> String {
        let whole = text as NSString
        let found = expression.matches(in: text, range: NSRange(location: 0, length: whole.length))
        guard !found.isEmpty else { return text }
        var result = ""
        var end = 0
        for match in found {
            result += whole.substring(with: NSRange(location: end, length: match.range.location - end))
            result += replacement(whole.substring(with: match.range))
            end = match.range.location + match.range.length
        }
        return result + whole.substring(from: end)
    }
}
