/// All parameters of all stages.
public enum Parameters {
    private static let declared: [any StageParameters.Type] = [
        DecodeParameters.self, EmbedParameters.self, DetectParameters.self, DescribeParameters.self, LabelParameters.self,
        FinetuneParameters.self, EvaluateParameters.self,
    ]

    /// Each once, with all stages that take it, in the order of the first.
    public static let all: [Parameter] = {
        var all: [Parameter] = []
        for parameter in declared.flatMap({ $0.parameters }) {
            if let place = all.firstIndex(of: parameter) {
                all[place].stages += parameter.stages
            } else {
                all.append(parameter)
            }
        }
        return all
    }()

    /// Those that `stage` takes, in the order of their declaration.
    public static func of(_ stage: Stage) -> [Parameter] {
        declared.first { $0.stage == stage }?.parameters ?? []
    }

    /// The parameter that `pipelines/` and cap-run call `name`.
    public static func named(_ name: String) -> Parameter? { byName[name] }

    /// Whether what `stage` records as `name` can change its result. What is not declared can.
    public static func isResult(_ name: String, of stage: Stage) -> Bool {
        of(stage).first { $0.recordedName == name }.map { $0.role == .result } ?? true
    }

    private static let byName = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })

    /// Checks values that belong to one stage and method together.
    ///
    /// - Throws: ``ParameterError``.
    public static func check(_ values: [String: String], of stage: Stage, in context: Parameter.Context) throws {
        func check<Declared: StageParameters>(_ type: Declared.Type) throws {
            var settings = Settings<Declared>(context)
            for (name, text) in values.sorted(by: { $0.key < $1.key }) { try settings.set(name, to: text) }
            try settings.check()
        }
        for type in declared where type.stage == stage { try check(type) }
    }
}
