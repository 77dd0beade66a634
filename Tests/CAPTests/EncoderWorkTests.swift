import CAP
import CLIP
import Foundation
import Testing

/// What a step of training costs, whatever the machine: these fail when work comes back that the result does not need.
@Suite struct EncoderWorkTests {
    /// The model of the training fixture, as its config.json has it.
    static let layers = 3, projection = 24, context = MaPLePrompts.context

    /// Multiplications and additions in matrix products of an encoder of three blocks, the last of which computes one token
    /// per sequence. The context is part of what all sequences see, `shared`, whose keys and values are computed once.
    static func operations(
        sequences: Int, own: Int, shared: Int, width: Int, hidden: Int, sharedFlowsOn: Bool
    ) -> Int {
        let keys = own + shared
        func tokens(_ count: Int, seeing keys: Int) -> Int {
            count * (4 * width * width + 2 * width * hidden + 2 * keys * width)
        }
        let sharedKeysAndValues = shared * 2 * width * width
        let block = sequences * tokens(own, seeing: keys) + sharedKeysAndValues
            + (sharedFlowsOn ? tokens(shared, seeing: shared) : 0)
        let last = sequences * (tokens(1, seeing: keys) - 2 * width * width + own * 2 * width * width)
            + sharedKeysAndValues
        return 2 * ((layers - 1) * block + last + sequences * width * projection)
    }

    static func visionOperations(images: Int) -> Int {
        operations(sequences: images, own: 17, shared: context, width: 30, hidden: 64, sharedFlowsOn: false)
            + 2 * images * 16 * (3 * 8 * 8) * 30
    }

    @Test func aStepEncodesTheClassPromptsOnceAndOnlyAsFarAsTheLongestGoes() throws {
        var training = try FineTuningTests.training()
        let checkpoint = try CLIPCheckpoint(FineTuningTests.checkpoint)
        let texts = try checkpoint.textEncoder().batch(training.model.classPrompts.map(checkpoint.tokens))
        let classes = training.model.classPrompts.count
        let own = texts.length - texts.shared
        // "a photo of a" and the token that begins every text, with the learned context in the place of two words.
        #expect(texts.shared >= 1 + Self.context && texts.length < checkpoint.config.text.contextLength)

        let work = EncoderWork()
        let epoch = try EncoderWork.counting(in: work) { try training.runEpoch(on: FineTuningTests.Patterns()) }
        #expect(work.textPositions == texts.shared + classes * own)

        // Eight images each of three streams, the augmented views only of those that were predicted with confidence.
        let (predicted, learned) = (8, 8 + 8 + epoch.confidentCount)
        #expect(epoch.confidentCount < 8)
        #expect(work.imagePositions == (predicted + learned) * 17)
        #expect(
            work.operations
                == Self.operations(
                    sequences: classes, own: own, shared: texts.shared, width: 24, hidden: 64, sharedFlowsOn: true)
                + Self.visionOperations(images: predicted) + Self.visionOperations(images: learned))
    }

    @Test func nothingIsCountedOutside() throws {
        let work = EncoderWork()
        EncoderWork.counting(in: work) {}
        var training = try FineTuningTests.training()
        _ = try training.runEpoch(on: FineTuningTests.Patterns())
        #expect(work.textPositions == 0 && work.imagePositions == 0 && work.operations == 0)
    }
}
