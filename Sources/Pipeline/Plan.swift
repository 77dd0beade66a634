import Essentials
import FoundationEssentials

/// What is to be made, of what and how: an explicit list of commands, in an order in which they can run.
public struct Plan: Sendable {
    /// What was asked for.
    public struct Goal: Sendable {
        public let name: String
        /// Artifacts that must be there, relative to RUNS.
        public let targets: [String]
        /// The page that is named when all is done.
        public let report: String?
        /// What runs in place of making anything.
        public var command: [String]?
    }

    public let goals: [Goal]
    public let steps: [Step]
    /// The folder that all relative paths are relative to.
    public let runs: URL
    /// The folder of the commands.
    public let programs: URL
    /// How commands are started.
    public let launching: Launching
    /// What is worth telling a person.
    public let remarks: [String]
    /// Why each step is to run, by its target; steps that are not named are up to date.
    public var reasons: [String: String] = [:]

    init(goals: [Goal], steps: [Step], runs: URL, programs: URL, launching: Launching, remarks: [String]) {
        self.launching = launching
        self.remarks = remarks
        self.goals = goals
        self.steps = steps
        self.runs = runs
        self.programs = programs
    }

    /// The plan as a makefile without variables: a rule for every artifact, with the one command that makes it. It is run in
    /// the folder of runs.
    ///
    /// - Parameter shown: how the folder of runs is called in what is printed.
    public func makefile(showing shown: String) -> String {
        var lines = [
            "# What cap-plan worked out: run it in this folder with make -f. What is out of date is .PHONY, so that contents",
            "# decide what is made again, and no clock does.", "",
        ]
        if !reasons.isEmpty {
            lines += [".PHONY: \(steps.map(\.target).filter { reasons[$0] != nil }.map(Self.name).joined(separator: " "))"]
        }
        lines += [".PHONY: \(phonyGoals.joined(separator: " "))", ""]
        for (phony, goal) in zip(phonyGoals, goals) {
            lines.append(Self.comment(goal.name))
            lines.append("\(phony): \(goal.targets.map(Self.name).joined(separator: " "))")
            if let command = goal.command { lines.append("\t@\(recipe(command))") }
            if let report = goal.report {
                lines.append("\t@" + ShellWord.recipe(["printf", "%s\\n", "report: \(shown)/\(report)"]))
            }
            lines.append("")
        }
        for step in steps {
            if let reason = reasons[step.target] { lines.append(Self.comment(reason)) }
            let needed = step.inputs.map(\.path) + step.prerequisites
            lines.append(
                "\(Self.name(step.target)):" + (needed.isEmpty ? "" : " | " + needed.map(Self.name).joined(separator: " ")))
            let folder = step.target.folderOfPath
            lines.append("\t@mkdir -p \(ShellWord.recipe([folder]))")
            lines.append("\t\(ShellWord.recipe((try? words(step)) ?? whole(step.command)))")
            if step.isMark {
                lines.append("\t@touch \(ShellWord.recipe([step.target]))")
            }
            lines.append("")
        }
        return lines.joined(separator: "\n")
    }

    /// Why each artifact is to be made, a line each.
    public var explanation: String {
        let due = steps.compactMap { reasons[$0.target] }
        return due.isEmpty ? "everything is up to date\n" : due.joined(separator: "\n") + "\n"
    }

    /// The goals' names in the makefile, in their order: another than any artifact's, and plain whatever was asked for.
    public var phonyGoals: [String] { goals.indices.map { "goal-\($0 + 1)" } }

    /// What starts a step's command.
    ///
    /// - Throws: ``PipelineError`` where there is nothing to start it with.
    func words(_ step: Step) throws -> [String] {
        let trainings = steps.count { $0.stage == .finetune }
        return try launching.started(whole(step.command), of: step.stage, runs: trainings, programs: programs)
    }

    /// A command, its program by the whole path.
    private func whole(_ command: [String]) -> [String] {
        [programs.appendingPathComponent(command[0]).path] + command.dropFirst()
    }

    private func recipe(_ command: [String]) -> String { ShellWord.recipe(whole(command)) }

    /// A name as targets and prerequisites have it.
    private static func name(_ text: String) -> String {
        text.replacingScalars { scalar in
            switch scalar {
            case "$": "$$"
            case " ", "\t", ":", "#", "%", "\\", "|", ";", "=", "*", "?", "[", "]", "~", "&": "\\\(scalar)"
            default: nil
            }
        }
    }

    /// Text that Make reads nothing into, on a line that goes on in no other.
    private static func comment(_ text: String) -> String {
        let line = "# " + text.onOneLine
        return line.utf8.last == UInt8(ascii: "\\") ? line + " " : line
    }
}
