import Essentials
import FoundationEssentials
import Glibc
import Launch
import Parameters

/// What Slurm is asked and told by its own commands.
struct Slurm {
    /// A job that waits or runs or has lately ended, or of a job that is an array some tasks in one state.
    struct Job: Sendable, Equatable {
        /// Of the array, where it is of one.
        let id: String
        /// Slurm's word, such as PENDING.
        let state: String
        let nodes: String
        let time: String
        /// Why it waits.
        let reason: String

        var isWaiting: Bool { state == "PENDING" }
        /// Whether it waits or runs, and will do what it was handed in for. One that is being cleared away says no more of how it ended.
        var isLive: Bool {
            ["PENDING", "RUNNING", "SUSPENDED", "CONFIGURING", "REQUEUED"].contains(state) && reason != "DependencyNeverSatisfied"
        }
        var mayHaveFailed: Bool { !isLive && state != "COMPLETED" }

        /// What is to be said of it.
        var description: String {
            state.lowercased() + (nodes.isEmpty ? " (\(reason))" : " on \(nodes)") + " for \(time)"
        }
    }

    /// A person's own jobs.
    func jobs() throws -> [Job] {
        let text = try output([
            "squeue", "--noheader", "--states=all", "--user=\(ProcessInfo.processInfo.userName)", "--format=%F|%T|%N|%M|%r",
        ])
        return text.split(separator: "\n").compactMap { line in
            let fields = line.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
            guard fields.count >= 5 else { return nil }
            return Job(id: fields[0], state: fields[1], nodes: fields[2], time: fields[3], reason: fields[4])
        }
    }

    /// Takes a job back.
    func cancel(_ id: String) throws { _ = try output(["scancel", id]) }

    /// Hands a job in; its id.
    func submit(_ words: [String]) throws -> String {
        // "1234", or "1234;cluster" where there are several.
        let said = try output(words).trimmingWhitespace()
        let id = said.prefix { $0 != ";" }
        guard !id.isEmpty, id.allSatisfy(\.isNumber) else { throw PipelineError("sbatch gave no number of a job: \(said)") }
        return String(id)
    }

    private func output(_ words: [String]) throws -> String {
        guard SearchPath.holds(words[0]) else {
            throw PipelineError("\(words[0]) was not found: ENGINE=slurm is for a machine that hands jobs in to Slurm.")
        }
        let outcome = try ChildProgram.run(words)
        guard outcome.status == 0 else {
            let first = outcome.complaint.split(separator: "\n").first ?? "it says nothing"
            throw PipelineError("\(words[0]) refused: \(first)")
        }
        return String(decoding: outcome.output, as: UTF8.self)
    }
}

/// What the stages need of Slurm: options of sbatch, as `pipelines/slurm.yaml` says, and before it a file of one's own.
struct SlurmResources {
    private let options: [String: [String]]

    init(_ files: PipelineFiles, own: String?) throws {
        let places = [files.folder.appendingPathComponent("slurm.yaml")] + (own.map { [URL(fileURLWithPath: $0)] } ?? [])
        options = try places.map(Self.read).reduce(into: [:]) { $0.merge($1) { $1 } }
    }

    private static func read(_ file: URL) throws -> [String: [String]] {
        guard let text = try? String(contentsOf: file, encoding: .utf8) else {
            throw PipelineError("\(file.path): cannot be read.")
        }
        guard let entries = try? YAML.document(in: text)?.entries else {
            throw PipelineError("\(file.path): expected are lines of STAGE: [options of sbatch].")
        }
        var options: [String: [String]] = [:]
        let known = ["all", "other"] + Stage.allCases.map(\.rawValue)
        for (key, value) in entries {
            let name = key.text ?? ""
            guard known.contains(name) else {
                throw PipelineError(
                    "\(file.path): there is no stage \(name)\(Suggestion.clause(for: name, in: known)); there are "
                        + "\(known.joined(separator: ", ")).")
            }
            let words = value.items?.compactMap(\.text) ?? []
            guard words.count == value.items?.count, words.allSatisfy({ $0.hasPrefix("-") }) else {
                throw PipelineError("\(file.path): \(name) needs a list of options of sbatch, such as [--mem=8G, --time=60].")
            }
            options[name] = words
        }
        return options
    }

    /// Those of a stage; nil for what is no stage's.
    func options(_ stage: Stage?) -> [String] {
        options["all", default: []] + options[stage?.rawValue ?? "other", default: []]
    }
}

/// A plan as jobs of Slurm: what is out of date is handed in, each step waiting for those that it needs. Told again after a failure,
/// what waits or runs is left alone, and what is missing is handed in.
public struct SlurmRun {
    private let plan: Plan
    private let resources: SlurmResources
    private let slurm = Slurm()

