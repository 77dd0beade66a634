import ArgumentParser

/// Damaged and hostile files of every kind through every reader; see scripts/fuzz.sh.
@main
struct FuzzProbe: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fuzz-probe",
        abstract: "Damage files of every kind and have them read.",
        subcommands: [Campaign.self, Worker.self], defaultSubcommand: Campaign.self)
}
