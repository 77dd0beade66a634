import ArgumentParser

/// The commands, in the order in which `cap` lists them.
public enum CommandName: String, CaseIterable, Sendable {
    case run, plan, decode, embed, detect, describe, label, finetune, eval, predict, review, report, table, inspect, export, demo

    /// What it is called by.
    public var command: String { "cap-\(rawValue)" }

    /// What it is for, in a sentence.
    public var abstract: String {
        switch self {
        case .run: "Adapt CLIP to a folder of images, from pictures to a classifier."
        case .plan: "Work out what goals stand for, and why something is to be made."
        case .decode: "Decode a data set's images into one file."
        case .embed: "Encode images and class names with CLIP."
        case .detect: "Find the classes whose name does not describe their images."
        case .describe: "Describe mismatched classes in words that fit their images."
        case .label: "Pick the pseudolabels that training starts with."
        case .finetune: "Fine-tune CLIP's prompts by the method that labels were picked for."
        case .eval: "Predict the test images with the adapted model, and report."
        case .predict: "Predict the classes of new images with an adapted model."
        case .review: "Ask a person about a run's least sure images, names, descriptions."
        case .report: "Put runs side by side, or watch one that is training."
        case .table: "Put the results of many runs into a table and figures."
        case .inspect: "Show what is in an artifact, or in any HDF5 file."
        case .export: "Write an adapted model for use from Python, with PyTorch alone."
        case .demo: "Make the demonstration's images and its small CLIP checkpoint."
        }
    }

    /// The executable that holds it: what computes needs libtorch, which takes a quarter of a second to load.
    public var executable: String {
        switch self {
        case .run, .plan, .report, .table, .inspect: "cap"
        default: "cap-torch"
        }
    }
}

extension CommandConfiguration {
    /// That of a command, with what all commands have in common.
    public init(_ name: CommandName, discussion: String, subcommands: [any ParsableCommand.Type] = []) {
        self.init(
            commandName: name.command, abstract: name.abstract, discussion: discussion, version: CAPVersion.current,
            subcommands: subcommands)
    }
}
