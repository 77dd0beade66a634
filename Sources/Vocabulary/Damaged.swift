/// What becomes of an image whose data are damaged or end early.
public enum Damaged: String, CaseIterable, Sendable {
    case skip
    /// It is read as far as it goes, as Pillow does with `ImageFile.LOAD_TRUNCATED_IMAGES`.
    case keep
}
