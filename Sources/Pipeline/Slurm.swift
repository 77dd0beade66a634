import Artifacts
import Foundation
import Parameters
import Yams

/// What Slurm is asked and told by its own commands.
struct Slurm {
    /// A job that waits or runs.
    struct Job: Sendable, Equatable {
        let id: String
        /// Slurm's word, such as PENDING.
        let state: String
        let nodes: String
        let time: String
        /// Why it waits.
        let reason: String
    }

    /// A person's own jobs that have not ended.
    func jobs() throws -> [Job] {
        let text = try output(["squeue", "--noheader", "--user=\(NSUserName())", "--format=%i|%T|%N|%M|%r"])
        return text.split(separator: "\n").compactMap { line in
            let fields = line.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
            guard fields.count >= 5 else { return nil }
            return Job(id: fields[0], state: fields[1], nodes: fields[2], time: fields[3], reason: fields[4])
        }
    }

    /// Hands a job in; its id.
    func submit(_ words: [String]) throws -> String {
        // "1234", or "1234;cluster" where there are several.
        let said = try output(words).trimmingCharacters(in: .whitespacesAndNewlines)
        let id = said.prefix { $0 != ";" }
        guard !id.isEmpty, id.allSatisfy(\.isNumber) else { throw PipelineError("sbatch gave no number of a job: \(said)") }
        return String(id)
    }

    private func output(_ words: [String]) throws -> String {
        guard SearchPath.holds(words[0]) else {
            throw PipelineError("\(words[0]) was not found: ENGINE=slurm is for a machine that hands jobs in to Slurm.")
        }
        let process = Process()
        let (output, errors) = (Pipe(), Pipe())
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = words
        (process.standardOutput, process.standardError) = (output, errors)
        process.standardInput = FileHandle.nullDevice
        try process.run()
        let said = output.fileHandleForReading.readDataToEndOfFile()
        let complaint = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            let first = complaint.split(separator: "\n").first ?? "it says nothing"
            throw PipelineError("\(words[0]) refused: \(first)")
        }
        return String(decoding: said, as: UTF8.self)
    }
}

/// What the stages need of Slurm: options of sbatch, as `pipelines/slurm.yaml` says.
struct SlurmResources {
    private let options: [String: [String]]

    init(_ files: PipelineFiles) throws {
        let file = files.folder.appendingPathComponent("slurm.yaml")
        guard let text = try? String(contentsOf: file, encoding: .utf8) else {
            throw PipelineError("\(file.path): cannot be read.")
        }
        guard let node = try? Yams.compose(yaml: text), let mapping = node.mapping else {
            throw PipelineError("\(file.path): expected are lines of STAGE: [options of sbatch].")
        }
        var options: [String: [String]] = [:]
        let known = ["all", "other"] + Stage.allCases.map(\.rawValue)
        for (key, value) in mapping {
            let name = key.scalar?.string ?? ""
            guard known.contains(name) else {
                throw PipelineError(
                    "\(file.path): there is no stage \(name)\(Suggestion.clause(for: name, in: known)); there are "
                        + "\(known.joined(separator: ", ")).")
            }
            let words = value.sequence?.compactMap(\.scalar?.string) ?? []
            guard value.sequence != nil, words.count == value.sequence?.count, words.allSatisfy({ $0.hasPrefix("-") }) else {
                throw PipelineError("\(file.path): \(name) needs a list of options of sbatch, such as [--mem=8G, --time=60].")
            }
            options[name] = words
        }
        self.options = options
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
        resources = try SlurmResources(files)
    }

    /// A step with the job that makes it.
    public struct Line: Sendable {
        public let target: String
        /// nil where nothing is handed in.
        public let job: String?
        /// What is to be said of it: `up to date`, `handed in`, or Slurm's own word with the node and the time.
        public let state: String
    }

