/// The test accuracies that CAP's authors report, in percent, with ViT-B/32 and without labels (ICML 2025,
/// arXiv 2505.02056, its main table and its ablation). A range where the sources differ.
enum PublishedResults {
    static func accuracy(method: String, dataSet: String, paradigm: String) -> String? {
        guard paradigm == "ul" else { return nil }
        return unlabeled[method]?[dataSet.lowercased()]
    }

    private static let unlabeled: [String: [String: String]] = [
        "zero-shot": ["flowers102": "63.40", "resisc45": "54.46", "dtd": "43.45", "eurosat": "30.54"],
        "fpl": ["flowers102": "65.67", "resisc45": "68.13", "dtd": "44.96", "eurosat": "48.96"],
        "grip": ["flowers102": "69.84", "resisc45": "74.11", "dtd": "46.09", "eurosat": "57.21"],
        "cpl": ["flowers102": "72.90", "resisc45": "77.4", "dtd": "51.91", "eurosat": "67.26–72.9"],
        "cap": ["flowers102": "76.80", "resisc45": "81.5–83.3", "dtd": "55.3", "eurosat": "76.2"],
        "cap-neither": ["flowers102": "70.85", "resisc45": "68.41", "dtd": "49.57"],
        "cap-no-margin": ["flowers102": "72.58", "resisc45": "72.48", "dtd": "53.13"],
        "cap-no-alignment": ["flowers102": "74.49", "resisc45": "78.77", "dtd": "52.76"],
    ]
}
