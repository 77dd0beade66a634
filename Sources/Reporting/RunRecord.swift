/// What one run of the pipeline found: everything its report shows.
public struct RunRecord: Sendable {
    /// Predictions on the test images, before and after.
    public struct Evaluation: Sendable {
        /// Number of test images.
        public var imageCount: Int
        public var zeroShot: Performance
        public var adapted: Performance
        /// Test images of each class, `[classes]`.
        public var supports: [Int]

        public init(imageCount: Int, zeroShot: Performance, adapted: Performance, supports: [Int]) {
            self.imageCount = imageCount
            self.zeroShot = zeroShot
            self.adapted = adapted
            self.supports = supports
        }
    }

    /// How one model did.
    public struct Performance: Sendable {
        /// Top-1 accuracy, a fraction.
        public var accuracy: Double
        /// Accuracy on seen and on unseen classes; nil outside zero-shot transfer.
        public var seen: Double?
        public var unseen: Double?
        /// Their harmonic mean.
        public var harmonicMean: Double?
        /// Expected calibration error.
        public var calibrationError: Double
        /// Accuracy on each class, `[classes]`; nil where it has no test image.
        public var perClass: [Double?]
        /// Images by true (rows) and predicted class (columns), `[classes, classes]`, row-major.
        public var confusion: [Int]
        /// Confidence and accuracy of the test images in equal-width bins of confidence.
        public var reliability: [ReliabilityBin]

        public init(
            accuracy: Double, seen: Double?, unseen: Double?, harmonicMean: Double?, calibrationError: Double,
            perClass: [Double?], confusion: [Int], reliability: [ReliabilityBin]
        ) {
            self.accuracy = accuracy
            self.seen = seen
            self.unseen = unseen
            self.harmonicMean = harmonicMean
            self.calibrationError = calibrationError
            self.perClass = perClass
            self.confusion = confusion
            self.reliability = reliability
        }

        /// The number that the paradigm is judged by.
        var headline: Double { harmonicMean ?? accuracy }
    }

    public struct ReliabilityBin: Sendable {
        public var count: Int
        public var confidence: Double
        public var accuracy: Double

        public init(count: Int, confidence: Double, accuracy: Double) {
            self.count = count
            self.confidence = confidence
            self.accuracy = accuracy
        }
    }

    /// A class whose name did not describe its images.
    public struct Mismatch: Sendable {
        public var label: Int
        /// Unlabeled images that zero-shot CLIP predicts as it.
        public var zeroShotCount: Int
        /// The description that stands in for its name; nil where it is not known.
        public var description: String?
        /// The other descriptions there were.
        public var alternatives: [String]

        public init(label: Int, zeroShotCount: Int, description: String?, alternatives: [String]) {
            self.label = label
            self.zeroShotCount = zeroShotCount
            self.description = description
            self.alternatives = alternatives
        }
    }

    /// An epoch of training.
    public struct Epoch: Sendable {
        public var pseudolabelCount: Int
        /// Share of the pseudolabels that is true; nil where no true labels are known.
        public var pseudolabelAccuracy: Double?
        /// Unlabeled samples predicted as each class with confidence, `[classes]`.
        public var confidentPerClass: [Int]
        /// Scale of each class's margin, `[classes]`.
        public var marginScale: [Double]

        public init(
            pseudolabelCount: Int, pseudolabelAccuracy: Double?, confidentPerClass: [Int], marginScale: [Double]
        ) {
            self.pseudolabelCount = pseudolabelCount
            self.pseudolabelAccuracy = pseudolabelAccuracy
            self.confidentPerClass = confidentPerClass
            self.marginScale = marginScale
        }

        /// Unlabeled samples predicted with confidence.
        var confidentCount: Int { confidentPerClass.reduce(0, +) }
    }

