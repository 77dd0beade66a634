import ArgumentParser
import Parameters

/// Declarations of parameters as ArgumentParser finds options: by reflection, and by decoding.
struct DeclaredOptions {
    private let parameters: [Parameter]
    /// What a parameter's option is called.
    private let name: @Sendable (Parameter) -> String

    init(_ parameters: [Parameter], named name: @escaping @Sendable (Parameter) -> String) {
        self.parameters = parameters
        self.name = name
    }

    private struct Key: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }

        init(_ name: String) { stringValue = name }
        init?(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    /// An option per parameter, as the property wrapper that would stand for it.
    var children: [(label: String?, value: Any)] { parameters.map { (name($0), option($0)) } }

    /// The texts that were given, by the parameter's name.
    func decode(_ decoder: any Decoder) throws -> [String: String] {
        let options = try decoder.container(keyedBy: Key.self)
        var given: [String: String] = [:]
        for parameter in parameters {
            let key = Key(name(parameter))
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
        return given
    }

    private func option(_ parameter: Parameter) -> Any {
        let name = NameSpecification.customLong(name(parameter))
        let help = ArgumentHelp("\(helpText(parameter))", valueName: parameter.unit)
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
    private func helpText(_ parameter: Parameter) -> String {
        var text = parameter.summary
        if let methods = parameter.scope.text { text += " For \(methods)." }
        if parameter.kind == .list { text += " Repeatable." }
        if case .choice(let names) = parameter.kind { text += " (values: \(names.joined(separator: ", ")))" }
        if let standard = parameter.defaultsText, !parameter.isRequired { text += " (default: \(standard))" }
        return text
    }
}
