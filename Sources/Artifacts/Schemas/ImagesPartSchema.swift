/// What became of some of a data set's image files, until it is known of all.
public struct ImagesPartSchema: PartKind {
    public static let schema = ArtifactSchema(
        name: "cap-images-part", version: 1, fileName: "images.h5.parts", command: "cap-decode",
        summary:
            "Some of a data set's image files, decoded, for several processes to share the work, until those of all are joined.",
        keys: Self())

    public let first = PartKeys.first
    public let pixels = ImagesSchema.Images().pixels
    public let files = Files()

    public init() {}

    public static func count(of part: ArtifactReader<Self>) throws -> Int { try part.count(\.files.height) }

    public struct Files: KeyGroup {
        public let height = DatasetKey<Int32>(
            "files/height", ["file"], unit: "pixel", "height of the stored image; 0 where the file did not decode")
        public let width = DatasetKey<Int32>("files/width", ["file"], unit: "pixel", "width of the stored image")
        public let originalHeight = DatasetKey<Int32>(
            "files/original_height", ["file"], unit: "pixel", "height of the image in its file")
        public let originalWidth = DatasetKey<Int32>(
            "files/original_width", ["file"], unit: "pixel", "width of the image in its file")
        public let isDamaged = DatasetKey<UInt8>(
            "files/damaged", ["file"], unit: "flag", "1 where the image is damaged and was kept")
        public let deepMaximum = DatasetKey<Int32>(
            "files/deep_maximum", ["file"], unit: "intensity",
            "largest sample of an image of 16 bits a sample; -1 for others")
        public let reason = DatasetKey<String>(
            "files/reason", ["file"], unit: "text", "why the file did not decode; empty where it did")
    }
}

extension ArtifactKind where Self == ImagesPartSchema {
    public static var imagesPart: Self { Self() }
}
