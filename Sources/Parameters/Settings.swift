import Methods

/// The values of a stage's parameters: those that were given, and the defaults of the others.
///
///     var settings = Settings<FinetuneParameters>(.init(.grip))
///     settings.epochs             // 150, as GRIP's authors have it
///     settings.epochs = 20
@dynamicMemberLookup
public struct Settings<Declared: StageParameters>: Sendable {
    /// What defaults depend on.
    public var context: Parameter.Context
    private var given: [String: any ParameterValue] = [:]

    public init(_ context: Parameter.Context = .init()) {
        self.context = context
    }

    /// The value of a parameter, given or default.
    public subscript<Value>(dynamicMember key: KeyPath<Declared, Key<Value>>) -> Value {
        get {
            let parameter = Declared()[keyPath: key].parameter
            if let value = given[parameter.name] as? Value { return value }
            // A declaration's default has the type of its key.
            return parameter.standard(context) as! Value
        }
        set { give(newValue, to: Declared()[keyPath: key].parameter) }
    }

    /// Whether a parameter was given.
    public func isGiven<Value>(_ key: KeyPath<Declared, Key<Value>>) -> Bool {
        given[Declared()[keyPath: key].parameter.name] != nil
    }

    /// Sets the parameter that `pipelines/` calls `name` to what `text` stands for.
    ///
    /// - Throws: ``ParameterError`` where the stage has none of that name, or where the text is no value of it.
    public mutating func set(_ name: String, to text: String) throws {
        guard let parameter = Declared.parameters.first(where: { $0.name == name }) else {
            let names = Declared.parameters.map(\.name)
            throw ParameterError(
                problem: "\(Declared.stage.command) has no parameter \(name)\(Suggestion.clause(for: name, in: names))")
        }
        give(try parameter.value(text), to: parameter)
    }

    /// Defaults follow a method and a modality that are given.
    private mutating func give(_ value: any ParameterValue, to parameter: Parameter) {
        given[parameter.name] = value
        if let method = value as? Method { context.method = method }
        if let modality = value as? Modality { context.chosenModality = modality }
    }

    /// Refuses what was given but is not for the method, and what values mean only together.
    ///
    /// - Throws: ``ParameterError``.
    public func check() throws {
        for parameter in Declared.parameters where given[parameter.name] != nil {
            guard parameter.scope.includes(context.method) else {
                throw ParameterError(
                    parameter, problem: "is for \(parameter.scope.text ?? "others"), not for the method \(context.method.name)")
            }
        }
        try Declared.check(self)
    }

    /// Every parameter that the method has, by the name that artifacts record it under.
    public var recorded: [String: RecordedValue] {
        var recorded: [String: RecordedValue] = [:]
        for parameter in Declared.parameters where parameter.scope.includes(context.method) {
            recorded[parameter.recordedName] = (given[parameter.name] ?? parameter.standard(context)).recorded
        }
        return recorded
    }
}
