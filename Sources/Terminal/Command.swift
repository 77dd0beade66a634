import ArgumentParser
import CInterrupt
import Foundation

/// A command whose failures are one sentence on standard error.
///
/// ```swift
/// @main
/// struct Decode: Command {
///     static let configuration = CommandConfiguration(
///         commandName: "cap-decode", abstract: "Decode images.", version: CAPVersion.current)
///     @OptionGroup var output: OutputOption
///     func run() throws { … }
/// }
/// ```
///
/// `run()` may throw any error: it is printed as `cap-decode: <sentence>` and the exit code is 1. A command line that
/// cannot be understood exits with 64, as ArgumentParser has it. An interrupt removes half-written artifacts and
/// ends the process by that signal (130 in a shell).
public protocol Command: ParsableCommand {}

/// A ``Command`` whose `run()` waits for others, such as a server.
public protocol AsyncCommand: AsyncParsableCommand {}

extension Command {
    public static func main() {
        var command = parsed()
        do {
            try command.run()
        } catch {
            end(with: error)
        }
    }
}

extension AsyncCommand {
    public static func main() async {
        var command = parsed()
        do {
            if var waiting = command as? any AsyncParsableCommand {
                try await waiting.run()
            } else {
                try command.run()
            }
        } catch {
            end(with: error)
        }
    }
}

extension ParsableCommand {
    /// The command that the command line asks for; prints help or what is wrong with it and ends otherwise.
    fileprivate static func parsed() -> any ParsableCommand {
        cinterrupt_install()
        do {
            return try parseAsRoot()
        } catch {
            exit(withError: error)
        }
    }

    fileprivate static func end(with error: any Error) -> Never {
        // A help request, a validation that failed late, or an exit code of one's own.
        guard !(error is ExitCode), exitCode(for: error) == .failure else { exit(withError: error) }
        Standard.error.writeLines("\(programName): \(ErrorSentence.describing(error))")
        Glibc.exit(EXIT_FAILURE)
    }

    private static var programName: String {
        URL(fileURLWithPath: CommandLine.arguments.first ?? "cap").lastPathComponent
    }
}
