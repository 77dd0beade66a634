import ArgumentParser

/// Computes what Tests/Tools/parity/run.py compares with Python's libraries.
@main
struct ParityProbe: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "parity-probe",
        abstract: "Compute tokens, views and features, to compare with other libraries.",
        subcommands: [TokensProbe.self, ViewsProbe.self, FeaturesProbe.self])
}
