import Glibc
import Images

/// Everything that lies between a texture and its photograph: framing, perspective, wrinkles, light, something in the
/// way, lens blur and sensor noise.
struct Photograph {
    private let width: Int
    private let height: Int
    private let unitsPerPixel: Float
    private let turn: (cosine: Float, sine: Float)
    private let center: Point
    private let tilt: Point
    private let wrinkle: (strength: Float, salt: UInt32)
    private let light: (direction: Point, strength: Float)
    private let exposure: Float
    private let tint: Color
    private let vignette: Float
    private let blurSigma: Float
    private let noise: Float
    private let obstacle: Obstacle?
    private var sensor: RandomStream

    init(framing: Framing, using random: inout RandomStream) {
        width = random.integer(96...200)
        height = random.integer(96...200)
        let shorter = Float(min(width, height))
        unitsPerPixel = random.uniform(framing.unitsAcross) / shorter
        let angle = random.uniform(-framing.rotation...framing.rotation) * 2 * .pi
        turn = (cosf(angle), sinf(angle))
        center = Point(
            random.uniform(-framing.shift...framing.shift), random.uniform(-framing.shift...framing.shift))
        tilt = Point(random.uniform(-0.2...0.2), random.uniform(-0.2...0.2))
        wrinkle = (random.uniform(0...0.035), UInt32(truncatingIfNeeded: random.next()))
        let lightAngle = random.unit() * 2 * .pi
        light = (Point(cosf(lightAngle), sinf(lightAngle)), random.uniform(0...0.45))
        exposure = random.uniform(0.75...1.2)
        tint = Color(random.uniform(0.92...1.08), 1, random.uniform(0.92...1.08))
        vignette = random.uniform(0...0.35)
        blurSigma = random.chance(0.5) ? random.uniform(0.3...1.6) : 0
        noise = random.uniform(0.005...0.05)
        obstacle = random.chance(0.35) ? Obstacle(using: &random) : nil
        sensor = RandomStream(seed: random.next())
    }

    /// Exposes the photograph.
    mutating func take(of texture: any Texture) throws -> RGBImage {
        var plane = [Color](repeating: .zero, count: width * height)
        let scale = 1 / Float(min(width, height))
        let middle = Point(Float(width), Float(height)) / 2
        for y in 0..<height {
            for x in 0..<width {
                // Image coordinates: the shorter side spans [−0.5, 0.5].
                let image = (Point(Float(x) + 0.5, Float(y) + 0.5) - middle) * scale
                plane[y * width + x] = color(of: texture, at: image, scale: scale)
            }
        }
        if blurSigma > 0 {
            blur(&plane)
        }
        var pixels = [UInt8](repeating: 0, count: width * height * 3)
        for index in plane.indices {
            for channel in 0..<3 {
                let value = plane[index][channel] + noise * sensor.approximateNormal()
                pixels[index * 3 + channel] = UInt8(clamp01(value) * 255 + 0.5)
            }
        }
        return try RGBImage(height: height, width: width, pixels: pixels)
    }

    private func color(of texture: any Texture, at image: Point, scale: Float) -> Color {
        let depth = 1 + (image * tilt).sum()
        var p = image / max(depth, 0.2)
        if wrinkle.strength > 0 {
            p +=
                wrinkle.strength
                * Point(
                    Noise.value(image * 3, salt: wrinkle.salt),
                    Noise.value(image * 3, salt: wrinkle.salt &+ 1))
        }
        p = Point(turn.cosine * p.x - turn.sine * p.y, turn.sine * p.x + turn.cosine * p.y)
        let position = p / scale * unitsPerPixel + center
        var result = texture.color(at: position, footprint: unitsPerPixel / max(depth, 0.2))
        if let obstacle {
            result = obstacle.cover(result, at: image, softness: scale * 1.5)
        }
        let falloff = 1 - vignette * (image * image).sum() * 2
        let slope = 1 + light.strength * (image * light.direction).sum() * 2
        return result * tint * (exposure * falloff * max(slope, 0.1))
    }

    /// A Gaussian, one axis after the other, edges repeated.
    private func blur(_ plane: inout [Color]) {
        let radius = Int((blurSigma * 2.5).rounded(.up))
        let weights = (0...radius).map { expf(-Float($0 * $0) / (2 * blurSigma * blurSigma)) }
        let total = weights[0] + 2 * weights.dropFirst().reduce(0, +)
        for (count, length, stride, step) in [(height, width, 1, width), (width, height, width, 1)] {
            var line = [Color](repeating: .zero, count: length)
            for row in 0..<count {
                let start = row * step
                for i in 0..<length {
                    var sum = weights[0] * plane[start + i * stride]
                    for r in 1..<weights.count {
                        let before = plane[start + max(i - r, 0) * stride]
                        let after = plane[start + min(i + r, length - 1) * stride]
                        sum += weights[r] * (before + after)
                    }
                    line[i] = sum / total
                }
                for i in 0..<length {
                    plane[start + i * stride] = line[i]
                }
            }
        }
    }
}

/// Something out of focus in front of the camera: a plain disc or a plain bar that enters from a side.
private struct Obstacle {
    private let color: Color
    private let isDisc: Bool
    private let center: Point
    private let size: Float
    private let direction: Point

    init(using random: inout RandomStream) {
        color = Palette.any(&random)
        isDisc = random.chance(0.6)
        let angle = random.unit() * 2 * .pi
        direction = Point(cosf(angle), sinf(angle))
        center = direction * random.uniform(0.3...0.55)
        size = random.uniform(0.08...0.2)
    }

    func cover(_ below: Color, at image: Point, softness: Float) -> Color {
        let offset = image - center
        let distance = isDisc ? length(offset) - size : size * 0.5 - (offset * direction).sum()
        let inFront =
            isDisc ? distance : max(distance, abs(offset.x * direction.y - offset.y * direction.x) - size)
        return mix(color, below, ramp(0, inFront, width: softness * 3))
    }
}
