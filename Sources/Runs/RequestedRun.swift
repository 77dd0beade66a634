import Essentials
import FoundationEssentials
import Parameters

/// How a person asked for a run: by Make or by cap-run. The stages, which those start, are told by the environment, so that what
/// they advise can be said in the same words.
public struct RequestedRun: Codable, Sendable, Equatable {
    /// The environment's variable.
    public static let variable = "CAP_REQUEST"

    /// The command, program first: `make`, goal and variables, or `cap-run` and its arguments.
    public let words: [String]
    /// The folder that artifacts go to, as the person called it.
    public let runs: String

    public init(words: [String], runs: String) {
        self.words = words
        self.runs = runs
    }

    /// What this process was told; nil where a person started it.
    public static var ofThisProcess: RequestedRun? {
        ProcessInfo.processInfo.environment[variable].flatMap {
            try? JSONDecoder().decode(RequestedRun.self, from: Data($0.utf8))
        }
    }

    /// As the environment has it.
    public var text: String {
        get throws { try String(decoding: JSONEncoder().encode(self), as: UTF8.self) }
    }

    private var isMake: Bool { words.first == "make" }

    /// The same command.
    public var command: String { ShellWord.line(words) }

    /// The same command with another value of a parameter.
    public func command(with parameter: Parameter, _ value: String) -> String {
        guard isMake else {
            return ShellWord.line(Self.replacing("--" + parameter.name, of: parameter, in: words, with: value))
        }
        let assignment = parameter.makeName + "="
        let value = parameter.kind == .flag ? "1" : value
        return ShellWord.line(words.filter { !$0.hasPrefix(assignment) } + [assignment + value])
    }

    /// A command's words with another value of an option.
    static func replacing(_ option: String, of parameter: Parameter, in words: [String], with value: String) -> [String] {
        let isFlag = parameter.kind == .flag
        var kept: [String] = []
        var isValue = false
        for word in words {
            if isValue {
                isValue = false
            } else if word == option {
                isValue = !isFlag
            } else if !word.hasPrefix(option + "=") {
                kept.append(word)
            }
        }
        return kept + (isFlag ? [option] : [option, value])
    }

    /// A file of the run as the person would name it.
    public func path(_ file: String) -> String {
        file.hasPrefix("/") ? file : runs.appendingPath(file)
    }
}
