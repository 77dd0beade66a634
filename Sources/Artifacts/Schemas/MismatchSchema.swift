extension ArtifactSchema {
    /// Algorithm 1: which classes CLIP's text does not match.
    public static let mismatch = ArtifactSchema(
        name: "cap-mismatch", version: 1, fileName: "mismatch.h5", command: "cap-detect",
        summary:
            "The paradigm's split, the removal trace of mismatch detection, what it left and the mismatched classes.",
        attributes: [
            paradigmAttribute,
            AttributeSchema("split_seed", .int, "seed of the draw of labeled images and seen classes"),
        ],
        datasets: [
            DatasetSchema(
                "split/role", .uint8, ["image"], unit: "code",
                "what the image is used as: 0 unlabeled, 1 labeled, 2 test, 3 not used"),
            DatasetSchema("split/seen", .int32, ["seen"], unit: "class index", "classes with labels"),
            DatasetSchema("split/unseen", .int32, ["unseen"], unit: "class index", "classes without labels"),
            DatasetSchema(
                "split/candidate", .int32, ["candidate"], unit: "class index",
                "classes that detection starts with"),
            DatasetSchema("trace/class", .int32, ["step"], unit: "class index", "class removed in this step"),
            DatasetSchema(
                "trace/cluster", .int32, ["step"], unit: "cluster index",
                "cluster it was matched with in this step"),
            DatasetSchema(
                "trace/probability", .float32, ["step"], unit: "probability",
                "probability of the matched pair"),
            DatasetSchema(
                "trace/removed", .int32, ["step"], unit: "count",
                "images removed that lay in the matched cluster"),
            DatasetSchema(
                "trace/filled", .int32, ["step"], unit: "count",
                "images removed from outside the matched cluster"),
            DatasetSchema(
                "trace/image_offset", .int64, ["step+1"], unit: "index",
                "where each step begins in trace/image; the last entry is the end"),
            DatasetSchema(
                "trace/image", .int32, ["removed_image"], unit: "image index",
                "images removed, step after step, best first"),
            DatasetSchema(
                "residual/image", .int32, ["residual"], unit: "image index", "images left at the end"),
            DatasetSchema(
                "residual/cluster", .int32, ["residual"], unit: "cluster index", "cluster of each image left"),
            DatasetSchema(
                "residual/centroids", .float32, ["cluster", "dim"], unit: "1",
                "centroids of the images left, L2-normalised"),
            DatasetSchema("classes/name", .string, ["class"], unit: "text", "class name as in the data set"),
            DatasetSchema(
                "classes/zero_shot_count", .int32, ["class"], unit: "count",
                "unlabeled images that zero-shot CLIP predicts as the class"),
            DatasetSchema(
                "classes/final", .int32, ["final"], unit: "class index", "Y_final: classes left at the end"),
            DatasetSchema(
                "classes/low", .int32, ["low"], unit: "class index", "Y_low: classes predicted least often"),
            DatasetSchema(
                "classes/mismatched", .int32, ["mismatched"], unit: "class index",
                "Y_MM: classes in both, whose text does not match their images"),
        ])
}
