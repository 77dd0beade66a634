import ArgumentParser
import Terminal

package struct Demo: Command {
    package static let configuration = CommandConfiguration(
        .demo,
        discussion: """
            Everything is rendered and trained here; nothing is downloaded.

              cap-demo images -o runs/demo/data
            """,
        subcommands: [RenderImages.self, RenderSheet.self, TrainCheckpoint.self])

    package init() {}

    package var outputs: [String] { [] }
}

/// The seed of rendered images, which takes half of an image's own seed.
struct RenderSeed: ParsableArguments {
    @Option(name: .long, help: "Seed of the rendered images.")
    var seed: UInt32 = 1
}
