import Artifacts
import Images

/// How the images of an artifact were read, as its attributes say.
extension Reading {
    /// - Throws: ``ArtifactError`` for a choice that is not known, as a newer version may have written.
    public init(of reader: ArtifactReader) throws {
        self.init()
        func choice<Choice: RawRepresentable<String>>(_ name: String, _ otherwise: Choice) throws -> Choice {
            guard try reader.attribute(name) != nil else { return otherwise }
            let value = try reader.string(attribute: name)
            guard let choice = Choice(rawValue: value) else {
                throw ArtifactError(
                    "\(reader.path): there is no \(name) \(value); if a newer version wrote it, update CAP")
            }
            return choice
        }
        // Before there was the attribute, a parameter said so of images.
        let wasTurned = try reader.parameters()["exif_orientation"] == .bool(true)
        orientation = try choice("orientation", wasTurned ? .upright : .asIs)
        gray16 = try choice("gray16", gray16)
        damaged = try choice("damaged", damaged)
    }

    public func write(to writer: ArtifactWriter) throws {
        try writer.set("orientation", to: orientation.rawValue)
        try writer.set("gray16", to: gray16.rawValue)
        try writer.set("damaged", to: damaged.rawValue)
    }

    /// The same with other choices where they are made.
    public func with(orientation: Orientation?, gray16: Gray16?, damaged: Damaged?) -> Reading {
        Reading(
            orientation: orientation ?? self.orientation, gray16: gray16 ?? self.gray16, damaged: damaged ?? self.damaged)
    }
}
