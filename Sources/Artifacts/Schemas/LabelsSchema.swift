extension ArtifactSchema {
    /// The labeled, pseudolabeled and unlabeled sets that training starts from.
    public static let labels = ArtifactSchema(
        name: "cap-labels", version: 1, fileName: "labels.h5", command: "cap-label",
        summary:
            "The labeled, the initial pseudolabeled and the unlabeled images, with every pseudolabel's origin.",
        attributes: [
            paradigmAttribute,
            AttributeSchema("k", .int, "pseudolabels per class"),
            methodAttribute,
            AttributeSchema(
                "rounds", .int, "rounds of pseudolabels, for methods that pick them more than once", isOptional: true),
            AttributeSchema(
                "schedule", .string, "fixed (the same k in every round) or growing (until all images are used)",
                isOptional: true),
            AttributeSchema(
                "alpha", .float, "quantile of the cut within an image, for methods with candidate labels",
                isOptional: true),
            AttributeSchema(
                "beta", .float, "quantile of the cut within a class, for methods with candidate labels",
                isOptional: true),
        ],
        datasets: [
            DatasetSchema("classes/name", .string, ["class"], unit: "text", "class name as in the data set"),
            DatasetSchema("labeled/image", .int32, ["labeled"], unit: "image index", "labeled images"),
            DatasetSchema("labeled/label", .int32, ["labeled"], unit: "class index", "their classes"),
        ] + pseudolabels(origin: """
        0 top-k by zero-shot confidence, 1 nearest to the class's description, 3 a further candidate class of an image \
        that is listed under another
        """) + [
            DatasetSchema(
                "unlabeled/image", .int32, ["unlabeled"], unit: "image index", "images without a label"),
            DatasetSchema("split/seen", .int32, ["seen"], unit: "class index", "classes with labels"),
            DatasetSchema("split/unseen", .int32, ["unseen"], unit: "class index", "classes without labels"),
        ])

    /// A list of pseudolabels; `origin` says what its codes mean.
    static func pseudolabels(origin: String) -> [DatasetSchema] {
        [
            DatasetSchema(
                "pseudolabeled/image", .int32, ["pseudolabeled"], unit: "image index", "pseudolabeled images"),
            DatasetSchema(
                "pseudolabeled/label", .int32, ["pseudolabeled"], unit: "class index", "their pseudolabels"),
            DatasetSchema(
                "pseudolabeled/confidence", .float32, ["pseudolabeled"], unit: "1",
                "what they were ranked by: probability, or cosine to the description; with candidates the label's share"),
            DatasetSchema("pseudolabeled/origin", .uint8, ["pseudolabeled"], unit: "code", origin),
        ]
    }
}
