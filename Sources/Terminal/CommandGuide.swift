import FoundationEssentials
import Glibc
import Launch
import Parameters

/// What `cap` is by itself: it lists the commands, and becomes one of them.
enum CommandGuide {
    static func run(_ words: [String]) -> Never {
        switch (words.first, words.dropFirst().first) {
        case (nil, _), ("--help", _), ("-h", _), ("help", nil): say(help)
        case ("help", let word?): become(word, ["--help"])
        case ("--version", _): say(CAPVersion.current)
        // For scripts/link-commands.sh, manual pages and completions.
        case ("--commands", _):
            say(CommandName.allCases.map { "\($0.command) \($0.executable) \($0.abstract)" }.joined(separator: "\n"))
        case (let word?, _): become(word, Array(words.dropFirst()))
        }
    }

    private static func say(_ text: String) -> Never {
        Standard.output.write(text + "\n")
        Standard.finishOutput()
        exit(EXIT_SUCCESS)
    }

    /// Becomes the command `cap-WORD` that lies beside this executable.
    private static func become(_ word: String, _ arguments: [String]) -> Never {
        guard let name = CommandName(rawValue: word) else {
            let clause = Suggestion.clause(for: word, in: CommandName.allCases.map(\.rawValue))
            Standard.error.writeLines(
                """
                Error: There is no command \(word)\(clause)
                Usage: \(usage)
                  See '\(Standard.programName) --help' for more information.
                """)
            exit(EX_USAGE)
        }
        let path = OwnProgram.folder.appendingPathComponent(name.command).path
        let reason = Replacement.become([path] + arguments)
        Standard.error.writeLines("\(Standard.programName): \(path) cannot be started: \(reason)")
        exit(EXIT_FAILURE)
    }

    private static var usage: String { "\(Standard.programName) <command> [<argument> ...]" }

    private static var help: String {
        let width = CommandName.allCases.map(\.rawValue.count).max() ?? 0
        let rows = CommandName.allCases.map { name in
            "  \(name.rawValue)\(String(repeating: " ", count: width - name.rawValue.count))  \(name.abstract)"
        }
        return """
            OVERVIEW: Adapt CLIP to a task from unlabeled images.

            USAGE: \(usage)

            COMMANDS:
            \(rows.joined(separator: "\n"))

            OPTIONS:
              --version   Show the version.
              -h, --help  Show help information.

              See '\(Standard.programName) help <command>' for one of them.
              Each can be called by cap-<command> too.
            """
    }
}
