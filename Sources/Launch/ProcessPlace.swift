import FoundationEssentials

/// Which of a run's processes this one is, and where they meet: what torchrun, Slurm's srun, Open MPI's mpirun or a person has said
/// in the environment.
///
///     let place = try ProcessPlace(ProcessInfo.processInfo.environment)
///     print(place.rank, place.size)    // 0 1 where nobody said anything
public struct ProcessPlace: Sendable, Equatable {
    /// This process's number, from 0.
    public let rank: Int
    /// How many processes there are.
    public let size: Int
    /// The same among those on this machine.
    public let localRank: Int, localSize: Int
    /// Where they meet.
    public let address: String, port: Int
    /// Whether the launcher keeps the meeting place, as torchrun's agent does; otherwise the first process does.
    public let isServed: Bool
    /// How often the launcher has started them again.
    public let attempt: Int
    /// The network interface to talk over; nil for the one that the machine's name leads to.
    public let interface: String?

    /// The only process.
    public static let alone = ProcessPlace()

    private init() {
        (rank, size, localRank, localSize) = (0, 1, 0, 1)
        (address, port, isServed, attempt, interface) = ("", 0, false, 0, nil)
    }

    /// What a launcher calls things.
    private struct Names {
        let rank: String, size: String, localRank: String, localSize: String
        /// Another for each run, where two may go on at a time on a machine.
        var run: [String] = []
    }

    private static let torch = Names(rank: "RANK", size: "WORLD_SIZE", localRank: "LOCAL_RANK", localSize: "LOCAL_WORLD_SIZE")
    private static let openMPI = Names(
        rank: "OMPI_COMM_WORLD_RANK", size: "OMPI_COMM_WORLD_SIZE", localRank: "OMPI_COMM_WORLD_LOCAL_RANK",
        localSize: "OMPI_COMM_WORLD_LOCAL_SIZE", run: ["OMPI_MCA_ess_base_jobid", "PMIX_NAMESPACE"])
    private static let slurm = Names(
        rank: "SLURM_PROCID", size: "SLURM_STEP_NUM_TASKS", localRank: "SLURM_LOCALID", localSize: "SLURM_STEP_TASKS_PER_NODE",
        run: ["SLURM_JOB_ID", "SLURM_STEP_ID"])

    /// - Throws: ``LaunchError`` where the variables contradict each other, or one is missing.
    public init(_ environment: [String: String]) throws {
        // The launcher that is asked last stands nearest: torchrun in a step of Slurm. Only srun counts a step's tasks; in a batch
        // script itself, which is one process, the job's count is set as well.
        guard let names = [Self.torch, Self.openMPI, Self.slurm].first(where: { environment[$0.size] != nil }) else {
            self = .alone
            return
        }
        func number(_ name: String) throws -> Int? {
            guard let text = environment[name] else { return nil }
            guard let value = Int(text), value >= 0 else { throw LaunchError("\(name)=\(text) is not a number of processes") }
            return value
        }
        let size = try number(names.size) ?? 1
        guard size > 1 else {
            self = .alone
            return
        }
        guard let rank = try number(names.rank) else {
            throw LaunchError("\(names.size)=\(size) is set and \(names.rank) is not: give each process its number, from 0")
        }
        guard rank < size else { throw LaunchError("\(names.rank)=\(rank) is not below \(names.size)=\(size)") }
        (self.rank, self.size) = (rank, size)
        let nodes = environment["SLURM_STEP_NODELIST"].flatMap { Self.firstNode($0) }
        let ownAddress = names.size == Self.slurm.size && environment["SLURM_STEP_NUM_NODES"] != "1" ? nodes : nil
        let isElsewhere = environment["MASTER_ADDR"] != nil || ownAddress != nil
        localRank = try number(names.localRank) ?? (isElsewhere ? 0 : rank)
        // Slurm writes "2(x3),1".
        let localSizeText = environment[names.localSize].map { String($0.prefix { $0.isNumber }) }
        localSize = max(1, localSizeText.flatMap { Int($0) } ?? (isElsewhere ? 1 : size))
        address = environment["MASTER_ADDR"] ?? ownAddress ?? "127.0.0.1"
        let runNames = names.run.compactMap { environment[$0] }
        if let text = environment["MASTER_PORT"] {
            guard let port = Int(text), (1..<65536).contains(port) else { throw LaunchError("MASTER_PORT=\(text) is not a port") }
            self.port = port
        } else if !runNames.isEmpty {
            port = Self.port(of: runNames.joined(separator: "/"))
        } else {
            throw LaunchError("MASTER_PORT is not set: give the processes of one run the same free port to meet at")
        }
        isServed = ["true", "1"].contains(environment["TORCHELASTIC_USE_AGENT_STORE"]?.lowercased())
        attempt = try number("TORCHELASTIC_RESTART_COUNT") ?? 0
        interface = environment["GLOO_SOCKET_IFNAME"].flatMap { $0.isEmpty ? nil : $0 }
    }

    /// Of this process.
    public static var current: ProcessPlace { get throws { try ProcessPlace(ProcessInfo.processInfo.environment) } }

    public var isFirst: Bool { rank == 0 }

    /// The cores of this machine for each of its processes: those that the launcher has tied the process to, or its part of all.
    public static var coresEach: Int {
        coresEach(ProcessInfo.processInfo.environment, cores: ProcessInfo.processInfo.activeProcessorCount)
    }

    /// - Parameter cores: that this process may run on.
    static func coresEach(_ environment: [String: String], cores: Int) -> Int {
        let isSlurms = environment[torch.size] == nil && environment[openMPI.size] == nil
        // Whether or not Slurm ties a job to them: others run beside it.
        if isSlurms, let given = environment["SLURM_CPUS_PER_TASK"].flatMap({ Int($0) }) { return max(1, given) }
        guard let place = try? ProcessPlace(environment), place.size > 1 else { return cores }
        if environment[torch.size] == nil, environment["OMPI_MCA_orte_bound_at_launch"] == "1" { return cores }
        return max(1, cores / place.localSize)
    }

    /// "a[03-05,9],b" is a03 first.
    static func firstNode(_ list: String) -> String? {
        let name = list.prefix { $0 != "," && $0 != "[" }
        guard !name.isEmpty else { return nil }
        let rest = list[name.endIndex...]
        guard rest.first == "[" else { return String(name) }
        return String(name) + String(rest.dropFirst().prefix { $0 != "," && $0 != "-" && $0 != "]" })
    }

    /// Between 20,000 and 32,767, below the ports that systems give away by themselves: the same for the same run.
    private static func port(of run: String) -> Int {
        let hash = run.utf8.reduce(UInt64(14_695_981_039_346_656_037)) { ($0 ^ UInt64($1)) &* 1_099_511_628_211 }
        return 20_000 + Int(hash % 12_768)
    }
}

/// What is wrong with what a launcher said, as a sentence.
public struct LaunchError: Error, CustomStringConvertible, Sendable {
    public let description: String

    init(_ description: String) { self.description = description }
}
