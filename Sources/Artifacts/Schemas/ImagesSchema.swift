import Vocabulary

/// The decoded images of a data set.
public struct ImagesSchema: ReadingKind {
    public static let schema = ArtifactSchema(
        name: "cap-images", version: 1, fileName: "images.h5", command: "cap-decode",
        summary:
            "Decoded images in one flat array of pixels, with file names, labels where known and the official split.",
        keys: Self())

    public let dataSet = AttributeKey<String>("dataset", "name of the data set, or of the folder", isOptional: true)
    public let leftOut = AttributeKey<String>(
        "left_out", "files of the folder that were not used, as a JSON array of {reason, count, first}", isOptional: true)
    public let reading = ReadingKeys()
    public let classes = ClassKeys()
    public let images = Images()
    public let skipped = Skipped()

    public init() {}

    public struct Images: KeyGroup {
        public let name = ImageKeys.name
        public let label = ImageKeys.label
        public let split = ImageKeys.split
        public let height = DatasetKey<Int32>("images/height", ["image"], unit: "pixel", "height of the stored image")
        public let width = DatasetKey<Int32>("images/width", ["image"], unit: "pixel", "width of the stored image")
        public let originalHeight = DatasetKey<Int32>(
            "images/original_height", ["image"], unit: "pixel", "height of the image in its file")
        public let originalWidth = DatasetKey<Int32>(
            "images/original_width", ["image"], unit: "pixel", "width of the image in its file")
        public let offset = DatasetKey<Int64>(
            "images/offset", ["image+1"], unit: "byte",
            "where each image begins in images/pixels; the last entry is the end")
        public let pixels = DatasetKey<UInt8>(
            "images/pixels", ["byte"], unit: "intensity",
            "RGB pixels, 0 to 255, image after image, each row-major as [height, width, 3]")
    }

    public struct Skipped: KeyGroup {
        public let name = DatasetKey<String>(
            "skipped/name", ["skipped"], unit: "text",
            "path of a file that could not be decoded, relative to the data set")
        public let reason = DatasetKey<String>("skipped/reason", ["skipped"], unit: "text", "why it was skipped")
    }
}

extension ArtifactKind where Self == ImagesSchema {
    public static var images: Self { Self() }
}