    public init(_ plan: Plan, files: PipelineFiles) throws {
        self.plan = plan
        resources = try SlurmResources(files, own: plan.launching.slurm)
    }

    /// A step with the job that makes it.
    public struct Line: Sendable {
        public let target: String
        /// nil where nothing is handed in.
        public let job: String?
        /// What is to be said of it: `up to date`, `handed in`, or Slurm's own word with the node and the time.
        public let state: String
    }

    /// A job to be handed in.
    private struct Handin {
        /// What it is recorded under: the artifact that it makes, or where it makes parts of one their folder.
        let target: String
        let command: String
        /// Options of sbatch besides what every job has.
        let options: [String]
        /// Where what it says goes, with Slurm's own signs.
        let log: String
        /// Jobs that must have done what they were to do before.
        let needed: [String]
        /// Jobs that must have ended before, however they did.
        var ended: [String] = []

        var dependency: [String] {
            let clauses = [("afterok", needed), ("afterany", ended)].filter { !$0.1.isEmpty }
            guard !clauses.isEmpty else { return [] }
            let text = clauses.map { "\($0):\($1.joined(separator: ":"))" }.joined(separator: ",")
            return ["--dependency=\(text)", "--kill-on-invalid-dep=yes"]
        }
    }

    /// Hands in what is missing, and says a line of each step that is out of date.
    ///
    /// - Parameter isDry: whether to say the commands in place of giving them.
    public func submit(isDry: Bool, say: (String) -> Void) throws {
        if !isDry {
            try FileManager.default.createDirectory(at: plan.runs, withIntermediateDirectories: true)
        }
        let (live, failed) = try isDry ? ([:], []) : jobs()
        var ids: [String: String] = [:]
        var isNew: Set<String> = []

        func handIn(_ job: Handin) throws -> String {
            isNew.insert(job.target)
            let words = words(job)
            guard !isDry else {
                say(ShellWord.line(words))
                return job.target
            }
            let id = try slurm.submit(words)
            try record(id, job.target)
            say("\(id)  \(job.target)  handed in" + (job.needed.isEmpty ? "" : " after \(job.needed.joined(separator: ", "))"))
            return id
        }

        for step in plan.steps where plan.reasons[step.target] != nil {
            let inputs = step.inputs.map(\.path) + step.prerequisites
            let hasNewInput = inputs.contains(where: isNew.contains)
            let waitsInVain = hasNewInput || failed.contains(Self.parts(of: step.target))
            if let jobs = live[step.target], let id = jobs.first?.id, try !takeBack(jobs, inVain: waitsInVain) {
                ids[step.target] = id
                say("\(id)  \(step.target)  \(Self.states(jobs))")
                continue
            }
            if !isDry {
                let folder = plan.runs.appendingPathComponent(step.target).deletingLastPathComponent()
                try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            }
            var needed = inputs.compactMap { ids[$0] }
            if var parts = try parts(step, after: needed) {
                // Two would make the same parts.
                if let jobs = live[parts.target], try !takeBack(jobs, inVain: hasNewInput) {
                    parts.ended = jobs.prefix(1).map(\.id)
                }
                needed = [try handIn(parts)]
            }
            ids[step.target] = try handIn(whole(step, after: needed))
        }
        if ids.isEmpty { say("everything is up to date") }
    }

    /// Takes jobs back that wait for one that has failed, which is handed in anew: Slurm will drop them.
    ///
    /// - Returns: whether they are of no more use.
    private func takeBack(_ jobs: [Slurm.Job], inVain: Bool) throws -> Bool {
        guard inVain, let id = jobs.first?.id, jobs.allSatisfy(\.isWaiting) else { return false }
        try slurm.cancel(id)
        return true
    }

    /// What runs where: a line for each step of the plan, and for parts of one that are being made.
    public func summary() throws -> [Line] {
        let live = try jobs().live
        let last = records()
        return plan.steps.flatMap { step in
            let lines = [Self.parts(of: step.target), step.target].compactMap { target in
                live[target].map { Line(target: target, job: $0.first?.id, state: Self.states($0)) }
            }
            if live[step.target] != nil { return lines }
            guard plan.reasons[step.target] != nil else {
                return lines + [Line(target: step.target, job: nil, state: "up to date")]
            }
            guard let id = last[step.target] else {
                return lines + [Line(target: step.target, job: nil, state: "not handed in")]
            }
            return lines + [
                Line(target: step.target, job: id, state: "ended without it: see \(Self.log(of: step.target))")
            ]
        }
    }

