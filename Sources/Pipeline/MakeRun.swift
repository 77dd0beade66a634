import Essentials
import FoundationEssentials
import Glibc
import Launch
import Runs

/// Has Make run a plan: its jobs, its -n and -k and its handling of interrupts are Make's own.
public struct MakeRun {
    private let plan: Plan
    private let shown: String
    /// Options of Make besides those in the environment, such as `-j4`.
    private let options: [String]
    /// What the person typed.
    private let words: [String]

    /// - Parameters:
    ///   - words: the command as the person typed it, program first: what stages advise is said in its words.
    ///   - shown: how the folder of runs is called in what is printed.
    public init(_ plan: Plan, of words: [String], showing shown: String, options: [String] = []) {
        self.plan = plan
        self.words = words
        self.shown = shown
        self.options = options
    }

    /// Whether the environment or the options ask only for what would be done.
    public static func isDry(_ options: [String] = []) -> Bool {
        let flags = ProcessInfo.processInfo.environment["MAKEFLAGS"] ?? ""
        // The first word has the letters of all options that are letters.
        let letters = flags.split(separator: " ", omittingEmptySubsequences: false).first ?? ""
        return !letters.hasPrefix("-") && letters.contains("n") || options.contains("-n")
    }

    /// Becomes Make; returns only where that fails.
    ///
    /// - Throws: ``PipelineError``.
    public func execute() throws -> Never {
        let isDry = Self.isDry(options)
        let makefile = Data(plan.makefile(showing: shown).utf8)
        if !isDry {
            do {
                try FileManager.default.createDirectory(at: plan.runs, withIntermediateDirectories: true)
                // For people to read; what Make reads is its own, so that another plan at the same time is not in the way.
                try makefile.write(to: plan.runs.appendingPathComponent("plan.mk"), options: .atomic)
            } catch {
                throw PipelineError("\(plan.runs.path): cannot be written: \(SystemReason.text(error))")
            }
        }
        let descriptor = try hold(makefile)
        // Where nothing was made yet there is no folder to go to; a dry run looks at none of its files.
        let folder = FileManager.default.fileExists(atPath: plan.runs.path) ? plan.runs.path : "/"
        let command =
            ["make", "--no-print-directory", "--no-builtin-rules", "-C", folder, "-f", "/dev/fd/\(descriptor)"] + options
            + plan.phonyGoals
        setenv("CAP_CALLER", words[0], 1)
        setenv("CAP_RUNS", shown, 1)
        // Those of a table or a single artifact are not the words for each of its runs.
        if plan.goals.count == 1, plan.goals[0].report != nil {
            setenv(RequestedRun.variable, try RequestedRun(words: words, runs: shown).text, 1)
        } else {
            unsetenv(RequestedRun.variable)
        }
        setenv("MAKEFLAGS", Self.flagsAlone(ProcessInfo.processInfo.environment["MAKEFLAGS"] ?? ""), 1)
        // Make ends with 2 where a command has failed, and other commands with 1.
        guard SearchPath.holds("make") else { throw PipelineError("make was not found: install it (Debian: make).") }
        let reason = Replacement.become(["sh", "-c", "\"$@\" || exit 1", words[0]] + command)
        throw PipelineError("sh cannot be started: \(reason)")
    }

    /// Make's options without the variables of its command line, which the plan has no use for.
    private static func flagsAlone(_ flags: String) -> String {
        flags.firstRange(of: " -- ").map { String(flags[..<$0.lowerBound]) } ?? (flags.hasPrefix("-- ") ? "" : flags)
    }

    /// A descriptor to read `data` from, of a file that has no name any more.
    private func hold(_ data: Data) throws -> Int32 {
        let folder = FileManager.default.temporaryDirectory.path
        let descriptor: Int32
        do {
            descriptor = try FileBytes.nameless()
        } catch {
            throw PipelineError("\(folder): cannot be written: \(SystemReason.text(error))")
        }
        do {
            try FileBytes.write(data, to: descriptor)
        } catch {
            throw PipelineError("\(folder): cannot be written to the end")
        }
        return descriptor
    }
}
