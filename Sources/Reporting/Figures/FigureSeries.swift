/// Numbers that are drawn in one colour under one name.
public struct FigureSeries: Sendable {
    /// A number with the standard deviation of what it is the mean of.
    public struct Value: Sendable {
        public var mean: Double
        /// nil where it is a single measurement.
        public var deviation: Double?

        public init(mean: Double, deviation: Double? = nil) {
            self.mean = mean
            self.deviation = deviation
        }
    }

    public var name: String
    /// `#rrggbb`.
    public var color: String
    /// nil where there is none.
    public var values: [Value?]

    public init(name: String, color: String, values: [Value?]) {
        self.name = name
        self.color = color
        self.values = values
    }

    /// A colour between this one and white, for what goes before it.
    public static func lighter(_ color: String) -> String {
        guard let rgb = Int(color.dropFirst(), radix: 16) else { return color }
        let parts = [16, 8, 0].map { 255 - (255 - (rgb >> $0 & 0xFF)) * 45 / 100 }
        return "#" + parts.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    /// What zero-shot CLIP is drawn in.
    public static let zeroShotColor = "#8a8f98"
    /// What CAP is drawn in.
    public static let capColor = "#2f7fd6"
    /// Colours for the others, told apart with any kind of colour vision (after Okabe and Ito).
    public static let otherColors = ["#e69f00", "#009e73", "#cc79a7", "#7b5ea7", "#d55e00", "#56b4e9", "#8c6d31"]
    /// For more than there are colours.
    public static let spareColor = "#444444"
}
