import Essentials

/// A number measured in several runs that differ in their seed.
public struct Spread: Sendable {
    /// At least one.
    public let values: [Double]

    /// nil without values.
    public init?(_ values: [Double]) {
        guard !values.isEmpty else { return nil }
        self.values = values
    }

    private init(of values: [Double]) { self.values = values }

    /// The same in another unit.
    public func divided(by unit: Double) -> Spread { Spread(of: values.map { $0 / unit }) }

    public var mean: Double { values.reduce(0, +) / Double(values.count) }

    /// With n − 1 in the denominator; nil for a single run.
    public var deviation: Double? {
        guard values.count > 1 else { return nil }
        let mean = mean
        return (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count - 1)).squareRoot()
    }

    /// `74.10 ± 0.52`
    public var text: String { Self.number(mean) + (deviation.map { " ± \(Self.number($0))" } ?? "") }

    /// The standard deviation as a number; nothing for a single run.
    public var deviationText: String { deviation.map(Self.number) ?? "" }

    public var drawn: FigureSeries.Value { FigureSeries.Value(mean: mean, deviation: deviation) }

    public static func number(_ value: Double) -> String { String(printf: "%.2f", value) }
}
