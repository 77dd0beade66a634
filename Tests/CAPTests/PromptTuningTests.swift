import CAP
import CLIP
import Foundation
import Methods
import Parallel
import Tensors
import Testing

/// Prompt tuning against the same computation in PyTorch (Tests/Tools/make_prompt_tuning_fixture.py).
@Suite struct PromptTuningTests {
    struct Recorded: Decodable {
        struct Selection: Decodable {
            let images: [Int]
            let fills: [Int]
            let sets: [[Int]]
        }
        struct Run: Decodable {
            /// Of an epoch: on pseudolabeled, on labeled images.
            let losses: [[Double]]
            let context: [Float]
            let selections: [Selection]?
        }
        let coop_fpl: Run
        let vpt_cpl: Run
    }

    static let classCount = 4
    static let unlabeled = Array(0..<24)

    static func model(_ modality: Modality, in group: ProcessGroup = .alone) throws -> PromptedCLIP {
        try Torch.setThreads(1)
        let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        let checkpoint = try CLIPCheckpoint(
            fixtures.appendingPathComponent("CLIPTests/Fixtures/quick_gelu").path)
        return try PromptedCLIP(
            checkpoint, phrases: ["banded", "dotted", "woven", "cracked"], modality: modality, precision: .float32,
            device: .cpu, seed: 7, group: group)
    }

    static func data(
        _ pseudolabels: [[Pseudolabel]], labeled: Range<Int> = 24..<32, seen: [Int] = [], unseen: [Int] = []
    ) -> TrainingData {
        TrainingData(
            classCount: classCount, unlabeled: unlabeled,
            labeled: labeled.map { LabeledImage(image: $0, label: $0 % 4) }, pseudolabels: pseudolabels, seen: seen,
            unseen: unseen, nameRanks: Array(0..<40), trueLabels: (0..<40).map { $0 % 4 })
    }

    /// Three images of every class, a wrong one for each of the last.
    static let threePerClass = (0..<4).map { label in
        unlabeled.filter { (label < 3 ? $0 : $0 + 1) % 4 == label }.prefix(3)
            .map { Pseudolabel(image: $0, label: label, confidence: 0, origin: .zeroShot) }
    }

    static func coopAndFPL(
        _ method: Method = .fpl, in group: ProcessGroup = .alone, _ change: (inout PromptTuningOptions) -> Void = { _ in }
    ) throws -> PromptTuning {
        var options = PromptTuningOptions(method, modality: .text)
        options.epochs = 20
        options.batch = 9
        options.learningRate = 0.002
        options.schedule = .fixed(3, rounds: 1)
        options.seed = 7
        change(&options)
        let model = try model(.text, in: group)
        let selection = PseudolabelSelection(
            rule: .leaderboard, classes: Array(0..<4), classCount: 4, nameRanks: Array(0..<40))
        return try PromptTuning(
            model: model, data: data(threePerClass), selection: selection, options: options,
            features: withoutGradients { try model.imageFeatures(FineTuningTests.Patterns().views(Array(0..<40))) })
    }

    static func vptAndCPL(
        in group: ProcessGroup = .alone, _ change: (inout PromptTuningOptions) -> Void = { _ in }
    ) throws -> PromptTuning {
        var options = PromptTuningOptions(.cpl, modality: .visual)
        options.epochs = 10
        options.batch = 4
        options.schedule = .growing(rounds: 2)
        options.seed = 7
        change(&options)
        let model = try model(.visual, in: group)
        let selection = PseudolabelSelection(
            rule: .candidates(CandidateSets(alpha: 0.6, beta: 0.5)), classes: Array(0..<4), classCount: 4,
            nameRanks: Array(0..<40))
        let zeroShot = try withoutGradients {
            let clip = try Self.model(.none)
            return try clip.logits(
                image: clip.imageFeatures(FineTuningTests.Patterns().views(unlabeled)), text: clip.textFeatures()
            ).softmax(dim: 1).floats()
        }
        let first = try selection.pick(
            from: unlabeled, probabilities: zeroShot,
            count: options.schedule.count(round: 1, images: unlabeled.count, classes: 4), previous: [],
            origin: .zeroShot)
        return try PromptTuning(model: model, data: data(first, labeled: 24..<36), selection: selection, options: options)
    }

