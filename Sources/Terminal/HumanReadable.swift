import Essentials

/// Numbers as people read them, the same in every locale.
public enum HumanReadable {
    /// `2,800`
    public static func count(_ value: Int) -> String {
        let digits = String(value.magnitude)
        var grouped = ""
        for (index, digit) in digits.enumerated() {
            if index > 0 && (digits.count - index) % 3 == 0 { grouped.append(",") }
            grouped.append(digit)
        }
        return (value < 0 ? "-" : "") + grouped
    }

    /// `2,800 files`, `1 file`
    public static func count(_ value: Int, _ noun: String) -> String {
        "\(count(value)) \(noun)\(value == 1 ? "" : "s")"
    }

    /// `1.4 GB`, in powers of 1000.
    public static func bytes(_ value: Int) -> String {
        var amount = Double(value)
        for unit in ["bytes", "kB", "MB", "GB"] {
            if amount < 1000 { return unit == "bytes" ? "\(value) bytes" : decimal(amount) + " " + unit }
            amount /= 1000
        }
        return decimal(amount) + " TB"
    }

    /// `0.84 s`, `12.3 s`, `2:05`, `1:02:05`
    public static func duration(_ seconds: Double) -> String {
        guard seconds.isFinite, seconds >= 0, seconds < 1e9 else { return "?" }
        if seconds < 59.95 { return decimal(seconds) + " s" }
        let whole = Int(seconds.rounded())
        func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
        let hours = whole / 3600
        return hours > 0
            ? "\(hours):\(two(whole / 60 % 60)):\(two(whole % 60))" : "\(whole / 60):\(two(whole % 60))"
    }

    /// `63.40 %` for 0.634
    public static func percent(_ fraction: Double) -> String {
        fraction.isFinite ? String(printf: "%.2f %%", fraction * 100) : "–"
    }

    /// Two digits after the point below 10, one below 100, none above.
    public static func decimal(_ value: Double) -> String {
        String(printf: value < 9.995 ? "%.2f" : value < 99.95 ? "%.1f" : "%.0f", value)
    }
}
