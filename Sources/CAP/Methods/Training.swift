/// Training that runs epoch by epoch and can be put back to the end of one.
public protocol Training {
    var model: PromptedCLIP { get }
    /// What is trained, with its momenta.
    var optimizer: SGD { get }
    /// What changes from epoch to epoch besides them.
    var state: TrainingState { get }
    /// The epochs of the whole training; 0 where nothing is trained.
    var totalEpochs: Int { get }
    var isFinished: Bool { get }
    /// What the epochs that this value ran took.
    var cost: TrainingCost { get }
    /// How often `runEpoch` will report progress until the end, and what it reports each time.
    var remaining: (count: Int, unit: String) { get }

    /// Goes on from `state`, with the parameters and momenta already put back by the caller.
    mutating func restore(_ state: TrainingState)

    /// One epoch.
    ///
    /// - Parameters:
    ///   - pixels: gives the views of the training images.
    ///   - progress: told after each of the units in `remaining`.
    /// - Throws: `CAPError` where the loss is no longer a number.
    mutating func runEpoch(on pixels: some PixelSource, progress: (_ iteration: Int) -> Void) throws -> EpochRecord
}
