import Foundation
import TestSupport
import Testing

@Suite("What the standard output does not take is not success")
struct LostOutputTests {
    private func run(_ arguments: [String], into output: Any) throws -> (
        status: Int32, reason: Process.TerminationReason, error: String
    ) {
        let process = Process()
        let error = Pipe()
        process.executableURL = Repository.executables.appendingPathComponent("cap-inspect")
        process.arguments = arguments
        process.standardOutput = output
        process.standardError = error
        try process.run()
        if let pipe = output as? Pipe { try pipe.fileHandleForReading.close() }
        let said = error.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (process.terminationStatus, process.terminationReason, String(decoding: said, as: UTF8.self))
    }

    static let all = [
        ["FILE"], ["FILE", "--json"], ["FILE", "--value", "classes/name"], ["FILE", "--csv", "classes/name"], ["--help"],
        ["--version"], ["--generate-completion-script", "bash"], ["--experimental-dump-help"],
    ]

    private func arguments(_ template: [String]) throws -> [String] {
        let file = try HostileFileTests.fixture("escape")
        return template.map { $0 == "FILE" ? file : $0 }
    }

    @Test("a full disk", arguments: all)
    func full(template: [String]) throws {
        let device = try #require(FileHandle(forWritingAtPath: "/dev/full"))
        let outcome = try run(arguments(template), into: device)
        #expect(outcome.status == 1)
        #expect(outcome.error == "cap-inspect: the standard output cannot be written: the disk is full\n")
    }

    @Test("a reader that went away", arguments: all)
    func gone(template: [String]) throws {
        let pipe = Pipe()
        // Nobody can read from it before the command starts.
        try pipe.fileHandleForReading.close()
        let outcome = try run(arguments(template), into: pipe.fileHandleForWriting)
        #expect(outcome.status == 1 && outcome.reason == .exit)
        #expect(outcome.error == "")
    }
}
