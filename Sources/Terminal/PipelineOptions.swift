import ArgumentParser
import Parameters

/// Options for the parameters of all stages at once, under the names that they have in `pipelines/`.
public struct PipelineOptions<Choice: ParameterChoice>: ParsableArguments, CustomReflectable {
    /// What was given, by the name of the parameter.
    public private(set) var given: [String: String] = [:]

    public init() {}

    public init(from decoder: any Decoder) throws {
        given = try DeclaredOptions(Choice.parameters, named: \.name).decode(decoder)
    }

    public var customMirror: Mirror {
        Mirror(self, children: DeclaredOptions(Choice.parameters, named: \.name).children)
    }
}

/// Which parameters there are options for.
public protocol ParameterChoice: Sendable {
    static var parameters: [Parameter] { get }
}
