import Terminal
import Testing

/// `cap-inspect` stands for all commands: they share how they fail.
@Suite("A command's exit codes and messages")
struct CommandTests {
    @Test("a failure is one sentence after the command's name, and exit code 1")
    func failure() throws {
        let outcome = try Inspect.run(["/no/such/file.h5"])
        #expect(outcome.status == 1)
        #expect(outcome.output == "")
        #expect(outcome.errors == "cap-inspect: /no/such/file.h5: no such file\n")
    }

    @Test(
        "a command line that is wrong exits with 64",
        arguments: [[], ["x.h5", "--nonsense"], ["x.h5", "--first=-1"]])
    func usage(arguments: [String]) throws {
        let outcome = try Inspect.run(arguments)
        #expect(outcome.status == 64)
        #expect(outcome.output == "")
        #expect(outcome.errors.hasPrefix("Error: "))
    }

    @Test("help and version are printed to standard output, and exit with 0")
    func help() throws {
        let help = try Inspect.run(["--help"])
        #expect(help.status == 0)
        #expect(help.output.contains("EXAMPLES"))
        #expect(help.errors == "")
        let version = try Inspect.run(["--version"])
        #expect(version.status == 0)
        #expect(version.output == CAPVersion.current + "\n")
    }
}
