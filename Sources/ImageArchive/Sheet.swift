import Artifacts
import FoundationEssentials
import Images
import Outputs

/// Draws a contact sheet of a set in `labels.h5` or `model.h5`, a cluster in `mismatch.h5`, or all images in `images.h5`.
public struct Sheet {
    public var file: String
    /// The pixels; nil for those that the file was made from, where they are found.
    public var images: String?
    /// The file to write: PNG, or JPEG where its name ends so.
    public var output: String
    /// Which images: `labeled`, `pseudolabeled` or `unlabeled` of labels, a cluster's number of a mismatch.
    public var set: String?
    /// Only this class.
    public var className: String?
    /// The most images of a row.
    public var columns = 16
    /// The most rows of a set without classes.
    public var rows = 16
    /// Height and width of a picture, in pixels.
    public var tile = 96

    public init(file: String, output: String) {
        self.file = file
        self.output = output
    }

    /// A row of the sheet: what it shows, and how much of it.
    public struct Row: Sendable {
        public let title: String
        public let shown: Int
        public let total: Int
    }

    /// The quality of a sheet as JPEG.
    private static let quality = 90

    private var isJPEG: Bool { ["jpg", "jpeg"].contains(ending) }
    private var ending: String { URL(fileURLWithPath: output).pathExtension.lowercased() }

    /// - Returns: The rows from top to bottom.
    public func run() throws -> [Row] {
        guard isJPEG || ending == "png" else {
            throw ArtifactError("\(output): a sheet is a picture: give it a name that ends in .png or .jpg")
        }
        let artifact = try ArtifactReader(anyKind: file)
        let source = try pixels(of: artifact)
        let stored = try StoredImages(source)
        let groups = try groups(in: artifact, source, count: stored.count).filter { !$0.images.isEmpty }
        guard !groups.isEmpty else { throw ArtifactError("\(file): there is no image in that set") }
        var grid = try ImageGrid(tile: tile)
        var shown: [Row] = []
        for group in groups {
            // One class is a row; images without classes fill several.
            let lines = group.isClass ? 1 : rows
            let images = group.images.prefix(columns * lines)
            for start in stride(from: 0, to: images.count, by: columns) {
                let row = images.dropFirst(start).prefix(columns)
                try grid.add(row.map(stored.image))
                let isFirst = start == 0
                shown.append(
                    Row(title: isFirst ? group.title : "", shown: row.count, total: isFirst ? group.images.count : 0))
            }
        }
        let sheet = try grid.render()
        try PartialFile.write(Data(isJPEG ? sheet.jpeg(quality: Self.quality) : sheet.png()), to: output)
        return shown
    }

    private struct Group {
        let title: String
        let images: [Int]
        let isClass: Bool
    }

    private func pixels(of artifact: any Artifact) throws -> ArtifactReader<ImagesSchema> {
        if artifact.schema.name == ArtifactSchema.images.name { return try ArtifactReader(file, schema: .images) }
        if let images {
            let source = try ArtifactReader(images, schema: .images)
            try Lineage.check([artifact, source])
            return source
        }
        let source = artifact.madeFrom(.images) ?? artifact.madeFrom(.features)?.madeFrom(.images)
        guard let source else {
            throw ArtifactError("\(file): the images.h5 that it was made from is not found: name it with --images")
        }
        return source
    }

    private func groups(
        in artifact: any Artifact, _ source: ArtifactReader<ImagesSchema>, count: Int
    ) throws -> [Group] {
        let names = try source.values(\.classes.name)
        let images = 0..<count
        switch artifact.schema.name {
        case ArtifactSchema.labels.name:
            let labels = try ArtifactReader(file, schema: .labels)
            // A review may have other classes than the data set.
            let names = try labels.values(\.classes.name)
            switch set ?? Self.pseudolabeled {
            case Self.pseudolabeled: return try pseudolabeled(in: labels, images, names)
            case "labeled":
                return try byClass(
                    labels.indices(\.labeled.image, in: images), labels.indices(\.labeled.label, in: names.indices), names)
            case "unlabeled":
                return [
                    Group(title: "unlabeled", images: try labels.indices(\.unlabeledImages, in: images), isClass: false)
                ]
            case let set: throw ArtifactError("\(file): has no set \(set): it has labeled, pseudolabeled and unlabeled")
            }
        case ArtifactSchema.model.name:
            if let set, set != Self.pseudolabeled {
                throw ArtifactError("\(file): has no set \(set): it has pseudolabeled; labels.h5 has others")
            }
            let model = try ArtifactReader(file, schema: .model)
            return try pseudolabeled(in: model, images, model.values(\.classes.name))
        case ArtifactSchema.mismatch.name:
            return try clusters(in: ArtifactReader(file, schema: .mismatch), images)
        case ArtifactSchema.images.name:
            return try byClass(Array(images), source.indices(\.images.label, in: -1..<names.count), names)
        default:
            throw ArtifactError("\(file): \(artifact.schema.fileName) holds no set of images; labels.h5 and mismatch.h5 do")
        }
    }

    private static let pseudolabeled = "pseudolabeled"

    private func pseudolabeled(
        in artifact: ArtifactReader<some PseudolabelKind>, _ images: Range<Int>, _ names: [String]
    ) throws -> [Group] {
        try byClass(
            artifact.indices(\.pseudolabeled.image, in: images),
            artifact.indices(\.pseudolabeled.label, in: names.indices), names)
    }

    private func clusters(in mismatch: ArtifactReader<MismatchSchema>, _ images: Range<Int>) throws -> [Group] {
        let left = try mismatch.indices(\.residual.image, in: images)
        let clusters = try mismatch.ints(\.residual.cluster)
        func members(_ cluster: Int) -> [Int] { zip(left, clusters).filter { $0.1 == cluster }.map(\.0) }
        guard let set else {
            return Set(clusters).sorted().map { Group(title: "cluster \($0)", images: members($0), isClass: true) }
        }
        guard let cluster = Int(set) else {
            throw ArtifactError("\(file): \(set) is no cluster: they have numbers from 0")
        }
        return [Group(title: "cluster \(cluster)", images: members(cluster), isClass: false)]
    }

    private func byClass(_ images: [Int], _ labels: [Int], _ names: [String]) throws -> [Group] {
        if let className, !names.contains(className) {
            throw ArtifactError("\(file): there is no class \"\(className)\"")
        }
        return names.indices.filter { className == nil || names[$0] == className }.map { label in
            Group(
                title: names[label], images: zip(images, labels).filter { $0.1 == label }.map(\.0),
                isClass: className == nil)
        }
    }
}
