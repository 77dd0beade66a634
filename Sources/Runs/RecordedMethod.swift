import Artifacts
import Methods

extension ArtifactReader {
    /// The method of labels, of a model or of an evaluation; files of before there were several are CAP's.
    public func method() throws -> Method {
        guard try attribute("method") != nil else { return .cap }
        do {
            return try Method(named: string(attribute: "method"))
        } catch let error as MethodError {
            throw ArtifactError("\(path): \(error)")
        }
    }

    /// The kind of prompts in a model; files of before there were several hold MaPLe's.
    public func modality() throws -> Modality {
        guard try attribute("modality") != nil else { return .maple }
        let name = try string(attribute: "modality")
        guard let modality = Modality(rawValue: name) else {
            throw ArtifactError("\(path): there is no modality \(name); if a newer version wrote it, update CAP")
        }
        return modality
    }
}
