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

    /// Where the tests run the checkout's libtorch is there too; what is installed must come first.
    @Test func installedCommandsBringTheirLibraries() throws {
        let workspace = try Workspace()
        let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("scripts/install-commands.sh")
        let process = Process()
        process.executableURL = script
        process.arguments = [Workspace.executables.path, workspace.path("prefix"), "cap-eval", "cap-inspect"]
        try process.run()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0)
        let command = workspace.folder.appendingPathComponent("prefix/bin/cap-eval").resolvingSymlinksInPath()
        let found = try libraries(of: command).filter { $0.key.contains("torch") || $0.key.contains("gomp") }
        let isCUDA = found["libtorch_cuda.so"] != nil
        #expect(found["libtorch_cpu.so"] != nil)
        let own = command.deletingLastPathComponent().path + "/"
        #expect(isCUDA || found.values.allSatisfy { $0.hasPrefix(own) }, "\(found)")
        for name in ["cap-eval", "cap-inspect"] {
            #expect(try version(workspace.folder.appendingPathComponent("prefix/bin/\(name)")) == 0)
        }
    }

    /// The exit status of a command that is asked for its version.
    private func version(_ command: URL) throws -> Int32 {
        let process = Process()
        process.executableURL = command
        process.arguments = ["--version"]
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        return process.terminationStatus
    }
}
