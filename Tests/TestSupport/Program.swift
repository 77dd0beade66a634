import Foundation
import Parallel

/// What a program left behind.
public struct Outcome: Sendable {
    public let status: Int32
    public let output: String
    public let errors: String
}

/// A program that is being run.
public final class Program {
    public let process = Process()
    private let output = Pipe(), errors = Pipe()

    /// Starts a program.
    ///
    /// - Parameters:
    ///   - executable: its path, or a name that is looked for in PATH.
    ///   - environment: what is added to this process's; nil takes away.
    ///   - folder: where it runs; nil for here.
    ///   - input: nil for none.
    public init(
        _ executable: String, _ arguments: [String] = [], environment: [String: String?] = [:], in folder: URL? = nil,
        input: Pipe? = nil
    ) throws {
        let isPath = executable.contains("/")
        process.executableURL = URL(fileURLWithPath: isPath ? executable : "/usr/bin/env")
        process.arguments = (isPath ? [] : [executable]) + arguments
        var variables = ProcessInfo.processInfo.environment
        for (name, value) in environment { variables[name] = value }
        process.environment = variables
        if let folder { process.currentDirectoryURL = folder }
        if let input { process.standardInput = input } else { process.standardInput = FileHandle.nullDevice }
        process.standardOutput = output
        process.standardError = errors
        try process.run()
    }

    /// What it writes to its standard output.
    public var outputHandle: FileHandle { output.fileHandleForReading }

    /// Waits for its end.
    public func finish() -> Outcome {
        // Both are read at the same time: neither can fill up while the other is waited for.
        let errorData = Mutex(Data())
        let errors = errors.fileHandleForReading
        let group = DispatchGroup()
        DispatchQueue.global().async(group: group) {
            let data = errors.readDataToEndOfFile()
            errorData.withLock { $0 = data }
        }
        let outputData = output.fileHandleForReading.readDataToEndOfFile()
        group.wait()
        process.waitUntilExit()
        return Outcome(
            status: process.terminationStatus, output: String(decoding: outputData, as: UTF8.self),
            errors: String(decoding: errorData.withLock { $0 }, as: UTF8.self))
    }

    /// Runs a program to its end; see ``init(_:_:environment:in:input:)``.
    public static func run(
        _ executable: String, _ arguments: [String] = [], environment: [String: String?] = [:], in folder: URL? = nil
    ) throws -> Outcome {
        try Program(executable, arguments, environment: environment, in: folder).finish()
    }

    /// Whether a program is installed.
    public static func isInstalled(_ name: String) -> Bool {
        (try? run("sh", ["-c", "command -v \"$0\"", name]).status) == 0
    }
}
