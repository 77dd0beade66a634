/// The two parts a data set comes in; the raw values are those of the artifacts. Validation images of the benchmarks belong
/// to training.
public enum ImageSplit: UInt8, Hashable, Sendable, CaseIterable {
    case train = 0
    case test = 1
}
