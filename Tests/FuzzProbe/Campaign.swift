import ArgumentParser
import Foundation
import Parallel
import TestSupport

/// Tries of every kind, each kind in processes of its own: what ends one, keeps it computing for 20 s or takes 1.5 GB of memory is a
/// fault, and so is what was wrong to a kind's own judgement.
struct Campaign: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "campaign", abstract: "Try every kind and print a table; ends with 1 where there was a fault.")

    @Argument(help: "Folder to work in.")
    var folder: String

    @Option(name: .customLong("run"), help: "A finished run, as scripts/small-run.sh makes it.")
    var finishedRun: String

    @Option(help: "Images to try; of the other kinds their share.")
    var count = 2000

    @Option(help: "Seconds after which nothing new is begun; 0 for no end.")
    var seconds = 0.0

    @Option(help: "Seed of the damage.")
    var seed: UInt64 = 1

    @Option(help: "Kinds at a time.")
    var jobs = 2

    @Option(help: "Kinds to try, all otherwise.")
    var kinds: [String] = []

    @Option(help: "MB that a process may hold; more for a build with a sanitizer.")
    var memory = 1500

    func run() throws {
        let known = FuzzedKind.all + [.faulty]
        guard kinds.allSatisfy({ name in known.contains { $0.name == name } }) else {
            throw ValidationError("Kinds are \(FuzzedKind.all.map(\.name).joined(separator: "; ")).")
        }
        let chosen = kinds.isEmpty ? FuzzedKind.all : known.filter { kinds.contains($0.name) }
        let place = URL(fileURLWithPath: folder, isDirectory: true)
        try FileManager.default.createDirectory(at: place.appendingPathComponent("failing"), withIntermediateDirectories: true)
        let trials = Trials(
            folder: place, run: finishedRun, seed: seed, count: count,
            seconds: seconds / Double(max(1, chosen.count)) * Double(min(jobs, chosen.count)), mostKilobytes: memory << 10)
        let tallies = Mutex<[Tally]>([])
        try concurrently(chosen.count, threads: jobs) { index in
            let tally = try trials.tally(of: chosen[index])
            tallies.withLock { $0.append(tally) }
        }
        let order = chosen.map(\.name)
        let all = tallies.withLock { $0 }.sorted { order.firstIndex(of: $0.name) ?? 0 < order.firstIndex(of: $1.name) ?? 0 }
        print(Tally.table(all, seed: seed))
        guard all.allSatisfy({ $0.faults.isEmpty }) else { throw ExitCode.failure }
    }
}

/// Tries kinds in processes that may end.
private struct Trials: Sendable {
    let folder: URL
    let run: String
    let seed: UInt64
    let count: Int
    /// For each kind; 0 for no end.
    let seconds: Double
    let mostKilobytes: Int

    func tally(of kind: FuzzedKind) throws -> Tally {
        var tally = Tally(name: kind.name)
        let start = ContinuousClock.now
        let all = Int((Double(count) * kind.share).rounded(.up))
        var first = 0
        while first < all, seconds == 0 || ContinuousClock.now - start < .seconds(seconds) {
            // Short enough that a kind of slow tries notices the end of its time.
            first = try work(kind, first..<min(all, first + max(100, Int(2000 * kind.share))), &tally)
        }
        tally.seconds = (ContinuousClock.now - start) / .seconds(1)
        return tally
    }

    private func arguments(_ kind: FuzzedKind, _ range: Range<Int>) -> [String] {
        [
            "work", "--kind", kind.name, "--seed", "\(seed)", "--first", "\(range.lowerBound)", "--end", "\(range.upperBound)",
            "--folder", folder.appendingPathComponent(plain(kind.name)).path, "--run", run,
        ]
    }

    private func plain(_ name: String) -> String { name.replacing(/[^a-zA-Z0-9.-]+/, with: "-") }