    /// How a file of the run was made.
    public struct Stage: Sendable {
        public var file: String
        public var command: String
        /// Name and value of every parameter, in order.
        public var parameters: [(name: String, value: String)]
        /// Wall-clock time; nil where it was not recorded.
        public var seconds: Double?
        /// The most memory the command held, in bytes; nil where it was not recorded.
        public var peakMemory: Int?

        public init(
            file: String, command: String, parameters: [(name: String, value: String)], seconds: Double?,
            peakMemory: Int?
        ) {
            self.file = file
            self.command = command
            self.parameters = parameters
            self.seconds = seconds
            self.peakMemory = peakMemory
        }
    }

    /// Image features laid out in two dimensions.
    public struct FeatureMap: Sendable {
        /// `[images, 2]`, row-major.
        public var positions: [Double]
        /// The class of each image, −1 where it is not known.
        public var labels: [Int]
        /// The class that the adapted model predicts for each.
        public var predicted: [Int]

        public init(positions: [Double], labels: [Int], predicted: [Int]) {
            self.positions = positions
            self.labels = labels
            self.predicted = predicted
        }
    }

    /// An image, small.
    public struct Thumbnail: Sendable {
        /// The bytes of a JPEG file.
        public var jpeg: [UInt8]
        public var height: Int
        public var width: Int
        /// What to say about it.
        public var caption: String
        /// Whether it is an image of its class; nil where that is not known.
        public var isRight: Bool?

        public init(jpeg: [UInt8], height: Int, width: Int, caption: String, isRight: Bool?) {
            self.jpeg = jpeg
            self.height = height
            self.width = width
            self.caption = caption
            self.isRight = isRight
        }
    }

    /// What a class looks like to the model.
    public struct Gallery: Sendable {
        /// The best of its pseudolabeled images.
        public var pseudolabeled: [Thumbnail]
        /// Its test images that were taken for another class, the most confident first.
        public var mistakes: [Thumbnail]

        public init(pseudolabeled: [Thumbnail], mistakes: [Thumbnail]) {
            self.pseudolabeled = pseudolabeled
            self.mistakes = mistakes
        }
    }

    /// The data set's name, or its folder's.
    public var dataSet: String
    /// ul, ssl or trzsl.
    public var paradigm: String
    /// How the method is called: CAP.
    public var method: String
    public var classNames: [String]
    /// Images that training used, by kind.
    public var labeledCount: Int
    public var unlabeledCount: Int
    /// nil where no test image has a label.
    public var evaluation: Evaluation?
    /// This run and those that differ from it in their seed alone; empty where there is this one only.
    public var repetitions: [RunComparison.Run] = []
    /// nil where it is not known which classes were mismatched.
    public var mismatches: [Mismatch]?
    public var epochs: [Epoch]
    /// Pseudolabels of each class after training, `[classes]`.
    public var pseudolabelsPerClass: [Int]
    /// nil where there are no features to lay out.
    public var featureMap: FeatureMap?
    /// `[classes]`; empty where no image is shown.
    public var galleries: [Gallery]
    /// In the order of the pipeline.
    public var stages: [Stage]
    public var software: [(name: String, version: String)]

    public init(
        dataSet: String, paradigm: String, method: String, classNames: [String], labeledCount: Int, unlabeledCount: Int,
        evaluation: Evaluation?, mismatches: [Mismatch]?, epochs: [Epoch], pseudolabelsPerClass: [Int],
        featureMap: FeatureMap?, galleries: [Gallery], stages: [Stage], software: [(name: String, version: String)]
    ) {
        self.dataSet = dataSet
        self.paradigm = paradigm
        self.method = method
        self.classNames = classNames
        self.labeledCount = labeledCount
        self.unlabeledCount = unlabeledCount
        self.evaluation = evaluation
        self.mismatches = mismatches
        self.epochs = epochs
        self.pseudolabelsPerClass = pseudolabelsPerClass
        self.featureMap = featureMap
        self.galleries = galleries
        self.stages = stages
        self.software = software
    }
}
