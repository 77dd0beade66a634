import Artifacts
import Launch
import Parameters
import Runs
import Tensors
import Terminal

extension ProcessOptions {
    /// Meets the other processes, where a launcher has started several.
    func join() throws -> ProcessGroup { try ProcessGroup(.current, timeout: processTimeout) }
}

extension StageOutput {
    /// Opens it for writing in the first of several processes; nil in the others, and where only a part is to be done. All of them are
    /// found to have the same to do.
    ///
    /// - Throws: `UnchangedOutput` in all of them where it is to be kept.
    func writer<Kind: ArtifactKind>(
        _ stage: Stage, schema kind: Kind, provenance: Provenance, in group: ProcessGroup
    ) throws -> ArtifactWriter<Kind>? {
        if part != nil {
            guard group.isAlone else {
                throw ArtifactError("a part is done by a process by itself: start each --part without the others")
            }
            try keepUnchanged(stage, schema: kind, provenance: provenance)
            return nil
        }
        try group.requireSame(Recipe(stage, provenance).identity.description, "other parameters or files")
        let isKept = 1
        guard group.isFirst else {
            if try group.broadcast(0) == isKept { throw UnchangedOutput(path) }
            return nil
        }
        do {
            let writer = try writer(stage, schema: kind, provenance: provenance)
            _ = try group.broadcast(0)
            return writer
        } catch let error as UnchangedOutput {
            _ = try group.broadcast(isKept)
            throw error
        }
    }
}

extension ProcessGroup {
    /// Refuses to go on where a process has something else than the first.
    func requireSame(_ text: String, _ what: String) throws {
        let texts = try allGather(text)
        guard let other = texts.firstIndex(where: { $0 != texts[0] }) else { return }
        throw ArtifactError(
            "process \(other) of \(size) has \(what) than the first: start all with one command line, in a folder that all see")
    }
}
