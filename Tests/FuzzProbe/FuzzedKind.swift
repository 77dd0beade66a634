import Foundation
import TestSupport

/// A kind of file: good examples and their damage, and what reads it.
struct FuzzedKind: Sendable {
    let name: String
    /// Tries of it for each image that is tried.
    let share: Double
    /// Gets ready in a folder of its own.
    let prepare: @Sendable (Workshop) throws -> Tries

    /// What is tried, by numbers that give the same every time.
    struct Tries {
        let damaged: (_ number: Int) throws -> [UInt8]
        let read: (_ bytes: [UInt8], _ number: Int) throws -> Verdict

        /// Tries of a file that lies at `path`, read by what throws where it does not take it.
        static func file(
            _ path: String, damaged: @escaping (_ number: Int) throws -> [UInt8], read: @escaping () throws -> Void
        ) -> Tries {
            Tries(damaged: damaged) { bytes, _ in
                try Data(bytes).write(to: URL(fileURLWithPath: path))
                return Verdict(of: read)
            }
        }
    }

    enum Verdict {
        case taken
        /// Said in a sentence.
        case refused
        /// Neither an end in a sentence nor the content that was written.
        case wrong(String)
    }
}

extension FuzzedKind.Verdict {
    /// What became of a reading.
    init(of read: () throws -> Void) {
        do {
            try read()
            self = .taken
        } catch {
            let sentence = "\(error)"
            self = sentence.isEmpty || sentence.contains("\n") ? .wrong("no sentence: \(sentence.prefix(200))") : .refused
        }
    }
}

/// Where a campaign works, and with what.
struct Workshop: Sendable {
    /// A folder for this kind alone.
    let folder: URL
    /// A finished run, which scripts/small-run.sh makes.
    let run: URL
    /// Where the commands are.
    let programs: URL
    let seed: UInt64

    func path(_ name: String) -> String { folder.appendingPathComponent(name).path }

    /// The seed of a try.
    func seed(_ number: Int) -> UInt64 { seed &* 0x9E37_79B9_7F4A_7C15 &+ UInt64(number) }

    /// Damage of any kind.
    func damage(_ number: Int, _ others: [[UInt8]]) -> Damage { Damage(seed: seed(number), others: others) }

    func json(_ number: Int) -> JSONDamage { JSONDamage(seed: seed(number)) }

    /// A copy of a folder of the repository.
    func copy(_ fixture: String) throws -> URL {
        let source = Repository.file(fixture)
        let target = folder.appendingPathComponent(source.lastPathComponent)
        try? FileManager.default.removeItem(at: target)
        try FileManager.default.copyItem(at: source, to: target)
        return target
    }

    /// Runs a command of CAP's, which may compute for 20 s.
    func command(_ name: String, _ arguments: [String]) throws -> Outcome {
        try Program.run(
            "sh", ["-c", "ulimit -t 20; exec \"$0\" \"$@\"", programs.appendingPathComponent(name).path] + arguments,
            environment: ["SWIFT_BACKTRACE": "enable=no"], in: folder)
    }
}

/// The bytes of a file.
func bytes(_ url: URL) throws -> [UInt8] { try [UInt8](Data(contentsOf: url)) }

extension FuzzedKind {
    static let all: [FuzzedKind] = [images, artifacts] + checkpoints + dataSets + answers + [servers]
}

extension FuzzedKind {
    /// A reader that does harm in every way, for the test of the campaign itself; not among all.
    static let faulty = FuzzedKind(name: "faulty", share: 0.1) { _ in
        Tries {
            [UInt8($0 % 256)]
        } read: { bytes, _ in
            switch bytes[0] {
            case 2: abort()
            case 4: return .wrong("no sentence: \n")
            case 6:
                let held = [UInt8](repeating: 1, count: 1_700_000_000)
                return held[Int(bytes[0])] == 1 ? .taken : .refused
            default: return .refused
            }
        }
    }
}
