import ArgumentParser
import Essentials
import FoundationEssentials
import LanguageModels
import Parameters
import Stages
import Terminal

package struct DescribeCommand: AsyncCommand {
    package static let configuration = CommandConfiguration(
        .describe,
        discussion: """
            Reads features.h5 and mismatch.h5, has each mismatched class described by a language model or takes the \
            descriptions from a file of answers, and keeps the one that best fits a cluster of the images that found no \
            class. Writes descriptions.h5: questions, descriptions with their text features, and the choice. Without a \
            mismatched class nothing is asked. A class that nobody describes keeps its name: --template writes a file of \
            answers to fill in for such classes.

            The language model is any server with an OpenAI-compatible chat endpoint: OpenAI's own, Ollama, llama.cpp's \
            server, vLLM. A key is taken from the environment, from CAP_LLM_API_KEY or OPENAI_API_KEY, and written \
            nowhere. Answers are kept in a cache and are not asked for, or paid for, again.

            The file of answers is a JSON object of class name → list of sentences; --record writes one:
              {"chaparral": ["dense shrubland with a mottled texture", "…"]}

            With --show-images a model that sees is shown images of the cluster that a class's name fits best. The paper does \
            not do so. descriptions.h5 says which were shown.

            Examples:
              cap-describe features.h5 mismatch.h5 --checkpoint DIR \\
                --answers answers.json -o descriptions.h5
              cap-describe features.h5 mismatch.h5 --checkpoint DIR \\
                --model gpt-4o-mini -o descriptions.h5
              cap-describe features.h5 mismatch.h5 --checkpoint DIR \\
                --endpoint http://localhost:11434/v1 \\
                --model llama3.2 -o descriptions.h5
              cap-describe features.h5 mismatch.h5 --checkpoint DIR \\
                --domain "a satellite photo of {}" --dry-run
            """)

    @Argument(help: ArgumentHelp("File that cap-embed wrote.", valueName: "features.h5"), completion: .file(extensions: ["h5"]))
    var features: String

    @Argument(help: ArgumentHelp("File that cap-detect wrote.", valueName: "mismatch.h5"), completion: .file(extensions: ["h5"]))
    var mismatch: String

    @OptionGroup var parameters: ParameterOptions<DescribeParameters>

    @Option(
        name: [.customShort("o"), .long], help: ArgumentHelp("File to write.", valueName: "file"),
        completion: .file(extensions: ["h5"]))
    var output: String?

    @OptionGroup(title: "The language model") var live: LiveModelOptions

    @Option(
        help: ArgumentHelp("JSON file to write the answers to, for editing and for --answers.", valueName: "file"),
        completion: .file())
    var record: String?

    @Option(
        help: ArgumentHelp(
            "JSON file to write the questions to that nobody answered, to fill in; one with answers is left as it is.",
            valueName: "file"),
        completion: .file())
    var template: String?

    @Option(
        help: ArgumentHelp(
            "File that cap-decode wrote, for --show-images. (default: the one that features.h5 was made from)",
            valueName: "images.h5"),
        completion: .file(extensions: ["h5"]))
    var images: String?

    @Flag(help: "Print what would be asked, and how much of it is in the cache. Asks nothing, writes nothing.")
    var dryRun = false

    @Flag(help: "Do nothing where the file was made with the same parameters from the same content.")
    var ifChanged = false

    @OptionGroup var verbosity: VerbosityOptions

    package init() {}

    package func validate() throws {
        do {
            _ = try parameters.settings.endpoint.map { try ChatEndpoint($0) }
        } catch let error as LanguageModelError {
            throw ValidationError("--endpoint: \(error).")
        }
        guard try parameters.settings.shownImages == 0 || isLive(parameters.settings) || dryRun else {
            throw ValidationError("--show-images needs a language model to show them to: --endpoint and --model.")
        }
        guard dryRun || output?.isEmpty == false else {
            throw ValidationError("Name the file to write with -o, or use --dry-run.")
        }
    }

    package var outputs: [String] { [output, record, template].compactMap { $0 } }

    package func run() async throws {
        let settings = try parameters.settings
        var target = StageOutput(output ?? "")
        target.isKeptUnchanged = ifChanged
        var stage = Describe(features: features, mismatch: mismatch, settings: settings, output: target)
        stage.record = record
        stage.template = template
        stage.images = images
        stage.note = { Standard.error.note("cap-describe", $0) }
        if dryRun { return try printQuestions(of: stage) }

        var price: TokenPrice?
        if let answers = settings.answers {
            stage.model = try AnswersFile(path: answers.path)
        } else if isLive(settings) {
            let progress = ProgressBar(
                "asking", total: try stage.questions().count * settings.candidates, unit: "answers", quiet: verbosity.quiet)
            stage.model = try live.chatModel(settings, progress: progress)
            price = try live.price(settings)
        }
        summarize(try await stage.run(), settings, price: price)
    }

    private func printQuestions(of stage: Describe) throws {
        let questions = try stage.questions()
        for question in questions {
            Standard.output.write("\(question.className)\t\(question.text)\n")
        }
        var summary = Summary("cap-describe")
        summary.add("classes", HumanReadable.count(questions.count))
        let settings = stage.settings
        if settings.answers == nil {
            let model = try live.chatModel(settings, progress: nil)
            let cached = model.cachedAnswers(to: questions, count: settings.candidates)
            summary.add("would ask", model.name)
            summary.add(
                "answers",
                "\(HumanReadable.count(questions.count * settings.candidates)), \(HumanReadable.count(cached)) of them in the cache"
            )
        }
        summary.print(quiet: verbosity.quiet)
    }

    /// Whether a language model is to be asked at all.
    private func isLive(_ settings: Settings<DescribeParameters>) -> Bool {
        settings.endpoint != nil || settings.languageModel != nil
    }

    private func summarize(_ result: Describe.Result, _ settings: Settings<DescribeParameters>, price: TokenPrice?) {
        var summary = Summary("cap-describe")
        let classes = result.replacements.count + result.undescribed.count
        summary.add(
            settings.allClasses ? "described" : "mismatched", classes == 0 ? "none" : "\(classes) classes")
        for replacement in result.replacements {
            summary.add(replacement.className, replacement.text)
        }
        if !result.undescribed.isEmpty { summary.add("undescribed", result.undescribed.joined(separator: ", ")) }
        summary.add("answers", result.languageModel)
        if isLive(settings) && !result.replacements.isEmpty {
            func text(_ tokens: TokenCount) -> String {
                let count = "\(HumanReadable.count(tokens.prompt)) + \(HumanReadable.count(tokens.completion))"
                return count + (price.map { String(printf: " ($%.4f)", $0.cost(of: tokens)) } ?? "")
            }
            summary.add("tokens", "\(text(result.tokens)), questions + answers")
            summary.add("paid now", text(result.paid))
        }
        summary.add("time", HumanReadable.duration(result.seconds))
        if let record { summary.add("recorded", record) }
        if let output {
            summary.add("wrote", file: output)
            summary.next(["cap-label", features, mismatch, output, "-o", "labels.h5"])
        }
        summary.print(quiet: verbosity.quiet)
    }
}
