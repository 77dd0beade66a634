import Methods

/// What training carries from one epoch to the next besides parameters and momenta.
public struct TrainingState: Sendable {
    /// The epoch to run next, counted from 0.
    public internal(set) var epoch: Int
    /// The current pseudolabels by class, `[classes]`.
    public internal(set) var pseudolabels: [[Pseudolabel]]
    /// σ: how many unlabeled samples were predicted as each class with confidence in the last epoch; nil before the first.
    public internal(set) var confidentPerClass: [Int]?
    public internal(set) var pseudolabeledStream: SampleStream
    public internal(set) var unlabeledStream: SampleStream
    public internal(set) var labeledStream: SampleStream

    private let seed: UInt64
    /// How often the pseudolabels were renewed: every list has a stream of its own.
    public private(set) var renewals: Int

    init(pseudolabels: [[Pseudolabel]], seed: UInt64, data: TrainingData) {
        self.init(
            epoch: 0, pseudolabels: pseudolabels, confidentPerClass: nil, renewals: 0,
            positions: StreamPositions(), seed: seed, data: data)
    }

    /// The state at the end of an epoch, from what an artifact kept of it.
    public init(
        epoch: Int, pseudolabels: [[Pseudolabel]], confidentPerClass: [Int]?, renewals: Int,
        positions: StreamPositions, seed: UInt64, data: TrainingData
    ) {
        self.epoch = epoch
        self.pseudolabels = pseudolabels
        self.confidentPerClass = confidentPerClass
        self.renewals = renewals
        self.seed = seed
        func stream(_ count: Int, _ number: Int, _ place: StreamPositions.Place) -> SampleStream {
            SampleStream(count: count, seed: seed, number: number, pass: place.pass, position: place.position)
        }
        unlabeledStream = stream(data.unlabeled.count, Stream.unlabeled, positions.unlabeled)
        labeledStream = stream(data.labeled.count, Stream.labeled, positions.labeled)
        pseudolabeledStream = stream(
            pseudolabels.joined().count, Stream.firstPseudolabeled + renewals, positions.pseudolabeled)
    }

    /// Where the streams are.
    public var positions: StreamPositions {
        func place(_ stream: SampleStream) -> StreamPositions.Place {
            StreamPositions.Place(pass: stream.pass, position: stream.position)
        }
        return StreamPositions(
            pseudolabeled: place(pseudolabeledStream), unlabeled: place(unlabeledStream), labeled: place(labeledStream))
    }

    mutating func renewPseudolabels(_ renewed: [[Pseudolabel]]) {
        pseudolabels = renewed
        renewals += 1
        pseudolabeledStream = SampleStream(
            count: renewed.joined().count, seed: seed, number: Stream.firstPseudolabeled + renewals)
    }

    /// The numbers of the streams of one seed.
    private enum Stream {
        static let unlabeled = 1
        static let labeled = 2
        static let firstPseudolabeled = 16
    }
}

/// How far each stream of training has been read.
public struct StreamPositions: Sendable, Hashable {
    public struct Place: Sendable, Hashable {
        public var pass = 0
        public var position = 0

        public init(pass: Int = 0, position: Int = 0) {
            self.pass = pass
            self.position = position
        }
    }

    public var pseudolabeled = Place()
    public var unlabeled = Place()
    public var labeled = Place()

    public init(pseudolabeled: Place = Place(), unlabeled: Place = Place(), labeled: Place = Place()) {
        self.pseudolabeled = pseudolabeled
        self.unlabeled = unlabeled
        self.labeled = labeled
    }
}
