import Foundation
import Parameters

/// What a person writes who runs a command by way of Make: variables in place of options.
public enum MakeNames {
    /// Whether Make runs the command: it says so with the environment variable `CAP_MAKE`.
    public static let isMake = !(ProcessInfo.processInfo.environment["CAP_MAKE"] ?? "").isEmpty

    /// Make's variables by the options that stand for them.
    private static let variables = Dictionary(Parameters.all.map { ("--" + $0.option, $0.makeName) }) { first, _ in first }

    /// A sentence for the person at the keyboard, with Make's names where Make runs: "raise MAX_TOKENS=" for "raise
    /// --max-tokens", "DEPTH=4" for "--depth 4".
    public static func spoken(_ sentence: String, isMake: Bool = Self.isMake) -> String {
        guard isMake, sentence.contains("--") else { return sentence }
        return sentence.replacing(/(?<option>--[a-z][a-z\-]*[a-z]|--k)(?![\w\-])(?: (?=[0-9A-Z"']))?/) { match in
            variables[String(match.option)].map { $0 + "=" } ?? String(match.output.0)
        }
    }
}

extension Standard {
    /// Says something in the name of a command, in words for the person who runs it.
    public func note(_ command: String, _ sentence: String) {
        writeLines("\(command): \(MakeNames.spoken(sentence))")
    }
}