    /// Tries a range in one process, as far as it goes.
    ///
    /// - Returns: The number of the next try.
    private func work(_ kind: FuzzedKind, _ range: Range<Int>, _ tally: inout Tally) throws -> Int {
        // What libraries say of damage goes to a file, since nobody reads it meanwhile.
        let log = folder.appendingPathComponent("\(plain(kind.name)).log").path
        let worker = try Program(
            "sh", ["-c", "exec \"$0\" \"$@\" 2>'\(log)'", CommandLine.arguments[0]] + arguments(kind, range),
            environment: ["SWIFT_BACKTRACE": "enable=no"])
        var lines = Lines(worker.outputHandle.fileDescriptor)
        var begun: (number: Int, at: ContinuousClock.Instant)?
        var next = range.lowerBound
        var fault: String?
        var before = 0.0
        reading: while fault == nil {
            switch lines.next(patience: 1000) {
            case .line(let line):
                guard let current = begun else {
                    begun = Int(line).map { ($0, .now) }
                    before = processorSeconds(worker.process.processIdentifier)
                    continue
                }
                let words = line.split(separator: " ", maxSplits: 2).map(String.init)
                let kilobytes = words.count > 1 ? Int(words[1]) ?? 0 : 0
                tally.count(words[0], after: (ContinuousClock.now - current.at) / .seconds(1), kilobytes: kilobytes)
                if words[0] == "wrong" { fault = "wrong: \(words.last ?? "")" }
                if kilobytes > mostKilobytes { fault = "memory: \(kilobytes >> 10) MB" }
                next = current.number + 1
                if fault == nil { begun = nil }
            case .end: break reading
            case .nothing:
                // Other work on the machine stretches time, but not the processor's.
                guard let begun, ContinuousClock.now - begun.at > .seconds(20) else { continue }
                let used = processorSeconds(worker.process.processIdentifier) - before
                if used > 20 || ContinuousClock.now - begun.at > .seconds(200) { fault = "hang" }
            }
        }
        if fault != nil { kill(worker.process.processIdentifier, SIGKILL) }
        let outcome = worker.finish()
        if fault == nil && (worker.process.terminationReason == .uncaughtSignal || outcome.status != 0) {
            let said = (try? String(contentsOfFile: log, encoding: .utf8)) ?? ""
            fault = "ends with \(outcome.status): \(said.suffix(400).split(whereSeparator: \.isNewline).joined(separator: " | "))"
        }
        guard let fault else { return next }
        let number = begun?.number ?? next
        let saved = folder.appendingPathComponent("failing/\(plain("\(kind.name)-\(seed)-\(number)"))").path
        _ = try Program.run(CommandLine.arguments[0], arguments(kind, number..<number) + ["--save", saved])
        FileHandle.standardError.write(Data("\(kind.name) \(number): \(fault)\n  kept in \(saved)\n".utf8))
        tally.faults.append(fault)
        return number + 1
    }
}

/// Seconds that a process, and those that it waited for, have computed.
private func processorSeconds(_ process: pid_t) -> Double {
    guard let text = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8) else { return 0 }
    // Behind the name, which may hold anything.
    let fields = (text.split(separator: ")").last ?? "").split(separator: " ")
    let ticks = fields.dropFirst(11).prefix(4).compactMap { Double($0) }.reduce(0, +)
    return ticks / Double(sysconf(Int32(_SC_CLK_TCK)))
}

/// What became of the tries of a kind.
struct Tally {
    let name: String
    private var counts: [String: Int] = [:]
    var faults: [String] = []
    var seconds = 0.0
    /// The most memory, in KiB.
    var peak = 0
    private var slowest = 0.0

    init(name: String) { self.name = name }

    mutating func count(_ verdict: String, after seconds: Double, kilobytes: Int) {
        counts[verdict, default: 0] += 1
        slowest = max(slowest, seconds)
        peak = max(peak, kilobytes)
    }

    static func table(_ tallies: [Tally], seed: UInt64) -> String {
        func cells(_ tally: Tally) -> [String] {
            let ended = tally.faults.count { $0.hasPrefix("ends") || $0 == "hang" }
            return [
                tally.name, "\(tally.counts.values.reduce(0, +) + ended)", "\(tally.counts["taken"] ?? 0)",
                "\(tally.counts["refused"] ?? 0)", "\(tally.faults.count)", String(format: "%.2f", tally.slowest),
                "\(tally.peak >> 10)", String(format: "%.0f", tally.seconds),
            ]
        }
        let rows = [["kind", "tries", "taken", "refused", "faults", "slowest, s", "most, MB", "time, s"]] + tallies.map(cells)
        let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        let lines = rows.map { row in
            zip(row, widths).enumerated().map { column, cell in
                let filling = String(repeating: " ", count: cell.1 - cell.0.count)
                return column == 0 ? cell.0 + filling : filling + cell.0
            }.joined(separator: "  ")
        }
        let faults = tallies.reduce(0) { $0 + $1.faults.count }
        return lines.joined(separator: "\n") + "\nseed \(seed): \(faults == 0 ? "no fault" : "\(faults) faults")"
    }
}

/// The lines that a process writes, waited for with patience.
private struct Lines {
    enum Next { case line(String), end, nothing }

    private let descriptor: Int32
    private var pending: [UInt8] = []

    init(_ descriptor: Int32) { self.descriptor = descriptor }

    mutating func next(patience milliseconds: Int32) -> Next {
        while true {
            if let end = pending.firstIndex(of: UInt8(ascii: "\n")) {
                defer { pending.removeSubrange(...end) }
                return .line(String(decoding: pending[..<end], as: UTF8.self))
            }
            var request = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            guard poll(&request, 1, milliseconds) > 0 else { return .nothing }
            var buffer = [UInt8](repeating: 0, count: 4096)
            let count = read(descriptor, &buffer, buffer.count)
            guard count > 0 else { return .end }
            pending += buffer[..<count]
        }
    }
}
