import Vocabulary

/// How image files were read where there is a choice; absent in files of before there was one.
public struct ReadingKeys: KeyGroup {
    public let orientation = AttributeKey<Orientation>(
        "orientation", "upright (pictures turned as their files say) or as-is (as Pillow opens them); absent means as-is",
        isOptional: true)
    public let gray16 = AttributeKey<Gray16>(
        "gray16",
        """
        high-byte (samples of 16 bits cut to their high byte) or stretch (from each image's smallest to its largest); \
        absent means high-byte
        """, isOptional: true)
    public let damaged = AttributeKey<Damaged>(
        "damaged",
        "skip (images whose data are damaged are left out) or keep (read as far as they go); absent means skip",
        isOptional: true)
}

/// A kind of artifact that tells how image files were read.
public protocol ReadingKind: ArtifactKind {
    var reading: ReadingKeys { get }
}
