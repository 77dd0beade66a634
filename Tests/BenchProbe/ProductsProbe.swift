import ArgumentParser
import CAP
import Foundation
import Tensors

struct ProductsProbe: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "products",
        abstract: "Measure the rate of matrix products of a vision transformer's feed-forward part, in FLOP/s.")

    @Option(help: "Threads.")
    var threads: Int

    @Option(help: "Rows: images times tokens.")
    var rows = 3200

    @Option(help: "Width of the hidden states; the feed-forward part is four times as wide.")
    var width = 768

    @Option(help: "Seconds to measure each type for.")
    var seconds = 2.0

    func run() throws {
        try Torch.setThreads(threads)
        let rates = try [("fp32", DType.float32), ("bf16", .bfloat16)].map { name, type in
            "\"\(name)\": \(try rate(type))"
        }
        print("{\(rates.joined(separator: ", "))}")
    }

    /// The median over passes of there and back.
    private func rate(_ type: DType) throws -> Double {
        var generator = SeededGenerator(seed: 1)
        func random(_ shape: [Int]) throws -> Tensor {
            try Tensor((0..<shape.reduce(1, *)).map { _ in Float(generator.uniform() - 0.5) }, shape: shape).to(type)
        }
        let (x, inner, outer) = try (random([rows, width]), random([4 * width, width]), random([width, 4 * width]))
        let operations = 2 * 2 * Double(rows) * Double(width) * Double(4 * width)
        var times: [Double] = []
        try withoutGradients {
            // What is computed first is slower: libtorch's threads and oneDNN's kernels are made then.
            for pass in 0... {
                let start = ContinuousClock.now
                _ = try x.linear(weight: inner).linear(weight: outer)
                let time = (ContinuousClock.now - start) / .seconds(1)
                if pass >= 3 { times.append(time) }
                if times.reduce(0, +) > seconds { break }
            }
        }
        return operations / times.sorted()[times.count / 2]
    }
}
