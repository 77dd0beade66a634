import ArgumentParser
import Parameters

/// The options of a stage's command, made from the declarations of its parameters.
///
///     @OptionGroup var parameters: ParameterOptions<FinetuneParameters>
///
///     stage.settings = try parameters.settings
///
/// ArgumentParser finds options by reflection; what it finds here are options made from the declarations, so that one can be
/// added without a property of its own.
public struct ParameterOptions<Declared: StageParameters>: ParsableArguments, CustomReflectable {
    /// What was given, by the name of the parameter.
    private var given: [String: String] = [:]

    public init() {}

    public init(from decoder: any Decoder) throws {
        let options = try decoder.container(keyedBy: OptionName.self)
        for parameter in Declared.parameters {
            let key = OptionName(parameter)
            switch parameter.kind {
            case .flag:
                if try options.decode(Bool.self, forKey: key) { given[parameter.name] = true.parameterText }
            case .list:
                let texts = try options.decode([String].self, forKey: key)
                if !texts.isEmpty { given[parameter.name] = TextList(texts).parameterText }
            default:
                if let text = try options.decodeIfPresent(String.self, forKey: key) { given[parameter.name] = text }
            }
        }
    }

    public var customMirror: Mirror {
        Mirror(
            self,
            children: Declared.parameters.map { parameter -> (label: String?, value: Any) in
                (OptionName(parameter).stringValue, Self.option(parameter))
            })
    }

    public func validate() throws {
        _ = try settings
    }

    /// The values that were given, and the defaults of the others.
    ///
    /// - Throws: `ValidationError` where something is no value of its parameter, or not for the method.
    public var settings: Settings<Declared> {
        get throws {
            do {
                var settings = Settings<Declared>()
                for (name, text) in given { try settings.set(name, to: text) }
                if Declared.isCheckedAlone { try settings.check() }
                return settings
            } catch let error as ParameterError {
                throw ValidationError(error.text(.option) + ".")
            }
        }
    }

    // MARK: - What ArgumentParser sees

    private struct OptionName: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }

        init(_ parameter: Parameter) { stringValue = parameter.option }
        init?(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    private static func option(_ parameter: Parameter) -> Any {
        let name = NameSpecification.customLong(parameter.option)
        let help = ArgumentHelp(helpText(parameter), valueName: parameter.unit)
        let completion: CompletionKind? =
            switch parameter.kind {
            case .choice(let names): .list(names)
            case .file: .file()
            default: nil
            }
        switch parameter.kind {
        case .flag: return Flag<Bool>(wrappedValue: false, name: name, help: help)
        case .list: return Option<[String]>(wrappedValue: [], name: name, help: help, completion: completion)
        case _ where parameter.isRequired: return Option<String>(name: name, help: help, completion: completion)
        default: return Option<String?>(name: name, help: help, completion: completion)
        }
    }

    /// What it does, whom it is for, what it may be and what it is otherwise.
    private static func helpText(_ parameter: Parameter) -> String {
        var text = parameter.summary
        if let methods = parameter.scope.text { text += " For \(methods)." }
        if parameter.kind == .list { text += " Repeatable." }
        if case .choice(let names) = parameter.kind { text += " (values: \(names.joined(separator: ", ")))" }
        if let standard = parameter.defaultsText, !parameter.isRequired { text += " (default: \(standard))" }
        return text
    }
}
