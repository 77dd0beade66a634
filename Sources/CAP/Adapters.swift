import Tensors

/// The three adapters of training: of text, of images that are learned from labels, of images that are learned from
/// the model's own confidence.
public struct Adapters: Sendable {
    public let text: Adapter
    public let main: Adapter
    public let pseudo: Adapter

    public init(dim: Int, device: Device, seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed, stream: RandomStream.adapters)
        text = try Adapter(dim: dim, device: device, using: &generator)
        main = try Adapter(dim: dim, device: device, using: &generator)
        pseudo = try Adapter(dim: dim, device: device, using: &generator)
    }

    public var parameters: [NamedParameter] {
        [("text", text), ("main", main), ("pseudo", pseudo)].flatMap { name, adapter in
            adapter.parameters.map { $0.within("adapters/\(name)") }
        }
    }
}

/// The numbers of the seed's streams that are drawn from once.
enum RandomStream {
    static let prompts: UInt64 = 1 << 60
    static let adapters: UInt64 = 2 << 60
}