    /// Hands in what is missing; what became of each step that is out of date.
    ///
    /// - Parameter isDry: whether to say the commands in place of giving them.
    public func submit(isDry: Bool, say: (String) -> Void) throws {
        if !isDry {
            try FileManager.default.createDirectory(at: plan.runs, withIntermediateDirectories: true)
        }
        let live = isDry ? [:] : try liveJobs()
        var ids: [String: String] = [:]
        for step in plan.steps where plan.reasons[step.target] != nil {
            if let job = live[step.target] {
                ids[step.target] = job.id
                say("\(job.id)  \(step.target)  \(job.state.lowercased())")
                continue
            }
            let needed = (step.inputs.map(\.path) + step.prerequisites).compactMap { ids[$0] }
            let words = try words(step, after: needed)
            if isDry {
                ids[step.target] = step.target
                say(Self.line(words))
                continue
            }
            let folder = plan.runs.appendingPathComponent(step.target).deletingLastPathComponent()
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            let id = try slurm.submit(words)
            try record(id, step.target)
            ids[step.target] = id
            say("\(id)  \(step.target)  handed in" + (needed.isEmpty ? "" : " after \(needed.joined(separator: ", "))"))
        }
        if ids.isEmpty { say("everything is up to date") }
    }

    /// What runs where: a line for each step of the plan.
    public func summary() throws -> [Line] {
        let live = try liveJobs()
        let last = records()
        return plan.steps.map { step in
            if let job = live[step.target] {
                let place = job.nodes.isEmpty ? "(\(job.reason))" : "on \(job.nodes)"
                return Line(target: step.target, job: job.id, state: "\(job.state.lowercased()) \(place) for \(job.time)")
            }
            guard plan.reasons[step.target] != nil else { return Line(target: step.target, job: nil, state: "up to date") }
            guard let id = last[step.target] else { return Line(target: step.target, job: nil, state: "not handed in") }
            return Line(target: step.target, job: id, state: "ended without it: see \(Self.log(of: step.target))")
        }
    }

    /// The file beside an artifact that its job's words go to.
    private static func log(of target: String) -> String { target + ".log" }

    private func words(_ step: Step, after ids: [String]) throws -> [String] {
        let processes = plan.launching.processes ?? 1
        let isShared = step.stage.map(plan.launching.isShared) == true && processes > 1
        let folder = (step.target as NSString).deletingLastPathComponent
        let options = resources.options(step.stage)
        // A step does not take a job's cores for a task over by itself.
        let launcher =
            isShared ? ["srun", "--kill-on-bad-exit=1"] + options.filter { $0.hasPrefix("--cpus-per-task=") } : []
        var commands = [["mkdir", "-p", folder], try launcher + plan.words(step)]
        if step.isMark { commands.append(["touch", step.target]) }
        return ["sbatch", "--parsable", "--job-name=cap:\(step.target)", "--chdir=\(plan.runs.path)"]
            // A % stands for something of Slurm's.
            + ["--output=\(Self.log(of: step.target).replacing("%", with: "%%"))", "--open-mode=append"]
            + (ids.isEmpty ? [] : ["--dependency=afterok:\(ids.joined(separator: ":"))", "--kill-on-invalid-dep=yes"])
            + (isShared ? ["--ntasks=\(processes)"] : []) + options
            + ["--wrap", commands.map(Self.line).joined(separator: " && ")]
    }

    /// A command as a shell reads it.
    private static func line(_ words: [String]) -> String { words.map(ShellWord.quoted).joined(separator: " ") }

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
            throw PipelineError("\(recordFile.path): cannot be written: \(String(cString: strerror(errno)).lowercased())")
        }
        defer { fclose(file) }
        guard line.withUnsafeBytes({ fwrite($0.baseAddress, 1, $0.count, file) }) == line.count else {
            throw PipelineError("\(recordFile.path): cannot be written to the end")
        }
    }

    /// The jobs that wait or run, by their targets.
    private func liveJobs() throws -> [String: Slurm.Job] {
        let jobs = Dictionary(try slurm.jobs().map { ($0.id, $0) }) { first, _ in first }
        return records().compactMapValues { jobs[$0] }
    }
}
