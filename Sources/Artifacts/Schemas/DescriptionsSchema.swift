/// Descriptions of the mismatched classes, and the one chosen for each.
public struct DescriptionsSchema: ArtifactKind {
    public static let schema = ArtifactSchema(
        name: "cap-descriptions", version: 1, fileName: "descriptions.h5", command: "cap-describe",
        summary:
            "What the language model was asked and answered for each mismatched class, and the description chosen.",
        keys: Self())

    public let languageModel = AttributeKey<String>(
        "language_model", "model that answered, or the file the answers came from")
    public let promptTokens = AttributeKey<Int>(
        "prompt_tokens", "tokens of the questions, as the server counted; 0 where answers came from a file")
    public let completionTokens = AttributeKey<Int>(
        "completion_tokens", "tokens of the answers, as the server counted; 0 where answers came from a file")
    public let classes = Classes()
    public let question = DatasetKey<String>(
        "question", ["mismatched"], unit: "text", "what the language model was asked")
    public let candidates = Candidates()
    public let shown = Shown()
    public let chosen = Chosen()

    public init() {}

    public struct Classes: KeyGroup {
        public let described = DatasetKey<Int32>(
            "classes/mismatched", ["mismatched"], unit: "class index",
            "described classes: Y_MM, as in mismatch.h5, or with --all-classes every candidate class")
        public let name = DatasetKey<String>("classes/name", ["mismatched"], unit: "text", "name of each of them")
        public let undescribed = DatasetKey<Int32>(
            "classes/undescribed", ["undescribed"], unit: "class index",
            "classes that were to be described and were not, for want of an answer; absent where there are none",
            isOptional: true)
    }

    public struct Candidates: KeyGroup {
        public let text = DatasetKey<String>(
            "candidates/text", ["mismatched", "candidate"], unit: "text",
            "descriptions in the order of the answers; empty where a class has fewer")
        public let features = DatasetKey<Float>(
            "candidates/features", ["mismatched", "candidate", "dim"], unit: "1",
            "text feature of each description, L2-normalised; zeros where there is none")
        public let probability = DatasetKey<Float>(
            "candidates/probability", ["mismatched", "candidate"], unit: "probability",
            "largest probability of the description over the residual centroids; for a class that is not "
                + "mismatched, over the clusters of all unlabeled images")
        public let cluster = DatasetKey<Int32>(
            "candidates/cluster", ["mismatched", "candidate"], unit: "cluster index",
            "residual centroid where it is largest; -1 where there is no description, or the class is not "
                + "mismatched")
    }

    public struct Shown: KeyGroup {
        public let image = DatasetKey<Int32>(
            "shown/image", ["mismatched", "shown"], unit: "image index",
            "images that were shown with the question, the nearest to the centroid first; -1 where there were fewer; "
                + "absent without --show-images", isOptional: true)
        public let cluster = DatasetKey<Int32>(
            "shown/cluster", ["mismatched"], unit: "cluster index",
            "cluster that they are of: the one that the class's name fits best", isOptional: true)
    }

    public struct Chosen: KeyGroup {
        public let index = DatasetKey<Int32>(
            "chosen/index", ["mismatched"], unit: "candidate index", "description with the largest probability")
        public let text = DatasetKey<String>("chosen/text", ["mismatched"], unit: "text", "its text")
        public let features = DatasetKey<Float>(
            "chosen/features", ["mismatched", "dim"], unit: "1", "its text feature, L2-normalised")
    }
}

extension ArtifactKind where Self == DescriptionsSchema {
    public static var descriptions: Self { Self() }
}
