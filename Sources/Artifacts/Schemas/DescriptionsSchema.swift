extension ArtifactSchema {
    /// Descriptions of the mismatched classes, and the one chosen for each.
    public static let descriptions = ArtifactSchema(
        name: "cap-descriptions", version: 1, fileName: "descriptions.h5", command: "cap-describe",
        summary:
            "What the language model was asked and answered for each mismatched class, and the description chosen.",
        attributes: [
            AttributeSchema(
                "language_model", .string, "model that answered, or the file the answers came from"),
            AttributeSchema(
                "prompt_tokens", .int, "tokens of the questions, as the server counted; 0 where answers came from a file"),
            AttributeSchema(
                "completion_tokens", .int,
                "tokens of the answers, as the server counted; 0 where answers came from a file"),
        ],
        datasets: [
            DatasetSchema(
                "classes/mismatched", .int32, ["mismatched"], unit: "class index",
                "described classes: Y_MM, as in mismatch.h5, or with --all-classes every candidate class"),
            DatasetSchema(
                "classes/name", .string, ["mismatched"], unit: "text", "name of each of them"),
            DatasetSchema(
                "classes/undescribed", .int32, ["undescribed"], unit: "class index",
                "classes that were to be described and were not, for want of an answer; absent where there are none",
                isOptional: true),
            DatasetSchema(
                "question", .string, ["mismatched"], unit: "text", "what the language model was asked"),
            DatasetSchema(
                "candidates/text", .string, ["mismatched", "candidate"], unit: "text",
                "descriptions in the order of the answers; empty where a class has fewer"),
            DatasetSchema(
                "candidates/features", .float32, ["mismatched", "candidate", "dim"], unit: "1",
                "text feature of each description, L2-normalised; zeros where there is none"),
            DatasetSchema(
                "candidates/probability", .float32, ["mismatched", "candidate"], unit: "probability",
                "largest probability of the description over the residual centroids; for a class that is not "
                    + "mismatched, over the clusters of all unlabeled images"),
            DatasetSchema(
                "candidates/cluster", .int32, ["mismatched", "candidate"], unit: "cluster index",
                "residual centroid where it is largest; -1 where there is no description, or the class is not "
                    + "mismatched"),
            DatasetSchema(
                "shown/image", .int32, ["mismatched", "shown"], unit: "image index",
                "images that were shown with the question, the nearest to the centroid first; -1 where there were fewer; "
                    + "absent without --show-images", isOptional: true),
            DatasetSchema(
                "shown/cluster", .int32, ["mismatched"], unit: "cluster index",
                "cluster that they are of: the one that the class's name fits best", isOptional: true),
            DatasetSchema(
                "chosen/index", .int32, ["mismatched"], unit: "candidate index",
                "description with the largest probability"),
            DatasetSchema("chosen/text", .string, ["mismatched"], unit: "text", "its text"),
            DatasetSchema(
                "chosen/features", .float32, ["mismatched", "dim"], unit: "1",
                "its text feature, L2-normalised"),
        ])
}
