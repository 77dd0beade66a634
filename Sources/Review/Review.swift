/// What a person said of a run: which class images are of, what classes are called and described as, and which are one.
///
///     let review = try Review(contentsOf: "runs/pets/ul/review.json")
///     let classes = try review.classes(of: features)
///
/// It speaks of images by their path in the data set and of classes by their name there, so that it stays true when the run is
/// made anew.
public struct Review: Sendable, Equatable {
    /// What was said of a class.
    public struct ClassNote: Sendable, Equatable {
        /// What it is called from now on.
        public var name: String?
        /// What its images look like; takes the place of a language model's description.
        public var description: String?
        /// The class that it is counted to.
        public var sameAs: String?

        public init(name: String? = nil, description: String? = nil, sameAs: String? = nil) {
            self.name = name
            self.description = description
            self.sameAs = sameAs
        }

        var isEmpty: Bool { self == ClassNote() }
    }

    /// What an image shows.
    public enum Answer: Sendable, Equatable {
        case of(String)
        /// None of the classes: the image is left out of training.
        case none
    }

    /// By the class's name in the data set.
    public var classes: [String: ClassNote]
    /// By the image's path in the data set.
    public var labels: [String: Answer]

    public init(classes: [String: ClassNote] = [:], labels: [String: Answer] = [:]) {
        self.classes = classes
        self.labels = labels
    }

    public var isEmpty: Bool { classes.isEmpty && labels.isEmpty }

    /// Whether a class has a text of its own, which has to be encoded.
    public var hasTexts: Bool { classes.values.contains { $0.name != nil || $0.description != nil } }
}
