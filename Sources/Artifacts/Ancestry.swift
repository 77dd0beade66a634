import Foundation

extension Artifact {
    /// The artifact of a kind that this one was made from, as it was then: where it was, beside this one, or in the folder
    /// above. nil where it is not there any more, or has changed since.
    public func madeFrom<Kind: ArtifactKind>(_ kind: Kind) -> ArtifactReader<Kind>? {
        guard let input = inputs.first(where: { $0.schema == Kind.schema.name }) else { return nil }
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent()
        let name = URL(fileURLWithPath: input.path).lastPathComponent
        let places = [
            input.path, folder.appendingPathComponent(name).path,
            folder.deletingLastPathComponent().appendingPathComponent(name).path,
        ]
        return places.lazy
            .compactMap { try? ArtifactReader($0, schema: kind) }
            .first { $0.identity == input.identity }
    }
}
