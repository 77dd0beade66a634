import Vocabulary

/// What adaptation starts from and how it is done.
enum AdaptationKeys {
    static let paradigm = AttributeKey<Paradigm>(
        "paradigm", "ul (unlabeled), ssl (some labels) or trzsl (labels of the seen classes)")
    static let method = AttributeKey<String>(
        "method", "method of adaptation, such as cap or grip; absent means cap", isOptional: true)
    static let modality = AttributeKey<String>(
        "modality", "kind of learned context, such as maple or text; absent means maple", isOptional: true)
}

/// A kind of artifact that tells the method it is for.
public protocol MethodKind: ArtifactKind {
    var paradigm: AttributeKey<Paradigm> { get }
    var method: AttributeKey<String> { get }
}

/// A kind of artifact that tells which prompts were learned.
public protocol ModalityKind: MethodKind {
    var modality: AttributeKey<String> { get }
}
