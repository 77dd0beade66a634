/// What a ``ProgressBar`` says.
public struct ProgressLine: Sendable {
    public var title: String
    public var done: Int
    /// nil where it is not known how much there is to do.
    public var total: Int?
    public var unit: String
    /// Since the start.
    public var seconds: Double
    public var isFinished: Bool
    /// A word on the state of things; empty for none.
    public var note: String

    public init(
        title: String, done: Int, total: Int?, unit: String, seconds: Double, isFinished: Bool = false, note: String = ""
    ) {
        self.title = title
        self.done = done
        self.total = total
        self.unit = unit
        self.seconds = seconds
        self.isFinished = isFinished
        self.note = note
    }

    /// The whole line, for a log.
    public var plain: String {
        "\(title): " + [count, rate, time, note].filter { !$0.isEmpty }.joined(separator: ", ")
    }

    /// As much as `columns` hold, whole words only: the bar shrinks first, then the note goes, the rate, and the bar.
    public func fitted(to columns: Int) -> String {
        for parts in [[count, rate, time, note], [count, rate, time], [count, time], [count]] {
            let text = parts.filter { !$0.isEmpty }.joined(separator: "  ")
            guard let fraction else {
                if title.count + 2 + text.count <= columns { return "\(title): \(text)" }
                continue
            }
            let width = min(24, columns - title.count - 2 - text.count)
            if width >= 8 { return "\(title) \(Self.bar(fraction, width: width)) \(text)" }
        }
        return String("\(title) \(count)".prefix(max(0, columns)))
    }

    private var count: String {
        HumanReadable.count(done) + (total.map { "/" + HumanReadable.count($0) } ?? "") + " " + unit
    }

    private var perSecond: Double { seconds > 0 ? Double(done) / seconds : 0 }

    private var rate: String { "\(HumanReadable.decimal(perSecond)) \(unit)/s" }

    /// Time taken, or left where that can be told.
    private var time: String {
        if isFinished { return "in " + HumanReadable.duration(seconds) }
        guard perSecond > 0, let total else { return "" }
        return HumanReadable.duration(Double(max(0, total - done)) / perSecond) + " left"
    }

    private var fraction: Double? {
        total.map { $0 > 0 ? min(1, max(0, Double(done) / Double($0))) : 1 }
    }

    private static func bar(_ fraction: Double, width: Int) -> String {
        let filled = Int(fraction * Double(width))
        return String(repeating: "█", count: filled) + String(repeating: "░", count: width - filled)
    }
}
