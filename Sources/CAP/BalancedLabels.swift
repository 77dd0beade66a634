import Methods

/// The labeled images that training draws from where a person has labeled more images of some classes than of others, or none.
///
/// Drawn from such labels alone, batches would pull all classes towards those that were asked about. So every class has as many as
/// the one with the most: its own labels, and then its surest pseudolabels, which also keeps a class from being learned from the
/// one hard image that was asked about.
public enum BalancedLabels {
    /// - Parameters:
    ///   - labeled: images with labels.
    ///   - classes: the classes that are to have equally many; labels of others stay as they are.
    ///   - pseudolabels: by class, `[all classes]`, most confident first.
    /// - Returns: class by class, behind the labels of other classes; a class with too few images of either kind has them again. What
    ///   has equally many labels in all classes stays as it is.
    public static func balanced(_ labeled: [LabeledImage], classes: [Int], pseudolabels: [[Pseudolabel]]) -> [LabeledImage] {
        let byClass = Dictionary(grouping: labeled, by: \.label)
        let counts = classes.map { byClass[$0, default: []].count }
        guard let most = counts.max(), most > 0, counts.contains(where: { $0 < most }) else { return labeled }
        let isBalanced = Set(classes)
        return labeled.filter { !isBalanced.contains($0.label) }
            + classes.flatMap { label -> [LabeledImage] in
                let own = byClass[label, default: []]
                let surest = pseudolabels[label].prefix(most - own.count).map { LabeledImage(image: $0.image, label: label) }
                let all = own + surest
                return all.isEmpty ? [] : (0..<most).map { all[$0 % all.count] }
            }
    }
}
