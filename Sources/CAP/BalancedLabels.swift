import Methods

/// The labeled images that training draws from where a person has labeled more images of some classes than of others, or none.
///
/// Drawn from such labels alone, batches would pull all classes towards those that were asked about. So every class has as many as
/// the one with the most: its own labels, again where they are fewer, and where it has none its surest pseudolabels.
public enum BalancedLabels {
    /// - Parameters:
    ///   - labeled: images with labels.
    ///   - classes: the classes that are to have equally many; labels of others stay as they are.
    ///   - pseudolabels: by class, `[all classes]`, most confident first.
    /// - Returns: class by class, behind the labels of other classes. What has equally many labels in all classes stays as it is.
    public static func balanced(_ labeled: [LabeledImage], classes: [Int], pseudolabels: [[Pseudolabel]]) -> [LabeledImage] {
        let byClass = Dictionary(grouping: labeled, by: \.label)
        let counts = classes.map { byClass[$0, default: []].count }
        guard let most = counts.max(), most > 0, counts.contains(where: { $0 < most }) else { return labeled }
        let isBalanced = Set(classes)
        return labeled.filter { !isBalanced.contains($0.label) }
            + classes.flatMap { label -> [LabeledImage] in
                let own = byClass[label] ?? pseudolabels[label].prefix(most).map { LabeledImage(image: $0.image, label: label) }
                return own.isEmpty ? [] : (0..<most).map { own[$0 % own.count] }
            }
    }
}
