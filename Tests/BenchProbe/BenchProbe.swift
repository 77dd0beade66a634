import ArgumentParser

/// Makes what Tests/Tools/bench measures with, and measures what no command does alone.
@main
struct BenchProbe: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench-probe",
        abstract: "Make the inputs of the benchmarks, and measure what no command does alone.",
        subcommands: [
            CheckpointProbe.self, PhotographsProbe.self, MixtureProbe.self, LabelsProbe.self, ProductsProbe.self,
            CopiesProbe.self, RegistersProbe.self, DetectionProbe.self, ArtifactsProbe.self, JoinProbe.self,
        ])
}
