import FoundationEssentials

extension Artifact {
    /// The artifact of a kind that this one was made from, as it was then: where it was, or where its path leads from a folder
    /// that this one lies in, or beside this one, or in a folder above. nil where it is not there any more, or has changed since.
    public func madeFrom<Kind: ArtifactKind>(_ kind: Kind) -> ArtifactReader<Kind>? {
        guard let input = inputs.first(where: { $0.schema == Kind.schema.name }) else { return nil }
        let name = URL(fileURLWithPath: input.path).lastPathComponent
        var places = [input.path]
        var folder = URL(fileURLWithPath: path).deletingLastPathComponent()
        for _ in 0..<Self.foldersAbove where folder.path != "/" {
            places.append(folder.appendingPathComponent(name).path)
            // A run's commands name files by paths from RUNS.
            if !input.path.hasPrefix("/") { places.append(folder.appendingPathComponent(input.path).path) }
            folder.deleteLastPathComponent()
        }
        return places.lazy
            .filter { FileManager.default.fileExists(atPath: $0) }
            .compactMap { try? ArtifactReader($0, schema: kind) }
            .first { $0.identity == input.identity }
    }

    /// Folders to look in: those of RUNS/DATASET/PARADIGM/METHOD/SEED and one more.
    private static var foldersAbove: Int { 6 }
}
