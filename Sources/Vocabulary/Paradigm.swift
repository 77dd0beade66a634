/// How much is known about the training images.
public enum Paradigm: String, CaseIterable, Hashable, Sendable {
    /// Unsupervised learning: no label at all.
    case ul
    /// Semi-supervised learning: the labels of two images per class.
    case ssl
    /// Transductive zero-shot learning: the labels of all images of the seen classes, none of the unseen.
    case trzsl
}
