/// Vectors of the renderer: a position in the plane and a linear RGB colour with channels in [0, 1].
public typealias Point = SIMD2<Float>
public typealias Color = SIMD3<Float>

/// Lattice noise: random numbers attached to the cells of the integer grid, without tables and without state.
enum Noise {
    /// A number in [0, 1) that belongs to the cell (`x`, `y`).
    @inline(__always)
    static func cell(_ x: Int32, _ y: Int32, salt: UInt32) -> Float {
        var h =
            UInt32(bitPattern: x) &* 0x8DA6_B343 ^ UInt32(bitPattern: y) &* 0xD816_3841 ^ salt &* 0xCB1A_B31F
        h ^= h >> 16
        h = h &* 0x7FEB_352D
        h ^= h >> 15
        h = h &* 0x846C_A68B
        h ^= h >> 16
        return Float(h >> 8) * 0x1p-24
    }

    /// Smooth noise in [−1, 1] with features about one unit wide.
    @inline(__always)
    static func value(_ p: Point, salt: UInt32) -> Float {
        let floor = p.rounded(.down)
        let (x, y) = (lattice(floor.x), lattice(floor.y))
        let t = p - floor
        let s = t * t * (3 - 2 * t)
        let bottom = mix(cell(x, y, salt: salt), cell(x &+ 1, y, salt: salt), s.x)
        let top = mix(cell(x, y &+ 1, salt: salt), cell(x &+ 1, y &+ 1, salt: salt), s.x)
        return mix(bottom, top, s.y) * 2 - 1
    }

    /// Octaves of smooth noise, each half as wide and half as strong as the one before; about [−1, 1].
    static func fractal(_ p: Point, octaves: Int, salt: UInt32) -> Float {
        var (sum, amplitude, total, position) = (Float(0), Float(1), Float(0), p)
        for octave in 0..<octaves {
            sum += amplitude * value(position, salt: salt &+ UInt32(octave) &* 101)
            total += amplitude
            amplitude /= 2
            position = position * 2 + 17.3
        }
        return sum / total
    }

    /// The cell of the integer grid a coordinate falls in, saturated, so that no position can trap.
    @inline(__always)
    static func lattice(_ x: Float) -> Int32 {
        Int32(exactly: x.rounded(.down)) ?? 0
    }
}

@inline(__always)
func mix(_ a: Float, _ b: Float, _ t: Float) -> Float { a + (b - a) * t }

@inline(__always)
func mix(_ a: Color, _ b: Color, _ t: Float) -> Color { a + (b - a) * t }

/// The part after the decimal point, in [0, 1) for negative numbers too.
@inline(__always)
func fraction(_ x: Float) -> Float { x - x.rounded(.down) }

@inline(__always)
func clamp01(_ x: Float) -> Float { min(max(x, 0), 1) }

/// 0 below the edge, 1 above it, with a ramp as wide as `width` in between.
@inline(__always)
func ramp(_ edge: Float, _ x: Float, width: Float) -> Float {
    let t = clamp01((x - edge) / max(width, 1e-4) + 0.5)
    return t * t * (3 - 2 * t)
}

@inline(__always)
func length(_ p: Point) -> Float { (p.x * p.x + p.y * p.y).squareRoot() }
