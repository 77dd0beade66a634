/// CPL's β, the quantile of the cut within a class.
public enum CandidateQuantile: Sendable, Equatable, ParameterValue {
    case fixed(Double)
    /// 1 − g / classes with pseudolabels.
    case auto(Double)

    /// "0.97", or "auto*2.0" as the reference writes it.
    public init?(parameterText text: String) {
        if text.hasPrefix("auto*") {
            guard let g = Double(text.dropFirst(5)), g >= 0, g.isFinite else { return nil }
            self = .auto(g)
        } else {
            guard let value = Double(text), (0...1).contains(value) else { return nil }
            self = .fixed(value)
        }
    }

    public var parameterText: String {
        switch self {
        case .fixed(let value): value.parameterText
        case .auto(let g): "auto*\(g.parameterText)"
        }
    }

    public var recorded: RecordedValue {
        switch self {
        case .fixed(let value): .number(value)
        case .auto: .text(parameterText)
        }
    }

    public static var parameterKind: ParameterKind { .text }

    /// The quantile where `classes` get pseudolabels.
    public func value(classes: Int) -> Double {
        switch self {
        case .fixed(let value): value
        case .auto(let g): max(0, 1 - g / Double(max(1, classes)))
        }
    }
}
