import Methods

/// What is declared of a parameter, whatever type its values have: everything that command lines, Make, `pipelines/`,
/// documentation and artifacts say of it.
public struct Parameter: Sendable {
    /// What it is called in `pipelines/`, in cap-run's options and in tables; unique among all stages: `split-seed`.
    public let name: String
    /// What the stage's command calls it; another name only where the stage has no other to mistake it for: `seed`.
    public let option: String
    /// The stages that take it, in their order.
    public internal(set) var stages: [Stage]
    public let role: Role
    /// The methods that have it.
    public let scope: Scope
    public let kind: ParameterKind
    /// What the value is called in help: `share`, `count`, `file`.
    public let unit: String?
    /// What it does, in a sentence.
    public let summary: String
    let read: @Sendable (String) throws -> any ParameterValue
    let standard: @Sendable (Context) -> any ParameterValue
    /// Whether the stage's command cannot do without.
    public internal(set) var isRequired = false
    /// Whether only a person may set it, and no file that came with the images: it opens other places to what came.
    public internal(set) var isOfPersons = false
    /// What stands for a default that is no value, such as "all cores".
    let standardText: String?

    /// Whether it says what comes out, or how and where.
    public enum Role: String, Sendable {
        /// Another value gives another result.
        case result
        /// A file or folder whose content gives the result, wherever it lies.
        case input
        /// How and where the same result is computed: threads, device, placement.
        case circumstance
    }

    /// What a default may depend on.
    public struct Context: Sendable, Equatable {
        public var method: Method
        /// nil for the method's own.
        public var chosenModality: Modality?

        public init(_ method: Method = .cap, modality: Modality? = nil) {
            self.method = method
            chosenModality = modality
        }

        public var modality: Modality { chosenModality ?? method.defaultModality }
    }

    /// What Make calls it: `SPLIT_SEED`.
    public var makeName: String { name.uppercased().replacing("-", with: "_") }

    /// What artifacts call it: `split_seed`.
    public var recordedName: String { option.replacing("-", with: "_") }

    /// The default, as one would write it; nil where there is none.
    public func defaultText(_ context: Context = Context()) -> String? {
        if let standardText { return standardText }
        let text = standard(context).parameterText
        return kind == .flag || text.isEmpty ? nil : text
    }

    /// The default as artifacts record it.
    public func standardValue(_ context: Context = Context()) -> RecordedValue { standard(context).recorded }

    /// The default of most methods and, behind it, those of the others: `50; 150 for supervised, fpl, ifpl, grip`.
    public var defaultsText: String? {
        let methods = Method.all.filter { $0.training != .none && scope.includes($0) }
        guard let first = methods.first(where: { $0 == .cap }) ?? methods.first else { return defaultText() }
        let usual = defaultText(Context(first))
        var others: [(text: String, methods: [String])] = []
        for method in methods {
            guard let text = defaultText(Context(method)), text != usual else { continue }
            if let place = others.firstIndex(where: { $0.text == text }) {
                others[place].methods.append(method.name)
            } else {
                others.append((text, [method.name]))
            }
        }
        let rest = others.map { "\($0.text) for \($0.methods.joined(separator: ", "))" }
        let all = [usual].compactMap { $0 } + rest
        return all.isEmpty ? nil : all.joined(separator: "; ")
    }

    /// The value that `text` stands for.
    ///
    /// - Throws: ``ParameterError`` that says what would be a value.
    public func value(_ text: String) throws -> any ParameterValue { try read(text) }
}

extension Parameter: Equatable {
    public static func == (a: Parameter, b: Parameter) -> Bool { a.name == b.name }
}

extension Parameter {
    /// Whether two texts stand for one value; nil for none.
    public func isSame(_ a: String, _ b: String?) -> Bool {
        guard let b else { return false }
        return a == b || ((try? value(a))?.recorded).map { $0 == (try? value(b))?.recorded } == true
    }
}
