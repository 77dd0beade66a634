import FoundationEssentials
import Parameters

/// How the commands of a plan are started: by how many processes, by which launcher, on which devices, by whom. Nothing of it changes
/// what comes out, so nothing is made again for it.
public struct Launching: Sendable {
    /// Who runs the commands.
    public enum Engine: String, Sendable, CaseIterable {
        /// Make, here and now.
        case make
        /// Slurm, as jobs that wait for each other.
        case slurm
    }

    public var engine = Engine.make
    /// Processes of a command that shares its work; nil for what the devices suggest.
    public var processes: Int?
    /// The words of a launcher, such as `srun -n 8`; none for torchrun where there are several processes.
    public var launcher: [String] = []
    /// Seconds that one of several processes waits for another; nil for the commands' own.
    public var timeout: String?
    /// A file of what stages need of Slurm here; nil for what they need anywhere.
    public var slurm: String?
    /// Devices that runs are placed on.
    public var devices: [String] = []

    public init() {}

    /// The variables that say so, with what they mean.
    static let variables: [(name: String, meaning: String)] = [
        ("PROCESSES", "processes that share the work of embed, finetune and eval (docs/scaling.md)   [1]"),
        ("LAUNCH", "a launcher of them in place of torchrun: LAUNCH=\"srun -n 8\""),
        ("PROCESS_TIMEOUT", "seconds that one of them waits for another   [300]"),
        ("DEVICES", "devices to place runs on, one a device at a time: DEVICES=\"cuda:0 cuda:1\""),
        ("ENGINE", "make, or slurm for jobs with the resources in pipelines/slurm.yaml   [make]"),
        ("SLURM", "a file of such resources of one's own: what it says of a stage holds in place of that"),
    ]

    /// Takes a variable.
    ///
    /// - Returns: whether it is one of these.
    mutating func set(_ name: String, to value: String) throws -> Bool {
        let words = value.split(separator: " ").map(String.init)
        switch name {
        case "PROCESSES":
            guard !value.isEmpty else { break }
            guard let count = Int(value), (1...65_536).contains(count) else {
                throw PipelineError("PROCESSES must be between 1 and 65536, not \(value).")
            }
            processes = count
        case "LAUNCH": launcher = words
        case "PROCESS_TIMEOUT":
            guard !value.isEmpty else { break }
            guard let seconds = Double(value), seconds > 0 else {
                throw PipelineError("PROCESS_TIMEOUT is a number of seconds above 0, not \(value).")
            }
            timeout = value
        case "DEVICES":
            if let wrong = words.first(where: { ComputeDevice(rawValue: $0) == nil }) {
                throw PipelineError("DEVICES are such as \"cuda:0 cuda:1\", not \(wrong).")
            }
            devices = words
        case "ENGINE":
            guard !value.isEmpty else { break }
            guard let engine = Engine(rawValue: value) else {
                throw PipelineError("ENGINE is one of \(Engine.allCases.map(\.rawValue).joined(separator: ", ")), not \(value).")
            }
            self.engine = engine
        case "SLURM": slurm = value.isEmpty ? nil : value
        default: return false
        }
        return true
    }

    func check() throws {
        if processes != nil, !launcher.isEmpty {
            throw PipelineError("LAUNCH says how many processes it starts: leave PROCESSES out.")
        }
        if slurm != nil, engine != .slurm { throw PipelineError("SLURM goes with ENGINE=slurm.") }
        if engine == .slurm, !devices.isEmpty || !launcher.isEmpty {
            throw PipelineError(
                "Slurm places jobs itself: leave \(devices.isEmpty ? "LAUNCH" : "DEVICES") out, and say what a stage needs in "
                    + "pipelines/slurm.yaml.")
        }
    }

