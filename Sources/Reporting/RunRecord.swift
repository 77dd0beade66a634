import Metrics

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
        /// Share of the images whose class is among the five most probable; nil where that is not known, or says nothing.
        public var topFive: Double?
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
            accuracy: Double, topFive: Double? = nil, seen: Double?, unseen: Double?, harmonicMean: Double?,
            calibrationError: Double, perClass: [Double?], confusion: [Int], reliability: [ReliabilityBin]
        ) {
            self.accuracy = accuracy
            self.topFive = topFive
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

        var matrix: ConfusionMatrix { ConfusionMatrix(counts: confusion, classCount: perClass.count) }
    }

    /// What is said about each test image; without a test part, about every image.
    public struct Predictions: Sendable {
        /// How each is called: its path in the data set.
        public var paths: [String]
        /// Its class, −1 where it is not known.
        public var labels: [Int]
        /// The class that zero-shot CLIP and the adapted model predict.
        public var zeroShot: [Int]
        public var adapted: [Int]
        /// The adapted model's probability of that class, and of the next.
        public var confidences: [Float]
        public var nextConfidences: [Float]
        /// The next class.
        public var runnersUp: [Int]

        public init(
            paths: [String], labels: [Int], zeroShot: [Int], adapted: [Int], confidences: [Float], nextConfidences: [Float],
            runnersUp: [Int]
        ) {
            self.paths = paths
            self.labels = labels
            self.zeroShot = zeroShot
            self.adapted = adapted
            self.confidences = confidences
            self.nextConfidences = nextConfidences
            self.runnersUp = runnersUp
        }

        /// How much surer the model is of the class it predicts than of the next.
        public func margin(_ position: Int) -> Float { confidences[position] - nextConfidences[position] }

        /// Positions of the images that the model is least sure of, those first.
        public func leastSure(_ count: Int) -> [Int] {
            let order = paths.indices.sorted { margin($0) != margin($1) ? margin($0) < margin($1) : $0 < $1 }
            return Array(order.prefix(count))
        }
    }

    /// Something to do with what a run has shown.
    public struct NextStep: Sendable {
        /// Why, in a sentence.
        public var reason: String
        /// The command as one would type it.
        public var command: String

        public init(reason: String, command: String) {
            self.reason = reason
            self.command = command
        }
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
        /// Share of repeated detections, each with a seed of its own, that found it; nil where detection ran once.
        public var foundFrequency: Double?

        public init(
            label: Int, zeroShotCount: Int, description: String?, alternatives: [String], foundFrequency: Double? = nil
        ) {
            self.foundFrequency = foundFrequency
            self.label = label
            self.zeroShotCount = zeroShotCount
            self.description = description
            self.alternatives = alternatives
        }
    }

    /// An epoch of training.
    public struct Epoch: Sendable {
        /// Mean losses over the epoch, in nat; 0 where it had no such images.
        public struct Losses: Sendable {
            public var pseudolabeled: Double
            public var unlabeled: Double
            public var labeled: Double

            public init(pseudolabeled: Double, unlabeled: Double, labeled: Double) {
                self.pseudolabeled = pseudolabeled
                self.unlabeled = unlabeled
                self.labeled = labeled
            }
        }

        public var losses: Losses
        /// That of the last iteration.
        public var learningRate: Double
        public var pseudolabelCount: Int
        /// Share of the pseudolabels that is true; nil where no true labels are known.
        public var pseudolabelAccuracy: Double?
        /// Unlabeled samples predicted with confidence.
        public var confidentCount: Int
        /// Unlabeled samples predicted as each class with confidence, `[classes]`; empty where only their number is known.
        public var confidentPerClass: [Int]
        /// Scale of each class's margin, `[classes]`; empty where it is not known.
        public var marginScale: [Double]

        public init(
            losses: Losses, learningRate: Double, pseudolabelCount: Int, pseudolabelAccuracy: Double?, confidentCount: Int,
            confidentPerClass: [Int] = [], marginScale: [Double] = []
        ) {
            self.losses = losses
            self.learningRate = learningRate
            self.pseudolabelCount = pseudolabelCount
            self.pseudolabelAccuracy = pseudolabelAccuracy
            self.confidentCount = confidentCount
            self.confidentPerClass = confidentPerClass
            self.marginScale = marginScale
        }
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
        /// Which test image each is.
        public var test: [Int]

        public init(positions: [Double], labels: [Int], predicted: [Int], test: [Int]) {
            self.positions = positions
            self.labels = labels
            self.predicted = predicted
            self.test = test
        }
    }

    /// An image, small.
    public struct Thumbnail: Sendable {
        /// How it is called: its path in the data set.
        public var path: String
        /// The bytes of a JPEG file.
        public var jpeg: [UInt8]
        public var height: Int
        public var width: Int
        /// What to say about it.
        public var caption: String
        /// Whether it is an image of its class; nil where that is not known.
        public var isRight: Bool?

        public init(path: String, jpeg: [UInt8], height: Int, width: Int, caption: String, isRight: Bool?) {
            self.path = path
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
    /// What is said about each test image; nil where that is not at hand.
    public var predictions: Predictions?
    /// What to do now, the most fitting first.
    public var nextSteps: [NextStep] = []
    /// The test images that the model is least sure of.
    public var leastSure: [Thumbnail] = []
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
