/// The declaration of a parameter with the type of its values: one line says all that is to be known of it.
///
///     public struct FinetuneParameters: StageParameters {
///         public let threshold = Key<Double>(
///             "tau", .below1, scope: .streams, default: 0.85, "Confidence above which an unlabeled image counts.")
///
///     settings.threshold      // 0.85, or what was given
public struct Key<Value: ParameterValue>: Sendable {
    public private(set) var parameter: Parameter

    /// - Parameters:
    ///   - name: see ``Parameter/name``.
    ///   - option: what the stage's command calls it, where that is another name.
    ///   - bounds: of numbers.
    ///   - standardText: what stands for the default where it is no value.
    ///   - standard: the default by method and modality.
    public init(
        _ name: String, option: String? = nil, _ bounds: Bounds? = nil, role: Parameter.Role = .result,
        scope: Parameter.Scope = .all, unit: String? = nil, standardText: String? = nil,
        by standard: @escaping @Sendable (Parameter.Context) -> Value, _ summary: String
    ) {
        let kind = Value.parameterKind
        parameter = Parameter(
            name: name, option: option ?? name, stages: [], role: role, scope: scope, kind: kind, unit: unit,
            summary: summary,
            read: { text in
                guard let value = Value(parameterText: text) else {
                    throw ParameterError(name, problem: "\(Self.expectation(kind)), not \"\(text)\"", option: option ?? name)
                }
                if let bounds, let number = Self.number(value), !bounds.holds(number) {
                    throw ParameterError(name, problem: "\(bounds.rule), not \(text)", option: option ?? name)
                }
                return value
            }, standard: standard, standardText: standardText)
    }

    /// A parameter whose default is the same for all methods.
    public init(
        _ name: String, option: String? = nil, _ bounds: Bounds? = nil, role: Parameter.Role = .result,
        scope: Parameter.Scope = .all, unit: String? = nil, standardText: String? = nil, default value: Value,
        _ summary: String
    ) {
        self.init(
            name, option: option, bounds, role: role, scope: scope, unit: unit, standardText: standardText,
            by: { _ in value }, summary)
    }

    /// The same parameter for a stage that cannot do without.
    func required() -> Key {
        var key = self
        key.parameter.isRequired = true
        return key
    }

    /// The same parameter, left to persons: see ``Parameter/isOfPersons``.
    func ofPersons() -> Key {
        var key = self
        key.parameter.isOfPersons = true
        return key
    }

    private static func number(_ value: Value) -> Double? {
        switch value.recorded {
        case .integer(let number): Double(number)
        case .number(let number): number
        default: nil
        }
    }

    private static func expectation(_ kind: ParameterKind) -> String {
        switch kind {
        case .integer: "is a whole number"
        case .number: "is a number"
        case .text, .file: "needs a value"
        case .flag: "is 1 or 0"
        case .choice(let names): "is one of \(names.joined(separator: ", "))"
        case .list: "needs texts"
        }
    }
}

/// A ``Key`` of any type.
protocol Declaration {
    var parameter: Parameter { get }
}

extension Key: Declaration {}
