/// How k, the number of pseudolabels per class, goes from round to round.
public enum Schedule: String, Sendable, CaseIterable, ParameterValue {
    case fixed, growing
}