    /// What is to be said of a job, or of an array's tasks, those in one state together.
    private static func states(_ jobs: [Slurm.Job]) -> String {
        guard jobs.count > 1 else { return jobs.first?.description ?? "" }
        return Dictionary(grouping: jobs, by: \.state).sorted { $0.key < $1.key }.map { state, jobs in
            let nodes = Set(jobs.map(\.nodes)).subtracting([""]).sorted()
            return "\(jobs.count) \(state.lowercased())" + (nodes.isEmpty ? "" : " on \(nodes.joined(separator: ", "))")
        }.joined(separator: ", ")
    }

    /// The file beside an artifact that its job's words go to.
    private static func log(of target: String) -> String { target + ".log" }

    /// What the jobs that make parts of an artifact are recorded under: the folder that the command leaves them in.
    private static func parts(of target: String) -> String { target + ".parts" }

    // MARK: - Jobs

    private func isShared(_ step: Step) -> Bool {
        step.stage.map(plan.launching.isShared) == true && plan.launching.processes ?? 1 > 1
    }

    /// The array whose tasks each make a part of a step's artifact, as many as there are to be processes; nil where its processes
    /// work together, or there is one.
    private func parts(_ step: Step, after needed: [String]) throws -> Handin? {
        guard let stage = step.stage, isShared(step), plan.launching.hasParts(stage), let count = plan.launching.processes else {
            return nil
        }
        return Handin(
            target: Self.parts(of: step.target),
            command: try command(step, launched: plan.words(step)) + " --part \"$SLURM_ARRAY_TASK_ID\"/\(count)",
            options: ["--array=1-\(count)"] + resources.options(stage), log: Self.log(of: Self.literal(step.target) + ".%a"),
            needed: needed)
    }

    private func whole(_ step: Step, after needed: [String]) throws -> Handin {
        var options = resources.options(step.stage)
        var words = try plan.words(step)
        if isShared(step), step.stage.map(plan.launching.hasParts) == false {
            // A step does not take a job's cores for a task over by itself.
            words = ["srun", "--kill-on-bad-exit=1"] + options.filter { $0.hasPrefix("--cpus-per-task=") } + words
            options.insert("--ntasks=\(plan.launching.processes ?? 1)", at: 0)
        }
        let command = command(step, launched: words) + (step.isMark ? " && " + ShellWord.line(["touch", step.target]) : "")
        return Handin(
            target: step.target, command: command, options: options, log: Self.log(of: Self.literal(step.target)), needed: needed)
    }

    /// What a shell is to do in the folder of runs.
    private func command(_ step: Step, launched words: [String]) -> String {
        let folder = step.target.folderOfPath
        return [["mkdir", "-p", folder], words].map(ShellWord.line).joined(separator: " && ")
    }

    private func words(_ job: Handin) -> [String] {
        ["sbatch", "--parsable", "--job-name=cap:\(job.target)", "--chdir=\(plan.runs.path)", "--output=\(job.log)"]
            + ["--open-mode=append"] + job.dependency + job.options + ["--wrap", job.command]
    }

    /// A name of a file for sbatch, where a % stands for something of Slurm's.
    private static func literal(_ name: String) -> String { name.replacing(scalar: "%", with: "%%") }

    // MARK: - Jobs that were handed in

    private var recordFile: URL { plan.runs.appendingPathComponent("slurm-jobs.tsv") }

    /// The last job of every target.
    private func records() -> [String: String] {
        let text = (try? String(contentsOf: recordFile, encoding: .utf8)) ?? ""
        return text.split(separator: "\n").reduce(into: [:]) { records, line in
            let fields = line.split(separator: "\t", maxSplits: 1).map(String.init)
            if fields.count == 2 { records[fields[1]] = fields[0] }
        }
    }

    private func record(_ id: String, _ target: String) throws {
        let line = Data("\(id)\t\(target)\n".utf8)
        guard let file = fopen(recordFile.path, "a") else {
            throw PipelineError("\(recordFile.path): cannot be written: \(SystemReason.text(errno))")
        }
        defer { fclose(file) }
        guard line.withUnsafeBytes({ fwrite($0.baseAddress, 1, $0.count, file) }) == line.count else {
            throw PipelineError("\(recordFile.path): cannot be written to the end")
        }
    }

    /// The jobs that wait or run, by their targets, and the targets of those that have failed or may have.
    private func jobs() throws -> (live: [String: [Slurm.Job]], failed: Set<String>) {
        let jobs = Dictionary(grouping: try slurm.jobs(), by: \.id)
        let known = records().compactMapValues { jobs[$0] }
        return (
            known.mapValues { $0.filter(\.isLive) }.filter { !$0.value.isEmpty },
            Set(known.filter { $0.value.contains(where: \.mayHaveFailed) }.keys)
        )
    }
}
