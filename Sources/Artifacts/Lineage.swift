/// Whether artifacts descend from the same data.
public enum Lineage {
    /// Checks that artifacts can be used together.
    ///
    /// All must descend from one set of images, and where one was made from another kind among them, it must have been
    /// made from exactly that file's content.
    ///
    /// - Throws: ``ArtifactError`` naming the two files that do not belong together.
    public static func check(_ artifacts: [any Artifact]) throws {
        let withImages = artifacts.filter { $0.imageSet != nil }
        for (first, second) in zip(withImages, withImages.dropFirst()) where first.imageSet != second.imageSet {
            throw ArtifactError(
                """
                \(first.path) and \(second.path) come from different images: \
                run the stages between them again from one images.h5
                """)
        }
        for artifact in artifacts {
            for input in artifact.inputs {
                for candidate in artifacts where candidate.schema.name == input.schema {
                    guard candidate.identity != input.identity else { continue }
                    throw ArtifactError(
                        """
                        \(artifact.path) was made from another \(candidate.schema.fileName) than \(candidate.path): \
                        run \(artifact.schema.command) again
                        """)
                }
            }
        }
    }
}
