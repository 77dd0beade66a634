extension ArtifactSchema {
    /// What zero-shot CLIP and the adapted model say about the test images.
    public static let evaluation = ArtifactSchema(
        name: "cap-eval", version: 1, fileName: "eval.h5", command: "cap-eval",
        summary: """
            Predictions on the test images before and after adaptation, and what follows from them; without a labeled \
            test image the predictions only.
            """,
        attributes: checkpointAttributes + [
            paradigmAttribute, methodAttribute, modalityAttribute,
            AttributeSchema("dataset", .string, "name of the data set", isOptional: true),
            AttributeSchema("training_seed", .int, "seed that the model was trained with", isOptional: true),
        ],
        datasets: [
            DatasetSchema("classes/name", .string, ["class"], unit: "text", "class name as in the data set"),
            DatasetSchema("split/seen", .int32, ["seen"], unit: "class index", "classes with labels"),
            DatasetSchema("split/unseen", .int32, ["unseen"], unit: "class index", "classes without labels"),
            DatasetSchema(
                "test/image", .int32, ["test"], unit: "image index",
                "test images; all images where the data set has no test part"),
            DatasetSchema(
                "test/label", .int32, ["test"], unit: "class index", "their classes; -1 where unknown"),
            DatasetSchema(
                "per_class/count", .int32, ["class"], unit: "count", "labeled test images of each class",
                isOptional: true),
            DatasetSchema(
                "calibration/edge", .float32, ["bin+1"], unit: "probability", "edges of the confidence bins",
                isOptional: true),
        ] + ["zero_shot", "adapted"].flatMap(datasets))

    private static func datasets(of model: String) -> [DatasetSchema] {
        let who = model == "adapted" ? "the adapted model" : "zero-shot CLIP"
        return [
            DatasetSchema(
                "\(model)/predicted", .int32, ["test"], unit: "class index", "class predicted by \(who)"),
            DatasetSchema(
                "\(model)/confidence", .float32, ["test"], unit: "probability", "probability of that class"),
            DatasetSchema(
                "\(model)/probabilities", .float32, ["test", "class"], unit: "probability",
                "probability of every class by \(who)", isOptional: model == "zero_shot"),
            DatasetSchema(
                "per_class/\(model)_accuracy", .float32, ["class"], unit: "fraction",
                "accuracy of \(who) on each class; NaN where it has no test image", isOptional: true,
                allowsNaN: true),
            DatasetSchema(
                "confusion/\(model)", .int32, ["class", "class"], unit: "count",
                "test images by class (rows) and class predicted by \(who) (columns)", isOptional: true),
            DatasetSchema(
                "calibration/\(model)/count", .int32, ["bin"], unit: "count",
                "test images in each confidence bin",
                isOptional: true),
            DatasetSchema(
                "calibration/\(model)/confidence", .float32, ["bin"], unit: "probability",
                "their mean confidence; NaN where the bin is empty", isOptional: true, allowsNaN: true),
            DatasetSchema(
                "calibration/\(model)/accuracy", .float32, ["bin"], unit: "fraction",
                "their accuracy; NaN where the bin is empty", isOptional: true, allowsNaN: true),
            DatasetSchema(
                "metrics/\(model)/accuracy", .float64, unit: "fraction", "top-1 accuracy of \(who)",
                isOptional: true),
            DatasetSchema(
                "metrics/\(model)/seen", .float64, unit: "fraction", "accuracy on the seen classes (trzsl)",
                isOptional: true),
            DatasetSchema(
                "metrics/\(model)/unseen", .float64, unit: "fraction",
                "accuracy on the unseen classes (trzsl)",
                isOptional: true),
            DatasetSchema(
                "metrics/\(model)/harmonic_mean", .float64, unit: "fraction",
                "harmonic mean of seen and unseen accuracy (trzsl)", isOptional: true),
            DatasetSchema(
                "metrics/\(model)/ece", .float64, unit: "fraction",
                "expected calibration error over the confidence bins", isOptional: true),
        ]
    }
}
