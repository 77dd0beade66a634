import Launch
import Vocabulary

/// Declarations that several stages have in common.
enum Shared {
    static let threads = Key<Int>(
        "threads", .from(1, to: 4096), role: .circumstance, unit: "count", standardText: "all cores",
        default: ProcessPlace.coresEach,
        "Threads to compute with; of several processes on a machine each has its part of all cores.")

    static let device = Key<ComputeDevice>(
        "device", role: .circumstance, default: .cpu,
        "Device to compute on: cpu, cuda, or of several GPUs cuda:0, cuda:1 and so on (docs/gpu.md).")

    static let precision = Key<ComputePrecision>(
        "precision", default: .fp32,
        """
        Arithmetic of the transformers: auto is bf16 where that is faster and fp32 elsewhere, high is float32 from products of \
        bfloat16 (docs/benchmarks.md); tf32 and fp16 go with --device cuda.
        """)

    static let checkpoint = Key<FileName?>(
        "model", option: "checkpoint", role: .input, unit: "path", default: nil,
        "CLIP checkpoint: a Hugging Face folder, OpenAI's ViT-*.pt, or a state dict (docs/checkpoints.md).")

    static let tokenizer = Key<FileName?>(
        "tokenizer", role: .input, unit: "path", default: nil,
        """
        Tokenizer, where none lies beside the weights: a folder with vocab.json and merges.txt, tokenizer.json, \
        OpenAI's bpe_simple_vocab_16e6.txt.gz, or BERT's vocab.txt.
        """)

    static let activation = Key<Activation?>(
        "activation", default: nil,
        "Activation of a state dict without configuration: quick_gelu (OpenAI's) or gelu (LAION's).")

    /// Of K-means; not that of training, so that runs of several seeds share what is detected.
    static let detectionSeed = Key<UInt64>(
        "detection-seed", option: "seed", unit: "number", default: 1, "Seed of K-means.")
}
