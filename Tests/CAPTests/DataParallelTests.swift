import CAP
import GroupSupport
import Methods
import Tensors
import Testing

/// Training by several processes, their parts played by threads: what one process does, in shares.
@Suite struct DataParallelTests {
    /// What a training by a member of a group came to.
    struct Trace: Sendable, Equatable {
        /// Of every epoch: on pseudolabeled, on labeled, on unlabeled images.
        var losses: [[Double]] = []
        var confident: [[Int]] = []
        var pseudolabels: [[Int]] = []
        var parameters: [[Float]] = []

        init(_ training: some Training, epochs: Int) throws {
            var training = training
            for _ in 0..<epochs {
                let record = try training.runEpoch(on: FineTuningTests.Patterns()) { _ in }
                losses.append([record.lossPseudolabeled, record.lossLabeled, record.lossUnlabeled])
                confident.append(record.confidentPerClass)
            }
            pseudolabels = training.state.pseudolabels.map { $0.map(\.image) }
            parameters = try (training.optimizer.parameters.map(\.value) + training.optimizer.momenta).map { try $0.floats() }
        }
    }

    typealias Make = @Sendable (ProcessGroup) throws -> any Training

    static let trainings: [(name: String, epochs: Int, make: Make)] = [
        ("CAP, ul", 20, { try FineTuningTests.training(labeled: 0..<0, in: $0) }),
        ("CAP, ssl", 20, { try FineTuningTests.training(in: $0) }),
        ("CAP, trzsl", 20, { try FineTuningTests.training(seen: [0, 2], in: $0) }),
        ("CAP, batches that do not divide", 20, { try FineTuningTests.training(in: $0) { $0.batch = 3 } }),
        ("CAP, nothing confident", 20, { try FineTuningTests.training(in: $0) { $0.threshold = 0.999 } }),
        ("FPL, text", 20, { try PromptTuningTests.coopAndFPL(in: $0) }),
        ("GRIP, text", 20, { try PromptTuningTests.coopAndFPL(.grip, in: $0) { $0.schedule = .growing(rounds: 2) } }),
        ("CPL, visual", 20, { try PromptTuningTests.vptAndCPL(in: $0) }),
        ("CPL, visual, rc-rc", 20, { try PromptTuningTests.vptAndCPL(in: $0) { $0.loss = .rcRC } }),
        ("CPL, visual, gce", 12, { try PromptTuningTests.vptAndCPL(in: $0) { $0.loss = .gce } }),
        ("CPL, visual, lw-lw", 12, { try PromptTuningTests.vptAndCPL(in: $0) { $0.loss = .lwLW } }),
    ]

    @Test(arguments: trainings.indices) func severalProcessesTrainAsOneDoes(index: Int) throws {
        let (name, epochs, make) = Self.trainings[index]
        let alone = try Trace(make(.alone), epochs: epochs)
        #expect(alone.losses.joined().contains { $0 > 0 })
        for size in [2, 4] {
            let traces = try Ranks.run(size) { try Trace(make($0), epochs: epochs) }
            for trace in traces.dropFirst() { #expect(trace == traces[0], "\(name): \(size) processes are not alike") }
            for (epoch, (own, one)) in zip(traces[0].losses, alone.losses).enumerated() {
                // Sums in another order differ in the last bits, and this CLIP of random weights makes more of that with each step.
                let bound = epoch < 3 ? 1e-5 : 1e-4
                for (a, b) in zip(own, one) {
                    #expect(abs(a - b) <= bound * max(abs(b), 0.1), "\(name), \(size) processes, epoch \(epoch): \(a) and \(b)")
                }
            }
            #expect(traces[0].confident == alone.confident, "\(name)")
            #expect(traces[0].pseudolabels == alone.pseudolabels, "\(name)")
        }
    }

    @Test func twoHundredStepsAreTheSameBitsInEveryProcessAndAgain() throws {
        func traces() throws -> [Trace] {
            try Ranks.run(4) { group in
                try Trace(FineTuningTests.training(in: group) { ($0.epochs, $0.iterations) = (20, 10) }, epochs: 20)
            }
        }
        let first = try traces()
        for other in try first.dropFirst() + traces() { #expect(other == first[0]) }
    }

    /// A loss that is no number in one process's share ends all of them by the same sentence.
    @Test func aLossThatIsNoNumberIsFoundByAll() throws {
        let results = try Ranks.results(3, timeout: 20) { group in
            try Trace(FineTuningTests.training(in: group) { $0.learningRate = 1e30 }, epochs: 5)
        }
        let sentences = results.map { result in
            if case .failure(let error) = result { "\(error)" } else { "none" }
        }
        #expect(Set(sentences).count == 1 && sentences[0].contains("the loss is no longer a number"), "\(sentences)")
    }

    /// Put back by as many processes as one likes, as a run goes on after an interruption.
    @Test func whatFourHaveBegunTwoGoOnWith() throws {
        let whole = try Trace(FineTuningTests.training(), epochs: 12)
        let begun = try Ranks.run(4) { group in
            var training = try FineTuningTests.training(in: group)
            for _ in 0..<5 { _ = try training.runEpoch(on: FineTuningTests.Patterns()) }
            let tensors = try (training.optimizer.parameters.map(\.value) + training.optimizer.momenta).map { try $0.floats() }
            return (tensors, training.state)
        }[0]
        let resumed = try Ranks.run(2) { group in
            var training = try FineTuningTests.training(in: group)
            for (tensor, values) in zip(training.optimizer.parameters.map(\.value) + training.optimizer.momenta, begun.0) {
                try tensor.assign(Tensor(values, shape: tensor.shape))
            }
            training.restore(begun.1)
            return try Trace(training, epochs: 7)
        }
        #expect(resumed[0] == resumed[1])
        for (a, b) in zip(resumed[0].losses.joined(), whole.losses.dropFirst(5).joined()) {
            #expect(abs(a - b) <= 1e-4 * max(abs(b), 0.1), "\(a), alone \(b)")
        }
        #expect(resumed[0].pseudolabels == whole.pseudolabels)
    }
}