    private func expectLosses(_ record: EpochRecord, _ expected: [Double], epoch: Int) {
        #expect(FineTuningTests.isClose(record.lossPseudolabeled, expected[0], relative: 1e-3), "epoch \(epoch)")
        #expect(FineTuningTests.isClose(record.lossLabeled, expected[1], relative: 1e-3), "epoch \(epoch)")
    }

    @Test func textPromptsByFPLFollowPyTorch() throws {
        let recorded = try fixture("prompt_tuning", as: Recorded.self).coop_fpl
        var training = try Self.coopAndFPL()
        for (epoch, losses) in recorded.losses.enumerated() {
            try expectLosses(training.runEpoch(on: FineTuningTests.Patterns()), losses, epoch: epoch)
        }
        #expect(training.isFinished)
        #expect(agree(try training.optimizer.parameters[0].value.floats(), recorded.context, within: 1e-3))
    }

    @Test func visualPromptsByCPLFollowPyTorch() throws {
        let recorded = try fixture("prompt_tuning", as: Recorded.self).vpt_cpl
        let selections = try #require(recorded.selections)
        var training = try Self.vptAndCPL()
        for (epoch, losses) in recorded.losses.enumerated() {
            try expectLosses(training.runEpoch(on: FineTuningTests.Patterns()), losses, epoch: epoch)
            let expected = selections[epoch / 10]
            let lists = training.state.pseudolabels
            #expect(lists.map { $0.count { $0.origin != .candidate } } == expected.fills)
            let byImage = Dictionary(grouping: lists.joined(), by: \.image)
            #expect(byImage.keys.sorted() == expected.images)
            for (image, set) in zip(expected.images, expected.sets) {
                #expect(byImage[image]?.map(\.label).sorted() == set.sorted())
            }
        }
        #expect(training.isFinished)
        #expect(agree(try training.optimizer.parameters[0].value.floats(), recorded.context, within: 1e-3))
    }

