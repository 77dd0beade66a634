import ArgumentParser
import Terminal

@main
struct Demo: Command {
    static let configuration = CommandConfiguration(
        commandName: "cap-demo",
        abstract: "Make the demonstration's images and its small CLIP checkpoint.",
        discussion: """
            Everything is rendered and trained here; nothing is downloaded.

              cap-demo images -o runs/demo/data
            """,
        version: CAPVersion.current,
        subcommands: [RenderImages.self, RenderSheet.self, TrainCheckpoint.self])

    var outputs: [String] { [] }
}

/// The seed of rendered images, which takes half of an image's own seed.
struct RenderSeed: ParsableArguments {
    @Option(name: .long, help: "Seed of the rendered images.")
    var seed: UInt32 = 1
}