    /// The stages whose commands share their work. Processes of this machine would decode no faster than the threads of one; cap-detect
    /// was no faster by two than by one where that was measured (docs/scaling.md).
    func isShared(_ stage: Stage) -> Bool {
        let mayBeElsewhere = !launcher.isEmpty || engine == .slurm
        return [.embed, .finetune, .eval].contains(stage) || stage == .decode && mayBeElsewhere
    }

    /// Those of them that leave parts of the images for each other, so that Slurm may start the processes one by one, as it has room.
    func hasParts(_ stage: Stage) -> Bool { [.decode, .embed].contains(stage) }

    /// The words that start a stage's command.
    ///
    /// - Parameters:
    ///   - command: the command itself, its program by its whole path.
    ///   - runs: how many trainings the plan has: the devices are for one, or each for one at a time.
    func started(_ command: [String], of stage: Stage?, runs: Int, programs: URL) throws -> [String] {
        guard let stage else { return command }
        let computes = Parameters.of(stage).contains { $0.name == "device" }
        let processes = processes ?? (runs == 1 && devices.count > 1 ? devices.count : 1)
        if isShared(stage) && (processes > 1 || !launcher.isEmpty) {
            // Jobs make parts by themselves, or the job's own step is started in it.
            if engine == .slurm, hasParts(stage) { return command }
            var command = command + (timeout.map { ["--process-timeout", $0] } ?? [])
            if engine == .slurm { return command }
            if !devices.isEmpty, computes { command = try visible + command + ["--device", "cuda"] }
            return try (launcher.isEmpty ? Torchrun(programs: programs).words(processes: processes) : launcher) + command
        }
        guard computes, !devices.isEmpty else { return command }
        return [programs.appendingPathComponent("cap-plan").path] + devices.flatMap { ["--on", $0] } + ["--"] + command
    }

    /// Has processes see nothing but the devices.
    private var visible: [String] {
        get throws {
            let numbers = try devices.map { device in
                guard device.hasPrefix("cuda:") else {
                    throw PipelineError("Several processes need the numbers of their devices, such as cuda:0, not \(device).")
                }
                return device.dropFirst("cuda:".count)
            }
            return ["env", "CUDA_VISIBLE_DEVICES=\(numbers.joined(separator: ","))"]
        }
    }
}

/// The launcher that comes with PyTorch.
struct Torchrun {
    private let folder: String?

    /// - Parameter programs: the folder of the commands; the `torch` package is looked for in `LIBTORCH`, then in the checkout that they
    ///   were built in.
    init(programs: URL) {
        var places: [URL] = []
        if let given = ProcessInfo.processInfo.environment["LIBTORCH"] { places.append(URL(fileURLWithPath: given)) }
        var above = programs.resolvingSymlinksInPath()
        for _ in 0..<6 {
            places.append(above.appendingPathComponent(".deps/python/torch"))
            above.deleteLastPathComponent()
        }
        folder =
            places.first { FileManager.default.fileExists(atPath: $0.appendingPathComponent("distributed/run.py").path) }?
            .deletingLastPathComponent().path
    }

    /// On this machine, as many processes as that.
    func words(processes: Int) throws -> [String] {
        let options = ["--no-python", "--standalone", "--nproc-per-node=\(processes)"]
        if let folder {
            // Threads are CAP's own affair; torchrun would set them, and say so at length.
            return ["env", "PYTHONPATH=\(folder)", "OMP_NUM_THREADS=1", "python3", "-m", "torch.distributed.run"] + options
        }
        guard SearchPath.holds("torchrun") else {
            throw PipelineError(
                "PROCESSES needs torchrun, which comes with the Python package torch: install that, or name another launcher, "
                    + "such as LAUNCH=\"mpirun -np \(processes)\".")
        }
        return ["torchrun"] + options
    }
}

/// The folders that commands are looked for in.
enum SearchPath {
    static func holds(_ program: String) -> Bool {
        (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").contains {
            FileManager.default.isExecutableFile(atPath: "\($0)/\(program)")
        }
    }
}
