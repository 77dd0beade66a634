import CLIP
import Testing

/// Counted by torch 2.13's FlopCounterMode over transformers 5.24's CLIPModel.get_image_features, one image.
@Test func theCostOfAnImageIsWhatTorchCounts() {
    var config = CLIPConfig()
    #expect(config.operationsPerImage == 8_817_623_040)  // ViT-B/32
    config.vision.patchSize = 16
    #expect(config.operationsPerImage == 35_126_906_880)  // ViT-B/16
    config.vision.patchSize = 14
    config.vision.transformer = TransformerConfig(width: 1024, layers: 24, heads: 16, feedForwardWidth: 4096)
    config.projectionDimension = 768
    #expect(config.operationsPerImage == 162_025_537_536)  // ViT-L/14
}
