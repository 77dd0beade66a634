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

extension Command {
    public static func main() {
        cinterrupt_install()
        var command: any ParsableCommand
        do {
            command = try parseAsRoot()
        } catch {
            exit(withError: error)
        }
        do {
            try command.run()
        } catch let error where error is ExitCode || exitCode(for: error) != .failure {
            // A help request, a validation that failed late, or an exit code of one's own.
            exit(withError: error)
        } catch {
            Standard.error.write("\(programName): \(Sentence.describing(error))\n")
            Glibc.exit(EXIT_FAILURE)
        }
    }

    private static var programName: String {
        URL(fileURLWithPath: CommandLine.arguments.first ?? "cap").lastPathComponent
    }
}
