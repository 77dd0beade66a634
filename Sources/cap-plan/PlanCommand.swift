import ArgumentParser
import Launch
import Pipeline
import Terminal

package struct PlanCommand: Command {
    package static let configuration = CommandConfiguration(
        .plan,
        discussion: """
            Goals and variables are those of the Makefile: runs of data sets, tables, artifacts by their path (make help). \
            Prints the plan as a makefile: for each artifact what it is made from and the one command that makes it. \
            --make runs it, or hands it in to Slurm where ENGINE=slurm; --why says in a sentence for each artifact why it is out \
            of date, --jobs which job of Slurm makes it and where. --on runs a command on a device that no other run is on.

            Examples:
              cap-plan demo-ul K=8
              cap-plan --why dtd-ssl DATA=~/data MODEL=~/models/clip-vit-base-patch32
              cap-plan --jobs dtd-ssl DATA=~/data MODEL=~/models/clip-vit-base-patch32
            """)

    @Argument(help: ArgumentHelp("Goals, and variables as NAME=VALUE; with --on the command to run.", valueName: "goal"))
    var words: [String] = []

    @Flag(help: "Have Make run the plan.")
    var make = false

    @Flag(help: "Say why each artifact is to be made.")
    var why = false

    @Flag(help: "Say which job of Slurm makes each artifact, and where it runs.")
    var jobs = false

    @Option(
        help: ArgumentHelp(
            "Device to run a command on once it is free; of several the first that is. Repeatable.", valueName: "device"))
    var on: [String] = []

    @Flag(help: "Print what can be made and every variable, as make help does.")
    var list = false

    package init() {}

    /// What the stages write they answer for themselves.
    package var outputs: [String] { [] }

    package func run() throws {
        guard on.isEmpty else {
            guard !words.isEmpty else { throw ValidationError("--on needs a command to run, behind --.") }
            try DevicePlace(on).execute(words)
        }
        let files = try PipelineFiles(beside: OwnProgram.file)
        if list { return try Standard.output.write(MakeHelp(files).text) }
        var request = Request(goals: [])
        for word in words {
            if let (name, value) = Self.variable(word) {
                try request.set(name, to: value)
            } else {
                request.goals.append(word)
            }
        }
        guard !request.goals.isEmpty else { throw ValidationError("Name something to make, such as demo-ul.") }
        var planner = try Planner(request, files: files, programs: OwnProgram.folder)
        var freshness = try Freshness(planner.plan())
        let plan = freshness.judged(remembering: make && !MakeRun.isDry())
        for remark in plan.remarks { Standard.error.note("cap-plan", remark) }
        if why { return Standard.output.write(plan.explanation.escapingControls(keepingLines: true)) }
        if jobs {
            let lines = try SlurmRun(plan, files: files).summary()
            return Standard.output.write(lines.map { "\($0.job ?? "-")\t\($0.target)\t\($0.state)\n" }.joined())
        }
        if make, request.launching.engine == .slurm {
            return try SlurmRun(plan, files: files).submit(isDry: MakeRun.isDry()) { Standard.output.write($0 + "\n") }
        }
        if make { try MakeRun(plan, of: ["make"] + words, showing: request.runs).execute() }
        Standard.output.write(plan.makefile(showing: request.runs))
    }

    /// NAME and VALUE of a word like those of Make's command line.
    private static func variable(_ word: String) -> (String, String)? {
        guard let sign = word.firstIndex(of: "="), sign > word.startIndex else { return nil }
        let name = word[..<sign]
        guard name.allSatisfy({ $0.isASCII && ($0.isUppercase || $0.isNumber || $0 == "_") }) else { return nil }
        return (String(name), String(word[word.index(after: sign)...]))
    }
}
