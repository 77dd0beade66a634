import CAP
import CLIP
import Foundation
import Tensors
import Testing

/// What a step of training costs, whatever the machine: these fail when work comes back that the result does not need.
@Suite struct EncoderWorkTests {
    /// Multiplications of an encoder of three blocks with `own` tokens per sequence and `shared` ones that all sequences see
    /// and that a learned context is part of.
    struct Encoder {
        let sequences: Int, own: Int, shared: Int, width: Int
        /// Whether what a block makes of the shared tokens is used: otherwise the next context takes their place.
        let sharedFlowsOn: Bool

        static let layers = 3, hidden = 64, projection = 24

        private var square: Int { width * width }
        private var feedForward: Int { 2 * width * Self.hidden }
        private var sharedKeysAndValues: Int { shared * 2 * square }
        private var lastProjection: Int { sequences * width * Self.projection }

        /// Projections to queries, keys, values and the output, attention and the feed-forward part of `count` tokens.
        private func tokens(_ count: Int, seeing keys: Int, products: Int = 2) -> Int {
            count * (4 * square + feedForward + products * keys * width)
        }

        /// The last block computes one token of each sequence, and keys and values of all.
        private func last(products: Int = 2) -> Int {
            sequences * (tokens(1, seeing: own + shared, products: products) - 2 * square + own * 2 * square)
                + sharedKeysAndValues
        }

        private func block(products: Int = 2) -> Int {
            sequences * tokens(own, seeing: own + shared, products: products) + sharedKeysAndValues
                + (sharedFlowsOn ? tokens(shared, seeing: shared, products: products) : 0)
        }

        var forward: Int { (Self.layers - 1) * block() + last() + lastProjection }

        /// Gradients with respect to the hidden states alone: as many products as forward, but for attention, whose scores
        /// are computed again. Where the first block's queries, keys and values come from nothing is learned.
        var backward: Int {
            let first = block(products: 5) - sequences * own * 3 * square
            return first + (Self.layers - 2) * block(products: 5) + last(products: 5) + lastProjection
        }
    }

    static func vision(_ images: Int) -> Encoder {
        Encoder(sequences: images, own: 17, shared: MaPLePrompts.context, width: 30, sharedFlowsOn: false)
    }

    /// Of the patches, which no gradient reaches.
    static func patchEmbedding(_ images: Int) -> Int { images * 16 * (3 * 8 * 8) * 30 }

    /// The image's contexts are projections of the text's, one for each block.
    static let contextProjection = Encoder.layers * MaPLePrompts.context * 24 * 30

    /// An adapter's two layers, 128 wide between them.
    static func adapter(_ count: Int) -> Int { count * 2 * Encoder.projection * 128 }

    @Test func aStepComputesNothingThatItsResultDoesNotNeed() throws {
        var training = try FineTuningTests.training()
        let checkpoint = try CLIPCheckpoint(FineTuningTests.checkpoint)
        let texts = try checkpoint.textEncoder().batch(training.model.classPrompts.map(checkpoint.tokens))
        let classes = training.model.classPrompts.count
        let own = texts.length - texts.shared
        // "a photo of a" and the token that begins every text, with the learned context in the place of two words.
        #expect(texts.shared >= 1 + MaPLePrompts.context && texts.length < checkpoint.config.text.contextLength)

        let work = EncoderWork()
        let epoch = try EncoderWork.counting(in: work) { try training.runEpoch(on: FineTuningTests.Patterns()) }

        // The class prompts once, and only as far as the longest goes.
        #expect(work.textPositions == texts.shared + classes * own)
        // Eight images each of three streams, the augmented views only of those that were predicted with confidence.
        let (predicted, learned) = (8, 8 + 8 + epoch.confidentCount)
        #expect(epoch.confidentCount < 8)
        #expect(work.imagePositions == (predicted + learned) * 17)

        // Gradients of the texts and of what is learned from, none of what is only predicted.
        let text = Encoder(sequences: classes, own: own, shared: texts.shared, width: 24, sharedFlowsOn: true)
        let prediction =
            Self.vision(predicted).forward + Self.patchEmbedding(predicted) + Self.contextProjection
            + Self.adapter(predicted) + predicted * 24 * classes
        let learning =
            Self.vision(learned).forward + Self.patchEmbedding(learned) + Self.vision(learned).backward
            + text.forward + text.backward
        // Both factors of these products are learned: two products for the gradients.
        let heads = Self.contextProjection + Self.adapter(learned + classes) + learned * 24 * classes
        #expect(work.operations == 2 * (prediction + learning + 3 * heads))
    }

    @Test func nothingIsCountedOutside() throws {
        let work = EncoderWork()
        EncoderWork.counting(in: work) {}
        var training = try FineTuningTests.training()
        _ = try training.runEpoch(on: FineTuningTests.Patterns())
        #expect(work.textPositions == 0 && work.imagePositions == 0 && work.operations == 0)
    }
}
