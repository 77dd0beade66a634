import Artifacts
import Foundation
import TestSupport
import Testing

/// How the commands of a plan are started.
@Suite(.serialized) struct LaunchingTests {
    /// The commands of a plan by the artifact that they make.
    static func commands(_ workspace: Workspace, _ words: [String]) throws -> [String: String] {
        let made = try workspace.run("cap-plan", arguments: words)
        #expect(made.status == 0, "\(made.errors)")
        var commands: [String: String] = [:]
        for line in made.output.split(separator: "\n") where line.hasPrefix("\t") && line.contains("/cap-") {
            if let target = line.firstMatch(of: #/ -o (\S+)/#) { commands[String(target.1)] = String(line.dropFirst()) }
        }
        return commands
    }

    @Test func processesShareWhatCanBeShared() throws {
        let workspace = try Workspace()
        let torchrun = "torch.distributed.run --no-python --standalone --nproc-per-node=4 "
        for (target, command) in try Self.commands(workspace, ["demo-ssl", "PROCESSES=4"]) {
            let isShared = ["features.h5", "model.h5", "eval.h5"].contains { target.hasSuffix($0) }
            #expect(command.contains(torchrun) == isShared, "\(command)")
        }
        for (target, command) in try Self.commands(workspace, ["demo-ssl", "LAUNCH=srun -n 8"]) {
            let isShared = ["images.h5", "features.h5", "model.h5", "eval.h5"].contains { target.hasSuffix($0) }
            #expect(command.hasPrefix("srun -n 8 /") == isShared, "\(command)")
        }
        let patient = try Self.commands(workspace, ["demo-ssl", "PROCESSES=2", "PROCESS_TIMEOUT=30"])
        #expect(try #require(patient["demo/ssl/model.h5"]).hasSuffix(" --process-timeout 30"))
        for command in try Self.commands(workspace, ["demo-ssl", "PROCESSES=1"]).values { #expect(command.hasPrefix("/")) }
    }

    @Test func devicesAreForOneRunTogetherOrForSeveralOneEach() throws {
        let workspace = try Workspace()
        let one = try Self.commands(workspace, ["demo-ul", "DEVICES=cuda:1 cuda:3"])
        let training = try #require(one["demo/ul/model.h5"])
        #expect(training.contains("--nproc-per-node=2 env CUDA_VISIBLE_DEVICES=1,3 /"))
        #expect(training.hasSuffix(" --device cuda"))
        // What computes on no device is started as ever.
        for target in ["demo/ul/descriptions.h5", "demo/ul/labels.h5"] {
            let command = try #require(one[target])
            #expect(command.hasPrefix("/") && !command.contains("--on"), "\(target)")
        }
        let several = try Self.commands(workspace, ["demo-ul", "demo-ssl", "DEVICES=cuda:1 cuda:3"])
        for target in ["demo/features.h5", "demo/ul/model.h5", "demo/ssl/model.h5", "demo/ssl/eval.h5"] {
            #expect(try #require(several[target]).contains("/cap-plan --on cuda:1 --on cuda:3 -- /"), "\(target)")
        }
        #expect(try #require(several["demo/ul/mismatch.h5"]).hasPrefix("/") == true)
    }

    @Test(arguments: [
        (["demo-ul", "PROCESSES=0"], "between 1 and 65536"), (["demo-ul", "PROCESSES=2", "LAUNCH=srun"], "leave PROCESSES out"),
        (["demo-ul", "DEVICES=gpu"], "not gpu"), (["demo-ul", "DEVICES=cuda:0", "DEVICE=cuda"], "leave DEVICE out"),
        (["demo-ul", "ENGINE=slrum"], "make, slurm"), (["demo-ul", "ENGINE=slurm", "DEVICES=cuda:0"], "leave DEVICES out"),
        (["demo-ul", "SLURM=cluster.yaml"], "SLURM goes with ENGINE=slurm"),
        (["demo-ul", "DEVICES=cpu cuda:0"], "need the numbers"), (["demo-ul", "PROCESES=2"], "did you mean PROCESSES"),
    ])
    func whatCannotBeIsRefused(words: [String], says: String) throws {
        let refused = try Workspace().run("cap-plan", arguments: words)
        #expect(refused.status == 1 && refused.errors.contains(says), "\(refused.errors)")
    }

    @Test func neverTwoRunsAreOnADevice() throws {
        let workspace = try Workspace()
        // Named after the test, so that devices that others are on do not matter.
        let devices = (0..<2).map { "cuda:\(90 + $0)" }
        // The device is the last word. Whoever finds another on it fails.
        let script = #"for device; do :; done; mkdir "$device" || exit 9; sleep 0.15; rmdir "$device""#
        let programs = try (0..<8).map { _ in
            try workspace.start(
                "cap-plan", devices.flatMap { ["--on", $0] } + ["--", "sh", "-c", script, "run", "a name with spaces"])
        }
        for program in programs {
            let outcome = program.finish()
            #expect(outcome.status == 0, "\(outcome.errors)")
        }
        let start = try workspace.start("cap-plan", ["--on", devices[0], "--", "sleep", "20"])
        usleep(300_000)
        // A run that is killed leaves its device to the next.
        kill(start.process.processIdentifier, SIGKILL)
        #expect(try workspace.run("cap-plan", "--on", devices[0], "--", "sh", "-c", script).status == 0)
        #expect(try workspace.run("cap-plan", "--on", devices[0]).status == 64)
        let missing = try workspace.run("cap-plan", "--on", devices[0], "--", "no-such-program")
        #expect(missing.status == 1 && missing.errors.contains("no-such-program cannot be started"))
    }

    // MARK: - Slurm, as far as a plan goes

    /// sbatch and squeue that note what they are told. Jobs run at once where `runs` says so, and otherwise wait for ever.
    static func slurm(_ workspace: Workspace, runs: Bool) throws -> [String: String] {
        let folder = workspace.folder.appendingPathComponent("slurm")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let sbatch = """
            #!/bin/bash
            set -e
            cd "$(dirname "$0")"
            id=$(( $(cat last 2>/dev/null || echo 100) + 1 )); echo $id > last
            printf '%s\\0' "$@" > job-$id
            tasks=1
            for word; do case $word in --array=1-*) tasks=$(seq ${word#--array=1-});; esac; done
            if [ \(runs ? 1 : 0) = 1 ]; then
                for word; do
                    case $word in --chdir=*) place=${word#--chdir=};; --output=*) log=${word#--output=};; esac
                    last=$word
                done
                for task in $tasks; do
                    (cd "$place" && env -u CAP_CALLER SLURM_ARRAY_TASK_ID=$task bash -c "$last") \
                        >> "$place/${log//%a/$task}" 2>&1 || true
                done
            else
                for task in $tasks; do echo "$id|PENDING||0:00|Priority" >> queue; done
            fi
            echo $id
            """
        let squeue = "#!/bin/bash\ncat \"$(dirname \"$0\")/queue\" 2>/dev/null || true\n"
        let scancel = "#!/bin/bash\ncd \"$(dirname \"$0\")\" && echo $1 >> cancelled && sed -i \"/^$1|/d\" queue\n"
        for (name, text) in [("sbatch", sbatch), ("squeue", squeue), ("scancel", scancel)] {
            let file = folder.appendingPathComponent(name)
            try Data(text.utf8).write(to: file)
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: file.path)
        }
        return ["PATH": folder.path + ":" + (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin")]
    }

    static func words(ofJob id: Int, _ workspace: Workspace) throws -> [String] {
        try Data(contentsOf: URL(fileURLWithPath: workspace.path("slurm/job-\(id)"))).split(separator: 0).map {
            String(decoding: $0, as: UTF8.self)
        }
    }

    @Test func jobsWaitForWhatTheyNeedAndAreHandedInOnce() throws {
        let workspace = try Workspace.withPets()
        let environment = try Self.slurm(workspace, runs: false)
        let words = StalenessTests.words + ["ENGINE=slurm", "PROCESSES=2", "--make"]
        let made = try workspace.run("cap-plan", arguments: words, environment: environment)
        try Pipeline.expectSuccess(made)
        let lines = made.output.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
        #expect(
            lines.map { $0[1] } == [
                "pets/images.h5.parts", "pets/images.h5", "pets/features.h5.parts", "pets/features.h5", "pets/ul/mismatch.h5",
                "pets/ul/descriptions.h5", "pets/ul/labels.h5", "pets/ul/model.h5", "pets/ul/eval.h5",
            ])
        #expect(lines.map { $0[0] } == (101...109).map(String.init))
        let embedding = try Self.words(ofJob: 103, workspace)
        #expect(embedding.contains("--array=1-2") && embedding.contains("--dependency=afterok:102"))
        #expect(embedding.contains("--output=pets/features.h5.%a.log"))
        #expect(try #require(embedding.last).hasSuffix(" --part \"$SLURM_ARRAY_TASK_ID\"/2"))
        let joining = try Self.words(ofJob: 104, workspace)
        #expect(joining.contains("--dependency=afterok:103") && !joining.contains { $0.hasPrefix("--array") })
        #expect(try !#require(joining.last).contains("--part"))
        let training = try Self.words(ofJob: 108, workspace)
        #expect(training.contains("--dependency=afterok:102:104:107"))
        #expect(training.contains("--kill-on-invalid-dep=yes"))
        #expect(training.contains("--ntasks=2"))
        #expect(training.contains("--output=pets/ul/model.h5.log"))
        #expect(try #require(training.last).contains("srun --kill-on-bad-exit=1 /"))
        #expect(try !Self.words(ofJob: 105, workspace).contains("--ntasks=2"))
        #expect(try !Self.words(ofJob: 107, workspace).contains("--ntasks=2"))
        #expect(try !Self.words(ofJob: 101, workspace).contains { $0.hasPrefix("--dependency") })

        // Told again, what waits is left alone.
        try Pipeline.expectSuccess(workspace.run("cap-plan", arguments: words, environment: environment))
        #expect(!FileManager.default.fileExists(atPath: workspace.path("slurm/job-110")))
        // What has gone is handed in anew, behind what still waits, and what waited for it is taken back and handed in behind it.
        let queue = URL(fileURLWithPath: workspace.path("slurm/queue"))
        try Data(String(contentsOf: queue, encoding: .utf8).replacing(/108.*\n/, with: "").utf8).write(to: queue)
        try Pipeline.expectSuccess(workspace.run("cap-plan", arguments: words, environment: environment))
        #expect(try Self.words(ofJob: 110, workspace).contains("--job-name=cap:pets/ul/model.h5"))
        #expect(try Self.words(ofJob: 110, workspace).contains("--dependency=afterok:102:104:107"))
        #expect(try Self.words(ofJob: 111, workspace).contains("--dependency=afterok:110:102:104:107"))
        #expect(try String(contentsOfFile: workspace.path("slurm/cancelled"), encoding: .utf8) == "109\n")
        #expect(!FileManager.default.fileExists(atPath: workspace.path("slurm/job-112")))

        let summary = try workspace.run("cap-plan", arguments: StalenessTests.words + ["--jobs"], environment: environment)
        try Pipeline.expectSuccess(summary)
        #expect(summary.output.contains("110\tpets/ul/model.h5\tpending (Priority) for 0:00\n"), "\(summary.output)")
        #expect(summary.output.contains("103\tpets/features.h5.parts\t2 pending\n"), "\(summary.output)")
    }

    /// A task of an array has failed: what was to join the parts is gone, and the other task still runs.
    @Test(arguments: ["CANCELLED", "TIMEOUT"]) func partsAreNotMadeByTwoAtATime(failure: String) throws {
        let workspace = try Workspace.withPets()
        let environment = try Self.slurm(workspace, runs: false)
        let words = StalenessTests.words + ["ENGINE=slurm", "PROCESSES=2", "--make"]
        try Pipeline.expectSuccess(workspace.run("cap-plan", arguments: words, environment: environment))
        // Slurm notices that a job waits in vain when all tasks have ended.
        let queue = """
            101|RUNNING|node7|1:00|None
            101|\(failure)|node8|0:10|None
            102|PENDING||0:00|\(failure == "CANCELLED" ? "Dependency" : "DependencyNeverSatisfied")
            103|PENDING||0:00|Dependency
            """
        try Data((queue + "\n").utf8).write(to: URL(fileURLWithPath: workspace.path("slurm/queue")))
        let again = try workspace.run("cap-plan", arguments: words, environment: environment)
        try Pipeline.expectSuccess(again)
        #expect(try Self.words(ofJob: 110, workspace).contains("--job-name=cap:pets/images.h5.parts"))
        #expect(try Self.words(ofJob: 110, workspace).contains("--dependency=afterany:101"))
        #expect(try Self.words(ofJob: 111, workspace).contains("--dependency=afterok:110"))
        // The embedding's array waited for what never comes.
        #expect(try Self.words(ofJob: 112, workspace).contains("--dependency=afterok:111"))
        #expect(
            try String(contentsOfFile: workspace.path("slurm/cancelled"), encoding: .utf8)
                == (failure == "CANCELLED" ? "102\n103\n" : "103\n"))
    }

    @Test func aClustersOwnFileSaysWhatItHas() throws {
        let workspace = try Workspace.withPets()
        let environment = try Self.slurm(workspace, runs: false)
        let words = StalenessTests.words + ["ENGINE=slurm", "SLURM=cluster.yaml", "--make"]
        let file = URL(fileURLWithPath: workspace.path("cluster.yaml"))
        try Data("all: [--partition=gpu]\nembed: [\"--gres=gpu:1\"]\neval: [--cpus-per-task=4]\n".utf8).write(to: file)
        try Pipeline.expectSuccess(workspace.run("cap-plan", arguments: words, environment: environment))
        let (decoding, embedding) = try (Self.words(ofJob: 101, workspace), Self.words(ofJob: 102, workspace))
        #expect(decoding.contains("--partition=gpu") && decoding.contains("--cpus-per-task=2"))
        #expect(embedding.contains("--gres=gpu:1") && embedding.contains("--partition=gpu"))
        // A step does not take over what a job has for each task.
        try Pipeline.expectSuccess(
            workspace.run("cap-plan", arguments: words + ["PROCESSES=2", "RUNS=other"], environment: environment))
        #expect(try #require(Self.words(ofJob: 116, workspace).last).contains("srun --kill-on-bad-exit=1 --cpus-per-task=4 /"))
        for (text, says) in [
            ("embd: []", "did you mean embed"), ("embed: --gres", "needs a list"), ("- a", "expected are lines"),
        ] {
            try Data(text.utf8).write(to: file)
            let refused = try workspace.run("cap-plan", arguments: words, environment: environment)
            #expect(refused.status == 1 && refused.errors.contains(says) && refused.errors.contains("cluster.yaml"))
        }
    }

    @Test func whatSlurmMakesIsWhatMakeMakes() throws {
        let workspace = try Workspace.withPets()
        try Pipeline.expectSuccess(workspace.run("cap-plan", arguments: StalenessTests.words + ["--make", "RUNS=by make"]))
        let environment = try Self.slurm(workspace, runs: true)
        let words = StalenessTests.words + ["ENGINE=slurm", "RUNS=it's by slurm", "--make"]
        let parted = Workspace.petsValues + ["ENGINE=slurm", "PROCESSES=3", "RUNS=it's by slurm", "--make"]
        // Arrays of parts where a step with several tasks needs no srun: as far as the features.
        try Pipeline.expectSuccess(
            workspace.run("cap-plan", arguments: parted + ["it's by slurm/pets/features.h5"], environment: environment))
        #expect(FileManager.default.fileExists(atPath: workspace.path("it's by slurm/pets/features.h5.3.log")))
        try Pipeline.expectSuccess(workspace.run("cap-plan", arguments: words, environment: environment))
        for file in ["images.h5", "features.h5", "ul/mismatch.h5", "ul/labels.h5", "ul/model.h5", "ul/eval.h5"] {
            #expect(
                try ProcessTests.identity(workspace, "by make/pets/\(file)")
                    == ProcessTests.identity(workspace, "it's by slurm/pets/\(file)"), "\(file)")
        }
        let log = try String(contentsOfFile: workspace.path("it's by slurm/pets/ul/model.h5.log"), encoding: .utf8)
        #expect(log.contains("cap-finetune\n"))
        let again = try workspace.run("cap-plan", arguments: words, environment: environment)
        #expect(again.output == "everything is up to date\n", "\(again.output)")

        // A job that has failed says so, and is handed in again.
        try FileManager.default.removeItem(atPath: workspace.path("it's by slurm/pets/ul/model.h5"))
        let summary = try workspace.run(
            "cap-plan", arguments: StalenessTests.words + ["RUNS=it's by slurm", "--jobs"], environment: environment)
        #expect(summary.output.contains("ended without it: see pets/ul/model.h5.log"), "\(summary.output)")
        let missing = try workspace.run("cap-plan", arguments: words, environment: environment)
        #expect(missing.output.split(separator: "\n").first?.contains("pets/ul/model.h5  handed in") == true, "\(missing.output)")
        #expect(FileManager.default.fileExists(atPath: workspace.path("it's by slurm/pets/ul/model.h5")))
    }

    @Test func slurmsOwnWordsReachThePerson() throws {
        let workspace = try Workspace.withPets()
        let environment = try Self.slurm(workspace, runs: false)
        let sbatch = "#!/bin/bash\necho 'sbatch: error: invalid partition specified' >&2\nexit 1\n"
        try Data(sbatch.utf8).write(to: URL(fileURLWithPath: workspace.path("slurm/sbatch")))
        let refused = try workspace.run(
            "cap-plan", arguments: StalenessTests.words + ["ENGINE=slurm", "--make"], environment: environment)
        #expect(refused.status == 1)
        #expect(refused.errors == "cap-plan: sbatch refused: sbatch: error: invalid partition specified\n")
        let none = try workspace.run(
            "cap-plan", arguments: StalenessTests.words + ["ENGINE=slurm", "--make"],
            environment: ["PATH": workspace.path("nowhere") + ":/nowhere"])
        #expect(none.status == 1 && none.errors.contains("squeue was not found"), "\(none.errors)")
    }
}
