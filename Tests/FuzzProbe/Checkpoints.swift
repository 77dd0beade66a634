import CLIP
import Foundation
import TestSupport
import Vocabulary

extension FuzzedKind {
    /// Weights, configurations and tokenizers in all formats: opened, and both encoders read.
    static let checkpoints: [FuzzedKind] = [
        folder("safetensors", "quick_gelu", "model.safetensors", by: safetensors),
        folder("bfloat16", "bfloat16", "model.safetensors", by: safetensors),
        folder("sharded index", "gelu_sharded", "model.safetensors.index.json", by: json),
        folder("config.json", "quick_gelu", "config.json", by: json),
        folder("vocab.json", "quick_gelu", "vocab.json", by: json),
        folder("merges.txt", "quick_gelu", "merges.txt", by: anything),
        archive("ViT.pt", weights: "ViT.pt", damaging: "ViT.pt", by: torch),
        archive("state dict .pt", weights: "training.pt", damaging: "training.pt", by: torch),
        archive("open_clip", weights: "open_clip.safetensors", damaging: "open_clip.safetensors", by: safetensors),
        archive("bpe .gz", weights: "open_clip.safetensors", damaging: "bpe_simple_vocab_16e6.txt.gz", by: anything),
        FuzzedKind(name: "tokenizer.json", share: share) { workshop in
            let folder = try workshop.copy("Tests/CLIPTests/Fixtures/quick_gelu")
            let vocabulary = try JSONSerialization.jsonObject(with: Data(bytes(folder.appendingPathComponent("vocab.json"))))
            let merges = try String(decoding: bytes(folder.appendingPathComponent("merges.txt")), as: UTF8.self)
                .split(separator: "\n").dropFirst().map(String.init)
            let document: [String: Any] = [
                "version": "1.0", "added_tokens": [Any](), "normalizer": ["type": "NFC"],
                "model": [
                    "type": "BPE", "unk_token": "<|endoftext|>", "end_of_word_suffix": "</w>", "vocab": vocabulary,
                    "merges": merges,
                ],
            ]
            let good = try [UInt8](JSONSerialization.data(withJSONObject: document))
            let file = workshop.path("tokenizer.json")
            return .file(file, damaged: { json(workshop, good, $0) }) { try read(folder.path, tokenizer: file) }
        },
    ]

    static let share = 0.008

    private typealias Way = @Sendable (Workshop, [UInt8], Int) -> [UInt8]

    private static func folder(_ name: String, _ fixture: String, _ file: String, by way: @escaping Way) -> FuzzedKind {
        FuzzedKind(name: name, share: share) { workshop in
            let folder = try workshop.copy("Tests/CLIPTests/Fixtures/\(fixture)")
            let target = folder.appendingPathComponent(file)
            let good = try bytes(target)
            return .file(target.path, damaged: { way(workshop, good, $0) }) { try read(folder.path) }
        }
    }

    private static func archive(_ name: String, weights: String, damaging file: String, by way: @escaping Way) -> FuzzedKind {
        FuzzedKind(name: name, share: share) { workshop in
            let folder = try workshop.copy("Tests/CLIPTests/Fixtures/openai")
            let target = folder.appendingPathComponent(file)
            let good = try bytes(target)
            let tokenizer = folder.appendingPathComponent("bpe_simple_vocab_16e6.txt.gz").path
            return .file(target.path, damaged: { way(workshop, good, $0) }) {
                try read(folder.appendingPathComponent(weights).path, tokenizer: tokenizer, activation: .gelu)
            }
        }
    }

    private static func read(_ path: String, tokenizer: String? = nil, activation: Activation? = nil) throws {
        let checkpoint = try CLIPCheckpoint(path, tokenizer: tokenizer, activation: activation)
        _ = checkpoint.tokens("a photo of naïve dots 🙂")
        _ = try checkpoint.textEncoder()
        _ = try checkpoint.visionEncoder()
        _ = try checkpoint.logitScale()
        _ = try checkpoint.identity()
    }

    static func anything(_ workshop: Workshop, _ good: [UInt8], _ number: Int) -> [UInt8] {
        var damage = workshop.damage(number, [good])
        return damage.applied(to: good)
    }

    static func json(_ workshop: Workshop, _ good: [UInt8], _ number: Int) -> [UInt8] {
        var damage = workshop.json(number)
        return damage.applied(to: good)
    }

    /// Half of the time lies in the header, whose length is right.
    private static func safetensors(_ workshop: Workshop, _ good: [UInt8], _ number: Int) -> [UInt8] {
        guard number % 2 == 0 else { return anything(workshop, good, number) }
        let length = good.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
        let header = json(workshop, Array(good[8..<8 + length]), number)
        return (0..<8).map { UInt8(truncatingIfNeeded: header.count >> (8 * $0)) } + header + good[(8 + length)...]
    }

    /// Two of three times only the pickle or the list of contents, where structure is.
    private static func torch(_ workshop: Workshop, _ good: [UInt8], _ number: Int) -> [UInt8] {
        let place: Int? =
            switch number % 3 {
            case 0: good.firstRange(of: Array("data.pkl".utf8))?.lowerBound
            case 1: good.firstRange(of: [0x50, 0x4B, 1, 2])?.lowerBound
            default: nil
            }
        guard let place else { return anything(workshop, good, number) }
        let end = min(good.count, number % 3 == 0 ? place + 3000 : good.count)
        return Array(good[..<place]) + anything(workshop, Array(good[place..<end]), number) + Array(good[end...])
    }
}
