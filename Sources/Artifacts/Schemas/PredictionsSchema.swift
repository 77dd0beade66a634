extension ArtifactSchema {
    /// What the adapted model says about new images.
    public static let predictions = ArtifactSchema(
        name: "cap-predictions", version: 1, fileName: "predictions.h5", command: "cap-predict",
        summary: "What the adapted model says about new images.",
        attributes: checkpointAttributes,
        datasets: [
            DatasetSchema("classes/name", .string, ["class"], unit: "text", "class name as in the data set"),
            DatasetSchema(
                "images/path", .string, ["image"], unit: "text", "path of the image file, as it was given or found"),
            DatasetSchema("images/predicted", .int32, ["image"], unit: "class index", "most probable class"),
            DatasetSchema(
                "images/confidence", .float32, ["image"], unit: "probability", "probability of that class"),
            DatasetSchema(
                "top/class", .int32, ["image", "rank"], unit: "class index",
                "most probable classes, the first first"),
            DatasetSchema(
                "top/probability", .float32, ["image", "rank"], unit: "probability", "their probabilities"),
            DatasetSchema(
                "skipped/path", .string, ["skipped"], unit: "text", "path of a file that could not be decoded"),
            DatasetSchema("skipped/reason", .string, ["skipped"], unit: "text", "why it was skipped"),
        ])
}
