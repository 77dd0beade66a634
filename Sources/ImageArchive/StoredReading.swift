import Artifacts
import Images
import Vocabulary

/// How the images of an artifact were read, as its attributes say.
extension Reading {
    /// - Throws: ``ArtifactError`` for a choice that is not known, as a newer version may have written.
    public init(of reader: ArtifactReader<some ReadingKind>) throws {
        // Before there was the attribute, a parameter said so of images.
        let wasTurned = try reader.parameters()["exif_orientation"] == .bool(true)
        let standard = Reading()
        try self.init(
            orientation: reader.valueIfPresent(\.reading.orientation) ?? (wasTurned ? .upright : .asIs),
            gray16: reader.valueIfPresent(\.reading.gray16) ?? standard.gray16,
            damaged: reader.valueIfPresent(\.reading.damaged) ?? standard.damaged)
    }

    public func write(to writer: ArtifactWriter<some ReadingKind>) throws {
        try writer.set(\.reading.orientation, to: orientation)
        try writer.set(\.reading.gray16, to: gray16)
        try writer.set(\.reading.damaged, to: damaged)
    }

    /// The same with other choices where they are made.
    public func with(orientation: Orientation?, gray16: Gray16?, damaged: Damaged?) -> Reading {
        Reading(
            orientation: orientation ?? self.orientation, gray16: gray16 ?? self.gray16, damaged: damaged ?? self.damaged)
    }
}
