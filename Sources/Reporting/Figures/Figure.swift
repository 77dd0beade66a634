import FoundationEssentials

/// A chart for paper: white ground, black ink, to be kept as SVG and PNG.
public protocol Figure: Sendable {
    /// In pixels at the natural size of the drawing.
    var width: Int { get }
    var height: Int { get }
    /// gnuplot commands behind the choice of terminal.
    var script: String { get }
}

extension Gnuplot {
    /// How a vector from end to end of a standard deviation is drawn.
    static let errorBar = "with vectors heads size screen 0.006,90 lw 1.2 lc rgb '#333333'"

    /// Pale lines at the tics of `axis`, and a key above the chart whose samples are `sample` wide.
    static func gridAndKey(along axis: String, sample: Int = 1) -> String {
        """
        set grid \(axis)tics lt 1 lc rgb '#dddddd' lw 0.5
        set key outside top center horizontal samplen \(sample) reverse Left
        """
    }

    /// A figure as a vector and, at twice its natural size, as a raster image.
    public struct Drawing: Sendable {
        public let svg: Data
        public let png: Data
    }

    public func draw(_ figure: some Figure) throws -> Drawing {
        let (width, height) = (figure.width, figure.height)
        func drawn(_ terminal: String) throws -> Data {
            try run("set encoding utf8\nset terminal \(terminal)\n\(figure.script)\n")
        }
        return try Drawing(
            svg: Data(
                Gnuplot.markup(
                    of: String(
                        decoding: drawn(
                            "svg size \(width),\(height) dynamic noenhanced font 'sans-serif,13' background '#ffffff'"),
                        as: UTF8.self)
                ).utf8),
            png: drawn(
                """
                pngcairo size \(2 * width),\(2 * height) noenhanced font 'sans-serif,11' fontscale 2 linewidth 2 \
                pointscale 2
                """))
    }
}
