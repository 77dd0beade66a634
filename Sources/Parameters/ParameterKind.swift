/// What values a parameter has, as far as help and completion care.
public enum ParameterKind: Sendable, Equatable {
    case integer, number, text, file
    /// Given or not.
    case flag
    /// One of these.
    case choice([String])
    /// May be given several times; in Make and `pipelines/` with | between.
    case list
}
