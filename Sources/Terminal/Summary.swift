import Essentials

/// What a command did, printed on standard error when it is done.
///
/// ```swift
/// var summary = Summary("cap-embed")
/// summary.add("images", HumanReadable.count(images))
/// summary.add("wrote", file: path)
/// summary.next(["cap-detect", path, "-o", "mismatch.h5"])
/// summary.print(quiet: verbosity.quiet)
/// ```
public struct Summary: Sendable {
    private let command: String
    private var lines: [(name: String, value: String)] = []
    private var nextStep: String?

    public init(_ command: String) {
        self.command = command
    }

    public mutating func add(_ name: String, _ value: String) {
        lines.append((name, value))
    }

    /// Names a file as the person would type it.
    public mutating func add(_ name: String, file path: String) { add(name, SpokenNames.place(path)) }

    /// Names the command that usually comes next, as one would type it.
    ///
    /// - Parameters:
    ///   - words: the command's, of which files may be called anything.
    ///   - remark: what is said behind it.
    ///   - endsRun: whether what comes next is a person's to type even where a plan runs the stages.
    public mutating func next(
        _ words: [String], _ remark: String = "", endsRun: Bool = false, to caller: SpokenNames.Caller = .ofThisProcess
    ) {
        if endsRun || caller == .person { nextStep = ShellWord.line(words) + remark }
    }

    /// Says what comes next where that is not one command, where a person runs this one.
    public mutating func next(saying sentence: String, to caller: SpokenNames.Caller = .ofThisProcess) {
        if caller == .person { nextStep = sentence }
    }

    public var text: String {
        let width = lines.map(\.name.count).max() ?? 0
        var text = command + "\n"
        for (name, value) in lines {
            text += "  " + name + String(repeating: " ", count: width - name.count + 2) + value.escapingControls() + "\n"
        }
        if let nextStep { text += "  next: " + nextStep.escapingControls() + "\n" }
        return text
    }

    public func print(quiet: Bool) {
        if !quiet { Standard.error.write(text) }
    }
}