    /// Every loss, over a round's border, and for those that keep confidences in the middle of one.
    @Test(arguments: PartialLabelLoss.allCases, [3, 11])
    func aRunPutBackToAnEpochsEndGoesOnToTheSameBytes(loss: PartialLabelLoss, epochs: Int) throws {
        func training() throws -> PromptTuning { try Self.vptAndCPL { $0.loss = loss } }
        var whole = try training()
        var half = try training()
        for _ in 0..<epochs { _ = try half.runEpoch(on: FineTuningTests.Patterns()) }
        for _ in 0..<epochs + 3 { _ = try whole.runEpoch(on: FineTuningTests.Patterns()) }
        var resumed = try training()
        for (new, old) in zip(resumed.optimizer.parameters, half.optimizer.parameters) {
            try new.value.assign(old.value)
        }
        for (new, old) in zip(resumed.optimizer.momenta, half.optimizer.momenta) { try new.assign(old) }
        let state = half.state
        resumed.restore(
            TrainingState(
                epoch: state.epoch, pseudolabels: state.pseudolabels, confidentPerClass: nil,
                renewals: state.renewals, positions: state.positions, seed: 7, data: resumed.data))
        for _ in 0..<3 { _ = try resumed.runEpoch(on: FineTuningTests.Patterns()) }
        #expect(
            try resumed.optimizer.parameters[0].value.floats() == whole.optimizer.parameters[0].value.floats())
    }

    @Test(arguments: [Modality.text, .visual, .multimodal, .multimodalJoint, .maple])
    func everyModalityLearns(modality: Modality) throws {
        var options = PromptTuningOptions(.fpl, modality: modality)
        options.epochs = 12
        options.learningRate = 0.001
        options.heldOut = 0
        options.batch = 32
        var training = try PromptTuning(
            model: Self.model(modality), data: Self.data(Self.threePerClass), selection: nil, options: options)
        let first = try training.runEpoch(on: FineTuningTests.Patterns())
        var last = first
        while !training.isFinished { last = try training.runEpoch(on: FineTuningTests.Patterns()) }
        #expect(first.learningRate == 0)
        #expect(last.lossPseudolabeled + last.lossLabeled < first.lossPseudolabeled + first.lossLabeled)
        let names = training.optimizer.parameters.map(\.name)
        #expect(Set(names).count == names.count)
        // Nothing is left out of the gradient: without one a parameter stays as it was drawn.
        #expect(try training.optimizer.momenta.allSatisfy { try $0.floats().contains { $0 != 0 } })
    }

    @Test func aRoundStartsWhereTheOptionSays() throws {
        for (restart, modality, goesOn) in [
            (Restart.fresh, Modality.text, false), (.warm, .visual, true),
            (.reference, .text, true), (.reference, .visual, false),
        ] {
            var options = PromptTuningOptions(.ifpl, modality: modality)
            (options.epochs, options.restart, options.learningRate) = (2, restart, 0.001)
            options.schedule = .fixed(3, rounds: 2)
            options.warmup = 0
            let model = try Self.model(modality)
            let selection = PseudolabelSelection(
                rule: .leaderboard, classes: Array(0..<4), classCount: 4, nameRanks: Array(0..<40))
            var training = try PromptTuning(
                model: model, data: Self.data(Self.threePerClass), selection: selection, options: options)
            let initial = try model.prompts.parameters[0].value.floats()
            for _ in 0..<2 { _ = try training.runEpoch(on: FineTuningTests.Patterns()) }
            let learned = try model.prompts.parameters[0].value.floats()
            options.learningRate = 1e-30
            _ = try training.runEpoch(on: FineTuningTests.Patterns())
            let after = try model.prompts.parameters[0].value.floats()
            func distance(_ a: [Float], _ b: [Float]) -> Float { zip(a, b).map { abs($0 - $1) }.reduce(0, +) }
            #expect((distance(after, learned) < distance(after, initial)) == goesOn, "\(restart) \(modality)")
        }
    }

    @Test func withoutPseudolabelsTransferLearnsAmongTheSeenClasses() throws {
        let labeled = (24..<40).filter { $0 % 4 < 2 }.map { LabeledImage(image: $0, label: $0 % 4) }
        let data = TrainingData(
            classCount: 4, unlabeled: Self.unlabeled, labeled: labeled, pseudolabels: [[], [], [], []], seen: [1, 0],
            unseen: [3, 2], nameRanks: Array(0..<40), trueLabels: (0..<40).map { $0 % 4 })
        var options = PromptTuningOptions(.supervised, modality: .visual)
        (options.epochs, options.batch, options.heldOut) = (1, 64, 0)
        let model = try Self.model(.visual)
        let expected = try withoutGradients {
            let logits = try model.logits(
                image: model.imageFeatures(FineTuningTests.Patterns().views(labeled.map(\.image))),
                text: model.textFeatures().rows([0, 1]))
            return try -logits.logSoftmax(dim: 1).gather(
                dim: 1, Tensor(indices: labeled.map(\.label)).unsqueezed(1)
            ).mean().item()
        }
        var training = try PromptTuning(model: model, data: data, selection: nil, options: options)
        let record = try training.runEpoch(on: FineTuningTests.Patterns())
        #expect(abs(record.lossLabeled - expected) < 1e-4)
        #expect(record.lossPseudolabeled == 0)
    }

    /// Writes down which images are asked for.
    private final class Watched: PixelSource {
        let patterns = FineTuningTests.Patterns()
        let seen = Mutex<Set<Int>>([])
        var size: Int { patterns.size }
        var threads: Int { patterns.threads }

        func render(_ view: ImageView, into pixels: UnsafeMutableBufferPointer<UInt8>) throws {
            if case .plain(let image) = view { _ = seen.withLock { $0.insert(image) } }
            patterns.render(view, into: pixels)
        }
    }

    /// `numpy.random.seed(0); numpy.random.choice(range(24), int(24 * 0.8), replace=False)`, numpy 2.4.6: positions in the authors'
    /// list, which has class after class as the unseen ones were drawn.
    @Test func transferHoldsOutFromTheClassesAsTheyWereDrawn() throws {
        let kept = [11, 10, 22, 14, 20, 1, 13, 23, 16, 8, 6, 17, 4, 2, 5, 18, 9, 7, 19]
        let drawn = [3, 0, 2]
        func images(of label: Int) -> [Int] { (0..<8).map { 8 * label + $0 } }
        let lists = (0..<4).map { label in
            label == 1
                ? [] : images(of: label).map { Pseudolabel(image: $0, label: label, confidence: 0, origin: .zeroShot) }
        }
        var options = PromptTuningOptions(.fpl, modality: .visual)
        (options.epochs, options.batch) = (1, 64)
        options.schedule = .fixed(PromptTuningOptions.leastHeldOutCount, rounds: 1)
        var training = try PromptTuning(
            model: Self.model(.visual), data: Self.data(lists, labeled: 0..<0, seen: [1], unseen: drawn), selection: nil,
            options: options)
        let source = Watched()
        _ = try training.runEpoch(on: source)
        let listed = drawn.flatMap(images)
        #expect(source.seen.withLock { $0 } == Set(kept.map { listed[$0] }))
    }

    /// The authors' code of rounds weighs labels by its own rule, and CPL's has soft labels, even in a single round.
    @Test func aSingleRoundIsARound() throws {
        func loss(_ method: Method) throws -> Double {
            var options = PromptTuningOptions(method, modality: .text)
            (options.epochs, options.batch) = (1, 64)
            options.schedule = .fixed(3, rounds: 1)
            var training = try PromptTuning(
                model: Self.model(.text), data: Self.data(Self.threePerClass), selection: nil, options: options)
            return try training.runEpoch(on: FineTuningTests.Patterns()).lossLabeled
        }
        // Twelve pseudolabels, and six of eight labels that are not held out.
        #expect(try FineTuningTests.isClose(loss(.fpl), 4 * loss(.ifpl), relative: 1e-5))
        #expect(try FineTuningTests.isClose(loss(.fpl), 4 * loss(.grip), relative: 1e-5))

        var options = PromptTuningOptions(.cpl, modality: .text)
        for (schedule, isSoft) in [
            (PseudolabelSchedule.growing(rounds: 1), true), (.growing(rounds: 10), true), (.fixed(16, rounds: 1), false),
        ] {
            options.schedule = schedule
            #expect(options.softLabelsInFirstRound == isSoft)
        }
    }

    @Test func anEpochWithoutExamplesLearnsNothing() throws {
        var options = PromptTuningOptions(.cpl, modality: .text)
        options.epochs = 2
        var training = try PromptTuning(
            model: Self.model(.text), data: Self.data([[], [], [], []], labeled: 24..<24), selection: nil,
            options: options)
        let before = try training.optimizer.parameters[0].value.floats()
        while !training.isFinished { #expect(try training.runEpoch(on: FineTuningTests.Patterns()).pseudolabelCount == 0) }
        #expect(try training.optimizer.parameters[0].value.floats() == before)
    }

    @Test func nothingIsTrainedWithoutPrompts() throws {
        let training = try PromptTuning(
            model: Self.model(.none), data: Self.data([[], [], [], []]), selection: nil,
            options: PromptTuningOptions(.zeroShot, modality: .none))
        #expect(training.isFinished)
    }
}
