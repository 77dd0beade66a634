/// Which CLIP a file was made with.
public struct CheckpointKeys: KeyGroup {
    public let path = AttributeKey<String>("checkpoint", "path of the CLIP checkpoint")
    public let identity = AttributeKey<String>("checkpoint_identity", "XXH3-128 of the checkpoint's files")
}

/// A kind of artifact that is made with a CLIP.
public protocol CheckpointKind: ArtifactKind {
    var checkpoint: CheckpointKeys { get }
}
