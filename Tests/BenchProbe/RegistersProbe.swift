import ArgumentParser
import Foundation
import Parallel
import RegisterLoops
import Tensors

struct RegistersProbe: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "registers",
        abstract: """
            Measure what no product can exceed: the rate of multiplying and adding in registers alone, in FLOP/s; 0 for what the \
            processor cannot.
            """)

    @Option(help: "Threads.")
    var threads: Int

    @Option(help: "Rounds of sixteen instructions that each thread makes.")
    var rounds = 100_000_000

    func run() throws {
        let rates = try [("fp32", register_loops_float32), ("bf16", register_loops_bfloat16)].map { name, loop in
            "\"\(name)\": \(try rate(loop))"
        }
        print("{\(rates.joined(separator: ", "))}")
    }

    private func rate(_ loop: @escaping @Sendable (Int) -> Double) throws -> Double {
        let (rounds, start) = (rounds, ContinuousClock.now)
        try concurrently(threads, threads: threads) { _ in _ = loop(rounds) }
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        return Double(threads) * loop(1) * Double(rounds) / seconds
    }
}
