extension ArtifactSchema {
    /// The decoded images of a data set.
    public static let images = ArtifactSchema(
        name: "cap-images", version: 1, fileName: "images.h5", command: "cap-decode",
        summary:
            "Decoded images in one flat array of pixels, with file names, labels where known and the official split.",
        attributes: [
            AttributeSchema("dataset", .string, "name of the data set, or of the folder", isOptional: true),
            AttributeSchema(
                "left_out", .string,
                "files of the folder that were not used, as a JSON array of {reason, count, first}", isOptional: true),
        ] + readingAttributes,
        datasets: [
            DatasetSchema("classes/name", .string, ["class"], unit: "text", "class name as in the data set"),
            DatasetSchema(
                "classes/phrase", .string, ["class"], unit: "text",
                "noun phrase for the class, with its domain"),
            DatasetSchema(
                "images/name", .string, ["image"], unit: "text",
                "path of the image file, relative to the data set"),
            DatasetSchema(
                "images/label", .int32, ["image"], unit: "class index", "class of the image; -1 where unknown"
            ),
            DatasetSchema("images/split", .uint8, ["image"], unit: "code", "0 training image, 1 test image"),
            DatasetSchema("images/height", .int32, ["image"], unit: "pixel", "height of the stored image"),
            DatasetSchema("images/width", .int32, ["image"], unit: "pixel", "width of the stored image"),
            DatasetSchema(
                "images/original_height", .int32, ["image"], unit: "pixel", "height of the image in its file"),
            DatasetSchema(
                "images/original_width", .int32, ["image"], unit: "pixel", "width of the image in its file"),
            DatasetSchema(
                "images/offset", .int64, ["image+1"], unit: "byte",
                "where each image begins in images/pixels; the last entry is the end"),
            DatasetSchema(
                "images/pixels", .uint8, ["byte"], unit: "intensity",
                "RGB pixels, 0 to 255, image after image, each row-major as [height, width, 3]"),
            DatasetSchema(
                "skipped/name", .string, ["skipped"], unit: "text",
                "path of a file that could not be decoded, relative to the data set"),
            DatasetSchema("skipped/reason", .string, ["skipped"], unit: "text", "why it was skipped"),
        ])
}
