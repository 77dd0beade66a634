/// A kind of artifact: the keys of everything that a file of it has.
///
///     let features = try ArtifactReader("features.h5", schema: .features)     // ArtifactReader<FeaturesSchema>
///     let labels = try features.indices(\.images.label, in: -1..<classes)     // a key of another kind does not compile
public protocol ArtifactKind: KeyGroup {
    static var schema: ArtifactSchema { get }
    init()
}

/// What is known of a file whose kind is not known: what every artifact has.
public struct AnyKind: KeyGroup {}
