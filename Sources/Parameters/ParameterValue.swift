/// A type that parameters have values of.
public protocol ParameterValue: Sendable, Equatable {
    /// The value that `text` stands for; nil if none.
    init?(parameterText text: String)
    /// The value as one would write it.
    var parameterText: String { get }
    /// The value as artifacts record it.
    var recorded: RecordedValue { get }
    static var parameterKind: ParameterKind { get }
}

/// What a value is in JSON.
public enum RecordedValue: Sendable, Equatable {
    case none
    case bool(Bool)
    case integer(Int)
    case number(Double)
    case text(String)
    case list([String])
}

extension ParameterValue where Self: RawRepresentable, RawValue == String {
    public init?(parameterText text: String) { self.init(rawValue: text) }
    public var parameterText: String { rawValue }
    public var recorded: RecordedValue { .text(rawValue) }
}

extension ParameterValue where Self: RawRepresentable & CaseIterable, RawValue == String {
    public static var parameterKind: ParameterKind { .choice(allCases.map(\.rawValue)) }
}

extension Int: ParameterValue {
    public init?(parameterText text: String) { self.init(text) }
    public var parameterText: String { "\(self)" }
    public var recorded: RecordedValue { .integer(self) }
    public static var parameterKind: ParameterKind { .integer }
}

extension UInt64: ParameterValue {
    public init?(parameterText text: String) { self.init(text) }
    public var parameterText: String { "\(self)" }
    public var recorded: RecordedValue { .integer(Int(clamping: self)) }
    public static var parameterKind: ParameterKind { .integer }
}

extension Double: ParameterValue {
    public init?(parameterText text: String) {
        guard let value = Double(text), value.isFinite else { return nil }
        self = value
    }

    public var parameterText: String {
        Int(exactly: self).map { "\($0)" } ?? "\(self)"
    }

    public var recorded: RecordedValue { .number(self) }
    public static var parameterKind: ParameterKind { .number }
}

extension Bool: ParameterValue {
    public init?(parameterText text: String) {
        switch text {
        case "1", "true", "yes", "on": self = true
        case "0", "false", "no", "off": self = false
        default: return nil
        }
    }

    public var parameterText: String { self ? "1" : "0" }
    public var recorded: RecordedValue { .bool(self) }
    public static var parameterKind: ParameterKind { .flag }
}

extension String: ParameterValue {
    public init?(parameterText text: String) {
        guard !text.isEmpty else { return nil }
        self = text
    }

    public var parameterText: String { self }
    public var recorded: RecordedValue { .text(self) }
    public static var parameterKind: ParameterKind { .text }
}

/// The name of a file or folder.
public struct FileName: ParameterValue {
    public var path: String

    public init(_ path: String) { self.path = path }

    public init?(parameterText text: String) {
        guard !text.isEmpty else { return nil }
        path = text
    }

    public var parameterText: String { path }
    public var recorded: RecordedValue { .text(path) }
    public static var parameterKind: ParameterKind { .file }
}

/// Several texts.
public struct TextList: ParameterValue {
    public var texts: [String]

    public init(_ texts: [String]) { self.texts = texts }

    /// Several are written with | between them.
    public init?(parameterText text: String) {
        texts = text.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
        guard texts.allSatisfy({ !$0.isEmpty }) else { return nil }
    }

    public var parameterText: String { texts.joined(separator: "|") }
    public var recorded: RecordedValue { .list(texts) }
    public static var parameterKind: ParameterKind { .list }
}

/// A parameter without a default may be left out.
extension Optional: ParameterValue where Wrapped: ParameterValue {
    public init?(parameterText text: String) {
        guard let value = Wrapped(parameterText: text) else { return nil }
        self = .some(value)
    }

    public var parameterText: String { self?.parameterText ?? "" }
    public var recorded: RecordedValue { self?.recorded ?? .none }
    public static var parameterKind: ParameterKind { Wrapped.parameterKind }
}
