import Foundation
import Reporting

/// A number measured in several runs that differ in their seed.
struct Spread: Sendable {
    /// At least one.
    let values: [Double]

    /// nil without values.
    init?(_ values: [Double]) {
        guard !values.isEmpty else { return nil }
        self.values = values
    }

    private init(of values: [Double]) { self.values = values }

    /// The same in another unit.
    func divided(by unit: Double) -> Spread { Spread(of: values.map { $0 / unit }) }

    var mean: Double { values.reduce(0, +) / Double(values.count) }

    /// With n − 1 in the denominator; nil for a single run.
    var deviation: Double? {
        guard values.count > 1 else { return nil }
        let mean = mean
        return (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count - 1)).squareRoot()
    }

    /// `74.10 ± 0.52`
    var text: String { Self.number(mean) + (deviation.map { " ± \(Self.number($0))" } ?? "") }

    var drawn: FigureSeries.Value { FigureSeries.Value(mean: mean, deviation: deviation) }

    static func number(_ value: Double) -> String { String(format: "%.2f", value) }
}
