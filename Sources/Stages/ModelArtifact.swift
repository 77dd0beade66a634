import Artifacts
import CAP
import ImageArchive
import Images
import Methods
import Tensors

/// How the state of training is kept in `model.h5` and, between epochs, in `model.h5.checkpoint`.
struct ModelArtifact {
    /// What the file is about, the same for both.
    struct Subject {
        let method: Method
        let modality: Modality
        let classNames: [String]
        let paradigm: String
        let checkpoint: String
        let checkpointIdentity: String
        /// How the images were read: new ones are to be read the same.
        let reading: Reading
    }

    /// Writes all but what only a checkpoint has.
    static func write(
        _ training: any Training, epochs: [EpochRecord], seconds: Double, _ subject: Subject, to writer: ArtifactWriter
    ) throws {
        try writer.set("paradigm", to: subject.paradigm)
        try writer.set("checkpoint", to: subject.checkpoint)
        try writer.set("checkpoint_identity", to: subject.checkpointIdentity)
        try writer.set("method", to: subject.method.name)
        try writer.set("modality", to: subject.modality.rawValue)
        try writer.set("seconds", to: seconds)
        try subject.reading.write(to: writer)
        try writer.write(subject.classNames, to: "classes/name")
        try writer.write(training.model.classPrompts, to: "classes/prompt")

        for (parameter, momentum) in zip(training.optimizer.parameters, training.optimizer.momenta) {
            let shape = parameter.value.shape
            try writer.write(parameter.value.floats(), shape: shape, to: parameter.name)
            try writer.write(momentum.floats(), shape: shape, to: "optimizer/\(parameter.name)")
        }

        try writer.write(epochs.map { Float($0.lossPseudolabeled) }, to: "epochs/loss_pseudolabel")
        try writer.write(epochs.map { Float($0.lossUnlabeled) }, to: "epochs/loss_unlabeled")
        try writer.write(epochs.map { Float($0.lossLabeled) }, to: "epochs/loss_labeled")
        try writer.write(epochs.map { Float($0.learningRate) }, to: "epochs/learning_rate")
        try writer.write(epochs.map { Int32($0.pseudolabelCount) }, to: "epochs/pseudolabel_count")
        try writer.write(
            epochs.map { Float($0.pseudolabelAccuracy ?? .nan) }, to: "epochs/pseudolabel_accuracy")
        try writer.write(epochs.map { Int32($0.confidentCount) }, to: "epochs/confident_count")
        let table = [epochs.count, subject.classNames.count]
        try writer.write(
            epochs.flatMap { $0.confidentPerClass.map(Int32.init) }, shape: table, to: "epochs/confident_per_class")
        try writer.write(epochs.flatMap(\.marginScale), shape: table, to: "epochs/margin_scale")

        let pseudolabels = training.state.pseudolabels.flatMap { $0 }
        try writer.write(pseudolabels.map { Int32($0.image) }, to: "pseudolabeled/image")
        try writer.write(pseudolabels.map { Int32($0.label) }, to: "pseudolabeled/label")
        try writer.write(pseudolabels.map(\.confidence), to: "pseudolabeled/confidence")
        try writer.write(pseudolabels.map(\.origin.rawValue), to: "pseudolabeled/origin")
    }

    /// Puts the trained values in `reader` into `parameters`, momenta too where there are any.
    static func restore(_ parameters: [NamedParameter], momenta: [Tensor] = [], from reader: ArtifactReader) throws {
        for parameter in parameters {
            try assign(parameter.name, to: parameter.value, from: reader)
        }
        for (parameter, momentum) in zip(parameters, momenta) {
            try assign("optimizer/\(parameter.name)", to: momentum, from: reader)
        }
    }

    private static func assign(_ path: String, to tensor: Tensor, from reader: ArtifactReader) throws {
        let shape = try reader.shape(path)
        guard shape == tensor.shape else {
            throw ArtifactError(
                """
                \(reader.path): \(path) has the shape \(shape), and the checkpoint needs \(tensor.shape): \
                it was trained with another checkpoint
                """)
        }
        try tensor.assign(Tensor(reader.floats(path), shape: shape).to(tensor.device))
    }

    /// The rows of the epochs table.
    static func epochs(in reader: ArtifactReader) throws -> [EpochRecord] {
        let losses = try ["pseudolabel", "unlabeled", "labeled"].map { try reader.floats("epochs/loss_\($0)") }
        let rates = try reader.floats("epochs/learning_rate")
        let counts = try reader.ints("epochs/pseudolabel_count")
        let accuracies = try reader.floats("epochs/pseudolabel_accuracy")
        let confident = try reader.ints("epochs/confident_per_class")
        let scales = try reader.floats("epochs/margin_scale")
        let classes = try reader.count("classes/name")
        return rates.indices.map { epoch in
            let row = epoch * classes..<(epoch + 1) * classes
            return EpochRecord(
                epoch: epoch, lossPseudolabeled: Double(losses[0][epoch]), lossUnlabeled: Double(losses[1][epoch]),
                lossLabeled: Double(losses[2][epoch]), learningRate: Double(rates[epoch]),
                pseudolabelCount: counts[epoch],
                pseudolabelAccuracy: accuracies[epoch].isNaN ? nil : Double(accuracies[epoch]),
                confidentPerClass: Array(confident[row]), marginScale: Array(scales[row]))
        }
    }
}
