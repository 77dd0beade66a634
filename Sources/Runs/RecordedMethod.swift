import Artifacts
import Methods

extension ArtifactReader where Kind: MethodKind {
    /// The method of labels, of a model or of an evaluation; files of before there were several are CAP's.
    public func method() throws -> Method {
        guard let name = try valueIfPresent(\.method) else { return .cap }
        do {
            return try Method(named: name)
        } catch let error as MethodError {
            throw ArtifactError("\(path): \(error)")
        }
    }
}

extension ArtifactReader where Kind: ModalityKind {
    /// The kind of prompts in a model; files of before there were several hold MaPLe's.
    public func modality() throws -> Modality {
        guard let name = try valueIfPresent(\.modality) else { return .maple }
        guard let modality = Modality(rawValue: name) else {
            throw ArtifactError("\(path): there is no modality \(name); if a newer version wrote it, update CAP")
        }
        return modality
    }
}
