/// The test accuracies that CAP's authors report, in percent (ICML 2025, arXiv 2505.02056: its main table, its ablation
/// and its table of ViT-L/14). A range where the sources differ.
public enum PublishedResults {
    /// What tells CLIP's models apart: B/16 has the dimensions of B/32, and other patches.
    public struct Encoder: Sendable, Hashable {
        /// Dimensions of the features.
        public let dim: Int
        /// Side of the patches, in pixels.
        public let patchSize: Int

        public init(dim: Int, patchSize: Int) {
            self.dim = dim
            self.patchSize = patchSize
        }

        public static let vitB32 = Encoder(dim: 512, patchSize: 32)
        public static let vitL14 = Encoder(dim: 768, patchSize: 14)
    }

    /// - Returns: nil where nothing is published, or not with this encoder.
    public static func accuracy(method: String, dataSet: String, paradigm: String, encoder: Encoder) -> String? {
        let dataSet = dataSet.lowercased()
        switch (encoder, paradigm) {
        case (.vitB32, "ul"): return small[method]?[dataSet]
        case (.vitL14, _) where method == "cap": return large[dataSet]?[paradigm]
        default: return nil
        }
    }

    /// ViT-B/32 without labels, by method and data set.
    private static let small: [String: [String: String]] = [
        "zero-shot": ["flowers102": "63.40", "resisc45": "54.46", "dtd": "43.45", "eurosat": "30.54"],
        "fpl": ["flowers102": "65.67", "resisc45": "68.13", "dtd": "44.96", "eurosat": "48.96"],
        "grip": ["flowers102": "69.84", "resisc45": "74.11", "dtd": "46.09", "eurosat": "57.21"],
        "cpl": ["flowers102": "72.90", "resisc45": "77.4", "dtd": "51.91", "eurosat": "67.26–72.9"],
        "cap": ["flowers102": "76.80", "resisc45": "81.5–83.3", "dtd": "55.3", "eurosat": "76.2"],
        "cap-neither": ["flowers102": "70.85", "resisc45": "68.41", "dtd": "49.57"],
        "cap-no-margin": ["flowers102": "72.58", "resisc45": "72.48", "dtd": "53.13"],
        "cap-no-alignment": ["flowers102": "74.49", "resisc45": "78.77", "dtd": "52.76"],
    ]

    /// CAP with ViT-L/14, by data set and paradigm.
    private static let large: [String: [String: String]] = [
        "dtd": ["ssl": "70.26", "ul": "65.85", "trzsl": "73.61"],
        "resisc45": ["ssl": "88.09", "ul": "84.46", "trzsl": "90.21"],
    ]
}
