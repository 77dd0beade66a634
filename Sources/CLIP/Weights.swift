import Glibc
import Tensors

/// A model's weights by their names in a Hugging Face checkpoint, all on one device.
public struct Weights: Sendable {
    private var tensors: [String: Tensor]
    /// Whether the factor 1.702 of QuickGELU is part of the feed-forward weights, see ``foldingQuickGELU(_:)``.
    private(set) var quickGELUIsFolded = false
    /// Whether the weights are only computed with, see ``frozen()``.
    private(set) var areFrozen = false

    public init(_ tensors: [String: Tensor]) {
        self.tensors = tensors
    }

    public func callAsFunction(_ name: String) throws -> Tensor {
        guard let tensor = tensors[name] else {
            throw CLIPError("The weight \(name) is missing.")
        }
        return tensor
    }

    /// Weights that need no QuickGELU: x · sigmoid(1.702 x) is silu(1.702 x) / 1.702, so with the inner layer's weights
    /// times 1.702 and the outer one's divided by it, the activation is silu, which libtorch computes in one pass.
    /// For weights that are not trained any more.
    func foldingQuickGELU() throws -> Weights {
        var folded = self
        for (name, tensor) in tensors where name.contains(".mlp.") {
            if name.contains(".fc1.") {
                folded.tensors[name] = try tensor * Self.quickGELUFactor
            } else if name.hasSuffix(".fc2.weight") {
                folded.tensors[name] = try tensor * (1 / Self.quickGELUFactor)
            }
        }
        folded.quickGELUIsFolded = true
        return folded
    }

    /// Weights without layer scales: each is part of the linear layer before it.
    func foldingLayerScale() throws -> Weights {
        var folded = self
        for (name, gamma) in tensors {
            guard let part = LayerScale.parts.first(where: { name.hasSuffix($0.scale) }) else { continue }
            let layer = String(name.dropLast(part.scale.count)) + part.layer
            folded.tensors["\(layer).weight"] = try self("\(layer).weight") * gamma.unsqueezed(1)
            folded.tensors["\(layer).bias"] = try self("\(layer).bias") * gamma
            folded.tensors[name] = nil
        }
        return folded
    }

    /// Weights that are not trained any more: encoders may lay them out as products read them.
    func frozen() -> Weights {
        var frozen = self
        frozen.areFrozen = true
        return frozen
    }

    /// The same weights in another type, on another device.
    func converted(to dtype: DType, on device: Device) throws -> Weights {
        var converted = self
        converted.tensors = try tensors.mapValues { try $0.to(dtype).to(device) }
        return converted
    }

    private static let quickGELUFactor = 1.702

    /// Draws the weights of `config` as `transformers` initialises a new CLIP, from `seed`.
    ///
    /// Biases are 0, layer norms 1 and 0, the logit scale log(1/0.07); the others are normal with the
    /// deviations of the CLIP paper's section 2.5 and OpenAI's code.
    public static func random(_ config: CLIPConfig, seed: UInt64) throws -> Weights {
        var generator = SplitMix64(state: seed)
        var tensors: [String: Tensor] = [:]
        for weight in config.weights {
            let count = weight.shape.reduce(1, *)
            let values: [Float]
            if let deviation = config.initialDeviation(weight) {
                values = generator.normals(count).map { $0 * Float(deviation) }
            } else if weight.name == "logit_scale" {
                values = [2.6592]
            } else {
                let isScale = weight.name.hasSuffix("weight")
                values = [Float](repeating: isScale ? 1 : 0, count: count)
            }
            tensors[weight.name] = try Tensor(values, shape: weight.shape)
        }
        return Weights(tensors)
    }
}

extension CLIPConfig {
    /// The standard deviation a weight starts with; nil for biases, layer norms and the logit scale.
    fileprivate func initialDeviation(_ weight: WeightShape) -> Double? {
        let name = weight.name
        let tower = name.hasPrefix("text") ? text.transformer : vision.transformer
        let width = Double(tower.width)
        let depth = (2 * Double(tower.layers)).squareRoot()
        switch name {
        case _ where name.hasSuffix("embedding.weight"): return 0.02
        case _ where name.hasSuffix("class_embedding"): return 1 / width.squareRoot()
        case "text_projection.weight", "visual_projection.weight": return 1 / width.squareRoot()
        case _ where !name.hasSuffix(".weight") || weight.shape.count != 2: return nil
        case _ where name.hasSuffix("out_proj.weight"): return 1 / width.squareRoot()
        case _ where name.hasSuffix("fc1.weight"): return 1 / (2 * width).squareRoot()
        default: return 1 / (width.squareRoot() * depth)
        }
    }
}

/// Steele, Lea and Flood's generator (2014): small, and the same on every machine.
private struct SplitMix64: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    /// Standard normal numbers, by Box and Muller's transform.
    mutating func normals(_ count: Int) -> [Float] {
        (0..<count).map { _ in
            // Uniform in (0, 1], so that the logarithm is finite.
            let radius = Double((next() >> 11) + 1) * 0x1p-53
            let angle = Double(next() >> 11) * 0x1p-53
            return Float((-2 * log(radius)).squareRoot() * cos(2 * .pi * angle))
        }
    }
}
