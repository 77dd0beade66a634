/// Pieces that the sentences for people are made of.
enum Wording {
    /// "a", "b", "c" and 4 more.
    static func list(_ items: [String], limit: Int = 3, quoted: Bool = true) -> String {
        let shown = items.prefix(limit).map { quoted ? "\"\($0)\"" : $0 }
        if items.count > limit {
            return shown.joined(separator: ", ") + " and \(items.count - limit) more"
        }
        guard let last = shown.last, shown.count > 1 else { return shown.first ?? "" }
        return shown.dropLast().joined(separator: ", ") + " and " + last
    }

    /// a, b or c.
    static func either(_ items: [String], limit: Int = 3) -> String {
        let shown = items.prefix(limit)
        guard let last = shown.last, shown.count > 1 else { return shown.first ?? "" }
        return shown.dropLast().joined(separator: ", ") + " or " + last
    }

    /// "1 image", "1,880 images".
    static func count(_ number: Int, _ one: String, _ many: String? = nil) -> String {
        "\(grouped(number)) \(number == 1 ? one : many ?? one + "s")"
    }

    /// 31500 as "31,500".
    static func grouped(_ number: Int) -> String {
        let digits = Array(String(number))
        var text = ""
        for (index, digit) in digits.enumerated() {
            if index > 0, digit.isNumber, digits[index - 1].isNumber, (digits.count - index) % 3 == 0 {
                text += ","
            }
            text.append(digit)
        }
        return text
    }
}
