import ArgumentParser
import Foundation
import Tensors

struct CopiesProbe: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "copies",
        abstract: "Measure how fast activations of a vision transformer are copied, in bytes read and written a second.")

    @Option(help: "Threads.")
    var threads: Int

    @Option(help: "Numbers of bfloat16 of each.")
    var numbers = 3200 * 3072

    @Option(help: "How many there are, so that none is in a cache any more when its turn comes.")
    var count = 16

    func run() throws {
        try Torch.setThreads(threads)
        try Torch.keepFreedMemory()
        let sources = try (0..<count).map { try Tensor.ones([numbers]).to(.bfloat16) + Double($0) }
        let targets = try sources.map { try $0.cloned() }
        var times: [Double] = []
        for _ in 0..<10 {
            let start = ContinuousClock.now
            for (source, target) in zip(sources, targets) { try target.assign(source) }
            times.append((ContinuousClock.now - start) / .seconds(1))
        }
        print("{\"copied\": \(2 * 2 * Double(numbers * count) / times.sorted()[times.count / 2])}")
    }
}
