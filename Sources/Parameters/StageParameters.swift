import Vocabulary

/// The parameters that a stage takes, each declared as a stored ``Key``.
public protocol StageParameters: Sendable {
    init()
    static var stage: Stage { get }
    /// Whether the method is one of the values, or needs not be known to check them.
    static var isCheckedAlone: Bool { get }
    /// What values mean only together; nothing by default.
    ///
    /// - Throws: ``ParameterError``.
    static func check(_ settings: Settings<Self>) throws
}

extension StageParameters {
    public static var isCheckedAlone: Bool { true }
    public static func check(_ settings: Settings<Self>) throws {}

    /// All of them, in the order of their declaration.
    public static var parameters: [Parameter] {
        Mirror(reflecting: Self()).children.compactMap { child in
            guard var parameter = (child.value as? any Declaration)?.parameter else { return nil }
            parameter.stages = [stage]
            return parameter
        }
    }
}

/// A stage that reads a CLIP.
public protocol CheckpointParameters: StageParameters {
    var checkpoint: Key<FileName?> { get }
    var tokenizer: Key<FileName?> { get }
    var activation: Key<Activation?> { get }
}

/// A stage that computes with its encoders.
public protocol EncoderParameters: StageParameters {
    var precision: Key<ComputePrecision> { get }
    var device: Key<ComputeDevice> { get }
    var threads: Key<Int> { get }
}
