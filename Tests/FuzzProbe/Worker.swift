import ArgumentParser
import Foundation

/// Tries one kind of file in this process, and prints a line before and after each try: its number, and what became of it. What
/// ends this process is for the campaign that started it to notice.
struct Worker: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "work", abstract: "Try one kind, for a campaign.")

    @Option var kind: String
    @Option var seed: UInt64
    @Option var first: Int
    @Option var end: Int
    @Option var folder: String
    @Option(name: .customLong("run")) var finishedRun: String
    /// Writes the file of the try `first` there and ends.
    @Option var save: String?

    func run() throws {
        guard let kind = (FuzzedKind.all + [.faulty]).first(where: { $0.name == self.kind }) else {
            throw ValidationError("There is no such kind.")
        }
        signal(SIGPIPE, SIG_IGN)
        let place = URL(fileURLWithPath: folder, isDirectory: true)
        try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
        let tries = try kind.prepare(
            Workshop(
                folder: place, run: URL(fileURLWithPath: finishedRun),
                programs: URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent(), seed: seed))
        if let save { return try Data(tries.damaged(first)).write(to: URL(fileURLWithPath: save)) }
        for number in first..<end {
            say("\(number)")
            let bytes = try tries.damaged(number)
            switch try tries.read(bytes, number) {
            case .taken: say("taken \(Self.peak)")
            case .refused: say("refused \(Self.peak)")
            case .wrong(let what): say("wrong \(Self.peak) \(what.split(whereSeparator: \.isNewline).joined(separator: " | "))")
            }
        }
    }

    private func say(_ line: String) {
        var line = line + "\n"
        line.withUTF8 { _ = write(STDOUT_FILENO, $0.baseAddress, $0.count) }
    }

    /// The most memory that this process, or one that it started, ever held, in KiB.
    private static var peak: Int {
        [RUSAGE_SELF, RUSAGE_CHILDREN].map { who in
            var usage = rusage()
            getrusage(who.rawValue, &usage)
            return Int(usage.ru_maxrss)
        }.max() ?? 0
    }
}
