import Essentials
import FoundationEssentials
import Parameters

/// What a person calls the options of a command, and its files, who runs it by way of another: Make's variables or cap-run's options, and
/// places that are not relative to the folder of runs, where that one has gone.
public enum SpokenNames {
    /// Who runs a command.
    public enum Caller: Sendable {
        case person, make, capRun

        /// Who runs this process: what the environment variable `CAP_CALLER` says, the name of a program.
        public static let ofThisProcess = Caller(ProcessInfo.processInfo.environment["CAP_CALLER"])

        init(_ program: String?) {
            switch program {
            case nil, "": self = .person
            case "cap-run": self = .capRun
            default: self = .make
            }
        }
    }

    /// A path as the person would type it: `runs/demo/ul/model.h5` for `demo/ul/model.h5` where the environment's `CAP_RUNS` is `runs`.
    public static func place(
        _ path: String, under runs: String? = ProcessInfo.processInfo.environment["CAP_RUNS"]
    ) -> String {
        guard let runs, !runs.isEmpty, !path.hasPrefix("/") else { return path }
        return runs.appendingPath(path)
    }

    /// Parameters by the options that stand for them.
    private static let parameters = Dictionary(Parameters.all.map { ("--" + $0.option, $0) }) { first, _ in first }

    /// A sentence for the person at the keyboard: where Make runs, "raise MAX_TOKENS=" for "raise --max-tokens" and "DEPTH=4" for
    /// "--depth 4"; where cap-run does, "--llm NAME" for "--model NAME".
    public static func spoken(_ sentence: String, to caller: Caller = .ofThisProcess) -> String {
        guard caller != .person, sentence.contains("--") else { return sentence }
        return sentence.replacing(/(?<option>--[a-z][a-z\-]*[a-z]|--k)(?![\w\-])(?<value> (?=[0-9A-Z"']))?/) { match in
            guard let parameter = parameters[String(match.option)] else { return String(match.output.0) }
            return caller == .make ? parameter.makeName + "=" : "--" + parameter.name + (match.value ?? "")
        }
    }
}

extension Standard {
    /// Says something in the name of a command, in words for the person who runs it.
    public func note(_ command: String, _ sentence: String) {
        writeLines("\(command): \(SpokenNames.spoken(sentence))")
    }
}
