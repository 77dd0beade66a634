import ArgumentParser
import Launch
import Parameters
import Pipeline
import Terminal
import Vocabulary

/// What `make` takes as variables.
enum RunParameters: ParameterChoice {
    static let parameters = Request.parameters
}

package struct RunCommand: Command {
    package static let configuration = CommandConfiguration(
        .run,
        discussion: """
            The folder has a folder of images for each class, or images with a list of class names (--classes), or is one of \
            the known data sets. Artifacts and the report go to RUNS/NAME/PARADIGM. Run again, it makes only what has \
            changed or was interrupted. The work is Make's, which must be installed.

            Examples:
              cap-run ~/pictures/pets --model ~/models/clip-vit-base-patch32
              cap-run pets --model ~/models/ViT-B-32.pt --paradigm ssl --k 32
            """)

    @Argument(help: ArgumentHelp("Folder of the data set, or its manifest.", valueName: "folder"), completion: .directory)
    var folder: String

    @Option(help: ArgumentHelp("Folder that artifacts go to.", valueName: "folder"), completion: .directory)
    var runs = "runs"

    @Option(help: ArgumentHelp("What the data set's runs go by. (default: the folder's name)", valueName: "name"))
    var name: String?

    @Option(
        help: "What is known: ul (no labels), ssl (some of every class), trzsl (all of the seen classes). (default: ul)",
        completion: .list(Paradigm.allCases.map(\.rawValue)))
    var paradigm: String?

    @Option(
        help: ArgumentHelp("File of values like those in pipelines/data-sets.", valueName: "file"), completion: .file())
    var config: String?

    @Option(name: .shortAndLong, help: ArgumentHelp("Commands to run at a time.", valueName: "count"))
    var jobs = 1

    @Flag(name: [.customShort("n"), .long], help: "Say what would run, and run nothing.")
    var dryRun = false

    @Flag(help: "Say why each artifact is to be made, and make none.")
    var why = false

    @OptionGroup(title: "Parameters of the stages") var parameters: PipelineOptions<RunParameters>

    package init() {}

    /// What the stages write they answer for themselves.
    package var outputs: [String] { [] }

    package func validate() throws {
        guard (1...1024).contains(jobs) else { throw ValidationError("--jobs must be between 1 and 1024, not \(jobs).") }
        guard paradigm.map({ Paradigm(rawValue: $0) != nil }) ?? true else {
            throw ValidationError("--paradigm is one of \(Paradigm.allCases.map(\.rawValue).joined(separator: ", ")).")
        }
    }

    package func run() throws {
        var request = Request(goals: [paradigm ?? Paradigm.ul.rawValue])
        (request.folder, request.runs, request.dataSet, request.config) = (folder, runs, name, config)
        request.naming = .long
        for parameter in Request.parameters {
            if let text = parameters.given[parameter.name] { try request.set(parameter, to: text) }
        }
        var planner = try Planner(
            request, files: PipelineFiles(beside: OwnProgram.file), programs: OwnProgram.folder)
        var freshness = try Freshness(planner.plan())
        let plan = freshness.judged(remembering: !dryRun && !why)
        for remark in plan.remarks { Standard.error.note("cap-run", remark) }
        if why { return Standard.output.write(plan.explanation.escapingControls(keepingLines: true)) }
        let options = (jobs > 1 ? ["-j\(jobs)"] : []) + (dryRun ? ["-n"] : [])
        try MakeRun(plan, of: ["cap-run"] + CommandLine.arguments.dropFirst(), showing: runs, options: options).execute()
    }
}
