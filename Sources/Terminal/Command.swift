import ArgumentParser
import CInterrupt
import Dispatch
import FoundationEssentials
import Glibc
import Outputs

/// A command whose failures are one sentence on standard error.
///
/// ```swift
/// struct Decode: Command {
///     static let configuration = CommandConfiguration(.decode, discussion: "Reads a folder of images.")
///     @OptionGroup var output: OutputOption
///     var outputs: [String] { [output.output] }
///     func run() throws { … }
/// }
/// ```
///
/// `run()` may throw any error: it is printed as `cap-decode: <sentence>` and the exit code is 1. A command line that
/// cannot be understood exits with 64, as ArgumentParser has it. An interrupt removes half-written artifacts and
/// ends the process by that signal (130 in a shell).
///
/// Before that, a command line is refused whose outputs are among its inputs, since they would be gone, and one whose outputs
/// have no place to go to, since what was computed would be lost.
public protocol Command: WritingCommand {}

/// A ``Command`` whose `run()` waits for others, such as a server.
public protocol AsyncCommand: AsyncParsableCommand, WritingCommand {}

/// What the files are that a command writes.
public protocol WritingCommand: ParsableCommand {
    /// Does what the command line asks for.
    static func main()
    /// Every file that the command line has it write; empty where it only prints.
    var outputs: [String] { get }
    /// Every folder that it writes files to, and makes where there is none.
    var outputFolders: [String] { get }
    /// Refuses outputs whose names say that they are of another kind, once it is known that none is what is read.
    func requireEndings() throws
    /// Whether the folders that it reads are those of runs, of which it reads artifacts alone.
    var readsRuns: Bool { get }
}

extension WritingCommand {
    public var outputFolders: [String] { [] }
    public var readsRuns: Bool { false }
    public func requireEndings() throws {}

    /// Refuses a file to write whose name says that it is of another kind.
    ///
    /// - Parameters:
    ///   - option: what it was given with.
    ///   - what: what is written.
    public func requireEnding(_ path: String?, of option: String, _ endings: [String], for what: String) throws {
        guard let path else { return }
        let ending = URL(fileURLWithPath: path).pathExtension.lowercased()
        guard !ending.isEmpty, !endings.contains(ending) else { return }
        throw ValidationError(
            "\(option) \(path): \(what) is written as .\(endings.joined(separator: " or .")); choose such a name.")
    }
}

extension Command {
    public static func main() {
        var command = parsed()
        do {
            try command.run()
        } catch {
            end(with: error)
        }
        Standard.finishOutput()
    }
}

extension AsyncCommand {
    /// Not asynchronous itself, since that of the executable would have to be too, and no command would run on the main thread.
    public static func main() {
        Task {
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
            Standard.finishOutput()
            Glibc.exit(EXIT_SUCCESS)
        }
        dispatchMain()
    }
}

extension ParsableCommand {
    /// The command that the command line asks for; prints help or what is wrong with it and ends otherwise.
    fileprivate static func parsed() -> any ParsableCommand {
        cinterrupt_install()
        // A reader that went away is found out by the write that fails.
        signal(SIGPIPE, SIG_IGN)
        do {
            let command = try parseAsRoot()
            if let writing = command as? any WritingCommand {
                let written = writing.outputs + writing.outputFolders
                try ExistingOutput.check(
                    written, arguments: Array(CommandLine.arguments.dropFirst()), ofRuns: writing.readsRuns)
                try writing.requireEndings()
                try writing.outputs.forEach(OutputPlace.requireFile)
                try writing.outputFolders.forEach(OutputPlace.requireFolder)
            }
            (command as? any ConfinedCommand)?.confine()
            return command
        } catch {
            end(with: error)
        }
    }

    fileprivate static func end(with error: any Error) -> Never {
        if let unchanged = error as? UnchangedOutput {
            Standard.error.writeLines("\(Standard.programName): \(unchanged.path) is up to date")
            Standard.finishOutput()
            Glibc.exit(EXIT_SUCCESS)
        }
        // A request for help or the version: printed like everything else, so that it is noticed where it is lost.
        if exitCode(for: error) == .success {
            let message = fullMessage(for: error)
            if !message.isEmpty { Standard.output.write(message + "\n") }
            Standard.finishOutput()
            Glibc.exit(EXIT_SUCCESS)
        }
        // A command line that is not understood, or an exit code of one's own.
        guard !(error is ExitCode), exitCode(for: error) == .failure else { exit(withError: error) }
        Standard.error.writeLines(
            "\(Standard.programName): \(SpokenNames.spoken(ErrorSentence.describing(error)))")
        Glibc.exit(EXIT_FAILURE)
    }
}
