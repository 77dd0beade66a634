/// An executable that holds several commands. Which of them runs is said by the name that it is called by, that of a link to it:
/// they have most of their code in common.
///
/// ```swift
/// @main
/// enum Cap {
///     static func main() { CommandExecutable.run([RunCommand.self, PlanCommand.self]) }
/// }
/// ```
public enum CommandExecutable {
    /// Runs the command that has the name which this process was started under. Under any other name it is a ``CommandGuide``.
    public static func run(_ commands: [any WritingCommand.Type]) {
        guard let command = commands.first(where: { $0.configuration.commandName == Standard.programName }) else {
            CommandGuide.run(Array(CommandLine.arguments.dropFirst()))
        }
        command.main()
    }
}
