import FoundationEssentials
import HDF5
import Outputs

/// Takes over an artifact that another program changed on purpose.
public enum Resealing {
    /// Writes an artifact with its data as it is now: under the identity that it has now, and sealed.
    ///
    /// - Parameters:
    ///   - path: an artifact whose data another program may have changed; it must still be of its kind in every respect.
    ///   - target: the file to write.
    /// - Returns: The data's identity.
    /// - Throws: ``ArtifactError`` where the file is damaged or not of its kind.
    public static func reseal(_ path: String, to target: String) throws -> Identity {
        let artifact = try ArtifactReader(
            path, ArtifactReader<AnyKind>.schema(of: path, isChanged: true), keys: AnyKind(), isChanged: true)
        if artifact.isSealed { try artifact.verify() }
        let identity = try artifact.contentIdentity()
        try ExistingOutput(target)?.requireOther(than: path)
        let partial = try PartialFile(target: target)
        let copy = try artifact.copy(to: partial.descriptor, reportedAs: target)
        let attributes = copy.root.attributes
        let common = ArtifactSchema.common
        if identity != artifact.identity {
            try attributes.remove(common.identity.name)
            try attributes.set(common.identity.name, to: identity.description)
            if artifact.schema.name == ImagesSchema.schema.name {
                try attributes.remove(common.imageSet.name)
                try attributes.set(common.imageSet.name, to: identity.description)
            }
            try attributes.remove(common.changed.name)
            try attributes.set(common.changed.name, to: Date.now.formatted(.iso8601))
        }
        try copy.close()
        try partial.commit()
        return identity
    }
}
