import Methods
import Vocabulary

extension Paradigm: ParameterValue {}
extension Modality: ParameterValue {}
extension Restart: ParameterValue {}
extension LabelWeight: ParameterValue {}
extension PartialLabelLoss: ParameterValue {}
extension MarginScaleRule: ParameterValue {}
extension MarginSimilarityRule: ParameterValue {}
extension Activation: ParameterValue {}
extension Orientation: ParameterValue {}
extension Gray16: ParameterValue {}
extension Damaged: ParameterValue {}

extension Method: ParameterValue {
    public init?(parameterText text: String) {
        guard let method = Self.all.first(where: { $0.name == text }) else { return nil }
        self = method
    }

    public var parameterText: String { name }
    public var recorded: RecordedValue { .text(name) }
    public static var parameterKind: ParameterKind { .choice(all.map(\.name)) }
}
