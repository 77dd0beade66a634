import Foundation
import Testing

/// What the commands need to start.
@Suite(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/ldd"), "needs ldd"))
struct LinkingTests {
    /// The libraries that a command is loaded with, where they are found.
    private func libraries(of command: URL) throws -> [String: String] {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/ldd")
        process.arguments = [command.path]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        let lines = text.split(separator: "\n").map { $0.split(separator: " ") }.filter { $0.count > 2 && $0[1] == "=>" }
        return Dictionary(lines.map { (String($0[0].drop { $0 == "\t" }), String($0[2])) }) { first, _ in first }
    }

    /// libtorch takes a quarter of a second to load, and looking into a file is asked for often.
    @Test func looksIntoFilesWithoutLibtorch() throws {
        let others = try libraries(of: Workspace.executables.appendingPathComponent("cap-eval"))
        #expect(others["libtorch_cpu.so"] != nil)
        let inspect = try libraries(of: Workspace.executables.appendingPathComponent("cap-inspect"))
        #expect(!inspect.isEmpty)
        #expect(inspect.keys.filter { $0.contains("torch") || $0.contains("libc10") } == [])
    }
}
