import Foundation
import Testing

/// `cap-inspect` stands for all commands: they share how they fail.
@Suite("A command's exit codes and messages")
struct CommandTests {
    struct Outcome {
        let status: Int32
        let output: String
        let error: String
    }

    /// Runs the command that was built beside the tests.
    func inspect(_ arguments: [String]) throws -> Outcome {
        let folder = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
        let process = Process()
        let output = Pipe()
        let error = Pipe()
        process.executableURL = folder.appendingPathComponent("cap-inspect")
        process.arguments = arguments
        process.standardOutput = output
        process.standardError = error
        try process.run()
        let outputData = output.fileHandleForReading.readDataToEndOfFile()
        let errorData = error.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return Outcome(
            status: process.terminationStatus, output: String(decoding: outputData, as: UTF8.self),
            error: String(decoding: errorData, as: UTF8.self))
    }

    @Test("a failure is one sentence after the command's name, and exit code 1")
    func failure() throws {
        let outcome = try inspect(["/no/such/file.h5"])
        #expect(outcome.status == 1)
        #expect(outcome.output == "")
        #expect(outcome.error == "cap-inspect: /no/such/file.h5: no such file\n")
    }

    @Test("a command line that is wrong exits with 64", arguments: [[], ["x.h5", "--nonsense"], ["x.h5", "--values=-1"]])
    func usage(arguments: [String]) throws {
        let outcome = try inspect(arguments)
        #expect(outcome.status == 64)
        #expect(outcome.output == "")
        #expect(outcome.error.hasPrefix("Error: "))
    }

    @Test("help and version are printed to standard output, and exit with 0")
    func help() throws {
        let help = try inspect(["--help"])
        #expect(help.status == 0)
        #expect(help.output.contains("EXAMPLES"))
        #expect(help.error == "")
        let version = try inspect(["--version"])
        #expect(version.status == 0)
        #expect(version.output == "0.1.0\n")
    }
}
