import Vocabulary

/// The sizes of a CLIP model, as the `config.json` of a Hugging Face `CLIPModel` states them.
///
/// A key that is missing has the value `transformers` gives it, so that the sparse files of OpenAI's and
/// LAION's checkpoints mean the same here as there.
public struct CLIPConfig: Sendable, Equatable {
    public var text: TextConfig
    public var vision: VisionConfig
    /// The length of the features both encoders end in.
    public var projectionDimension: Int

    public init(
        text: TextConfig = TextConfig(), vision: VisionConfig = VisionConfig(), projectionDimension: Int = 512
    ) {
        self.text = text
        self.vision = vision
        self.projectionDimension = projectionDimension
    }
}

/// The sizes both towers have in common.
public struct TransformerConfig: Sendable, Equatable {
    /// The length of a token's hidden state.
    public var width: Int
    public var layers: Int
    public var heads: Int
    /// The hidden width of the feed-forward part, four times `width` in every published CLIP.
    public var feedForwardWidth: Int
    public var activation: Activation
    public var layerNormEpsilon: Double
    /// Whether what a block adds is scaled by a learned number for each dimension (Touvron et al., ICCV 2021).
    public var hasLayerScale = false

    public init(
        width: Int, layers: Int, heads: Int, feedForwardWidth: Int,
        activation: Activation = .quickGELU, layerNormEpsilon: Double = 1e-5
    ) {
        self.width = width
        self.layers = layers
        self.heads = heads
        self.feedForwardWidth = feedForwardWidth
        self.activation = activation
        self.layerNormEpsilon = layerNormEpsilon
    }
}

/// The text transformer's sizes.
public struct TextConfig: Sendable, Equatable {
    public var transformer: TransformerConfig
    public var vocabularySize: Int
    /// The most tokens a text may have, its begin and end tokens included.
    public var contextLength: Int
    /// The token whose first place the feature is read at; nil for the largest of the text.
    public var endOfTextToken: Int?
    /// What fills the context behind a text.
    public var padding = 0
    /// Whether a token sees those before it alone. Elsewhere it sees the padding as well.
    public var isCausal = true
    /// Where the feature is read.
    public var pooling = Pooling.endOfText

    public enum Pooling: String, Sendable, Equatable {
        /// At the end-of-text token.
        case endOfText
        /// At the first or the last place of the context, whichever token stands there.
        case first, last
    }

    /// Whether what stands behind the end of a text cannot change its feature.
    public var readsNoPadding: Bool { isCausal && pooling != .last }

    public init(
        transformer: TransformerConfig = TransformerConfig(
            width: 512, layers: 12, heads: 8, feedForwardWidth: 2048),
        vocabularySize: Int = 49408, contextLength: Int = 77, endOfTextToken: Int? = 49407
    ) {
        self.transformer = transformer
        self.vocabularySize = vocabularySize
        self.contextLength = contextLength
        self.endOfTextToken = endOfTextToken
    }
}

/// The vision transformer's sizes.
public struct VisionConfig: Sendable, Equatable {
    public var transformer: TransformerConfig
    /// The side of the square images it sees, in pixels.
    public var imageSize: Int
    /// The side of a patch, in pixels.
    public var patchSize: Int
    /// Whether a layer norm stands before the first block; CLIPA has none.
    public var hasPreNorm = true
    /// What the feature is read of.
    public var pooling = Pooling.classToken

    public enum Pooling: String, Sendable, Equatable {
        case classToken
        /// The mean of the patches, each behind the last layer norm.
        case meanOfNormed
        /// The mean of the patches, before the last layer norm.
        case normOfMean
    }

    public init(
        transformer: TransformerConfig = TransformerConfig(
            width: 768, layers: 12, heads: 12, feedForwardWidth: 3072),
        imageSize: Int = 224, patchSize: Int = 32
    ) {
        self.transformer = transformer
        self.imageSize = imageSize
        self.patchSize = patchSize
    }

    /// Patches along one side; the pixels that do not fill a patch are left out, as a strided convolution
    /// does.
    public var grid: Int { imageSize / patchSize }

    /// Tokens of one image: its patches and the class token.
    public var tokens: Int { grid * grid + 1 }
}
