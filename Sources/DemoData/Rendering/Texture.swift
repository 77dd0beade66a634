/// A pattern that covers the plane. Its own unit of length is one repeat, a stone, a stitch.
protocol Texture: Sendable {
    /// Draws one instance: its colours, proportions and irregularities.
    init(using random: inout RandomStream)

    /// The colour at a place, edges softened over `footprint`, the side of a pixel in the texture's units.
    func color(at p: Point, footprint: Float) -> Color
}

/// How photographs of a texture are framed.
struct Framing: Sendable {
    /// How many units of the texture fit the image's shorter side.
    var unitsAcross: ClosedRange<Float>
    /// The camera turns by at most this angle either way, in turns.
    var rotation: Float
    /// How far the camera may move from the texture's origin, in units of the shorter side. Patterns with a centre keep it
    /// in view; the others wander.
    var shift: Float
}
