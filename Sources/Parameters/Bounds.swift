/// What numbers a parameter may have.
public struct Bounds: Sendable {
    /// Said behind the parameter's name where a value is out of bounds: "must be between 1 and 1000".
    let rule: String
    let holds: @Sendable (Double) -> Bool

    /// From `lower` to `upper`, both included.
    public static func from(_ lower: Int, to upper: Int) -> Bounds {
        Bounds(rule: "must be between \(lower) and \(upper)") { $0 >= Double(lower) && $0 <= Double(upper) }
    }

    /// Between 0 and 1, both included.
    public static let share = Bounds(rule: "is a share between 0 and 1") { $0 >= 0 && $0 <= 1 }
    /// Above 0 and at most 1.
    public static let part = Bounds(rule: "is a share above 0 and at most 1") { $0 > 0 && $0 <= 1 }
    /// At least 0 and below 1.
    public static let below1 = Bounds(rule: "must be at least 0 and below 1") { $0 >= 0 && $0 < 1 }
    public static let positive = Bounds(rule: "must be positive") { $0 > 0 }
    public static let notNegative = Bounds(rule: "must not be negative") { $0 >= 0 }
}
