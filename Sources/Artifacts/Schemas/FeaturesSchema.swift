extension ArtifactSchema {
    /// What CLIP says about the images and the classes.
    public static let features = ArtifactSchema(
        name: "cap-features", version: 1, fileName: "features.h5", command: "cap-embed",
        summary:
            "CLIP's features of images and class texts, and the zero-shot probabilities that follow from them.",
        attributes: checkpointAttributes + [
            AttributeSchema(
                "patch_size", .int, "side of the image encoder's patches, in pixels", isOptional: true)
        ],
        datasets: [
            DatasetSchema("classes/name", .string, ["class"], unit: "text", "class name as in the data set"),
            DatasetSchema(
                "classes/phrase", .string, ["class"], unit: "text",
                "noun phrase for the class, with its domain"),
            DatasetSchema(
                "classes/prompt", .string, ["class"], unit: "text",
                "text that was encoded for the class; one a line where the features of several were averaged"),
            DatasetSchema(
                "classes/text_features", .float32, ["class", "dim"], unit: "1",
                "text feature of the class prompt, L2-normalised"),
            DatasetSchema(
                "images/name", .string, ["image"], unit: "text",
                "path of the image file, relative to the data set"),
            DatasetSchema(
                "images/label", .int32, ["image"], unit: "class index", "class of the image; -1 where unknown"
            ),
            DatasetSchema("images/split", .uint8, ["image"], unit: "code", "0 training image, 1 test image"),
            DatasetSchema(
                "images/features", .float32, ["image", "dim"], unit: "1",
                "image feature of the evaluation view, L2-normalised"),
            DatasetSchema(
                "zero_shot/probabilities", .float32, ["image", "class"], unit: "probability",
                "softmax over classes of logit_scale times the cosine of image and text feature"),
            DatasetSchema(
                "logit_scale", .float32, unit: "1",
                "factor from cosines to logits, exp of the checkpoint's parameter"),
        ])

    /// Which CLIP a file was made with.
    static let checkpointAttributes = [
        AttributeSchema("checkpoint", .string, "path of the CLIP checkpoint"),
        AttributeSchema("checkpoint_identity", .string, "XXH3-128 of the checkpoint's files"),
    ]

    /// How image files were read where there is a choice; absent in files of before there was one.
    static let readingAttributes = [
        AttributeSchema(
            "orientation", .string,
            "upright (pictures turned as their files say) or as-is (as Pillow opens them); absent means as-is",
            isOptional: true),
        AttributeSchema(
            "gray16", .string,
            """
            high-byte (samples of 16 bits cut to their high byte) or stretch (from each image's smallest to its largest); \
            absent means high-byte
            """, isOptional: true),
        AttributeSchema(
            "damaged", .string,
            "skip (images whose data are damaged are left out) or keep (read as far as they go); absent means skip",
            isOptional: true),
    ]

    static let methodAttribute = AttributeSchema(
        "method", .string, "method of adaptation, such as cap or grip; absent means cap", isOptional: true)

    static let modalityAttribute = AttributeSchema(
        "modality", .string, "kind of learned context, such as maple or text; absent means maple", isOptional: true)

    static let paradigmAttribute = AttributeSchema(
        "paradigm", .string, "ul (unlabeled), ssl (some labels) or trzsl (labels of the seen classes)")
}
