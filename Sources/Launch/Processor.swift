import FoundationEssentials

/// What a processor can compute with, as far as a choice depends on it.
public struct Processor: Sendable {
    /// Whether it has products of bfloat16: AVX-512's or AMX's.
    public let multipliesBFloat16: Bool

    /// This machine's.
    public static let current = Processor(description: (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? "")

    /// - Parameter description: as Linux has it in /proc/cpuinfo.
    public init(description: String) {
        let flags = description.split(separator: "\n").first { $0.hasPrefix("flags") } ?? ""
        let names = flags.split { " \t:".contains($0) }
        multipliesBFloat16 = names.contains("avx512_bf16") || names.contains("amx_bf16")
    }
}
