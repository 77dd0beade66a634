import Foundation
import Terminal
import TestSupport
import Testing

@Suite("Commands in the executables that hold them")
struct ExecutableTests {
    private func run(_ executable: String, _ words: [String]) throws -> Outcome {
        try Program.run(Repository.command(executable), words)
    }

    @Test("each is a folder of Sources, and a link that answers in its own name", arguments: CommandName.allCases)
    func links(name: CommandName) throws {
        #expect(FileManager.default.fileExists(atPath: Repository.file("Sources/\(name.command)").path))
        let link = try FileManager.default.destinationOfSymbolicLink(atPath: Repository.command(name.command))
        #expect(link == name.executable)
        let help = try run(name.command, ["--help"]).output
        #expect(help.contains("USAGE: \(name.command) ") && !help.contains("COMMANDS:\n  run "))
    }

    @Test("an executable by its own name lists them all", arguments: [[], ["--help"], ["-h"], ["help"]])
    func list(words: [String]) throws {
        for executable in ["cap", "cap-torch"] {
            let outcome = try run(executable, words)
            #expect(outcome.status == 0 && outcome.errors.isEmpty)
            for name in CommandName.allCases {
                let isListed = outcome.output.split(separator: "\n").contains {
                    $0.hasPrefix("  \(name.rawValue) ") && $0.hasSuffix("  \(name.abstract)")
                }
                #expect(isListed, "\(name)")
            }
        }
    }

    @Test("and becomes one of them", arguments: ["cap", "cap-torch"]) func becoming(executable: String) throws {
        for name in [CommandName.inspect, .eval] {
            let (wanted, found) = try (run(name.command, ["--nonsense"]), run(executable, [name.rawValue, "--nonsense"]))
            #expect(found.status == 64 && found.errors == wanted.errors)
            #expect(try run(executable, ["help", name.rawValue]).output == run(name.command, ["--help"]).output)
        }
        let failed = try run(executable, ["inspect", "/no/such/file.h5"])
        #expect(failed.status == 1)
        #expect(failed.errors == "cap-inspect: /no/such/file.h5: no such file\n")
    }

    @Test("what is no command is a wrong command line", arguments: ["cap", "cap-torch"]) func unknown(executable: String) throws {
        let outcome = try run(executable, ["decod", "pictures"])
        #expect(outcome.status == 64 && outcome.output.isEmpty)
        let lines = outcome.errors.split(separator: "\n")
        #expect(lines.first == "Error: There is no command decod; did you mean decode?")
        #expect(lines.dropFirst().first?.hasPrefix("Usage: \(executable) <command>") == true)
    }
}
