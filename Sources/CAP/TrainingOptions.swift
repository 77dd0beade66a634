import Methods
import Parameters

/// The hyperparameters of training by streams; the defaults are the authors'.
///
///     var options = TrainingOptions()
///     options.epochs = 20             // any parameter of cap-finetune
@dynamicMemberLookup
public struct TrainingOptions: Sendable {
    public var settings: Settings<FinetuneParameters>
    /// k: pseudolabels per class that training begins with.
    public var pseudolabelsPerClass = 16

    public init(_ settings: Settings<FinetuneParameters> = .init()) {
        self.settings = settings
    }

    public subscript<Value>(dynamicMember key: KeyPath<FinetuneParameters, Key<Value>>) -> Value {
        get { settings[dynamicMember: key] }
        set { settings[dynamicMember: key] = newValue }
    }

    /// Whether images learned from labels and from the model's own confidence go through one adapter.
    public var sharesAdapter: Bool {
        if case .streams(_, let sharesAdapter) = settings.context.method.training { sharesAdapter } else { false }
    }

    /// The margin of the method; of no magnitude for those without.
    public var confusionMargin: ConfusionAwareMargin {
        var magnitude = settings.margin
        if case .streams(margin: false, _) = settings.context.method.training { magnitude = 0 }
        return ConfusionAwareMargin(
            magnitude: magnitude, followsLogitScale: !settings.absoluteMargin, scaleRule: settings.marginScale,
            similarityRule: settings.marginSimilarity)
    }
}
