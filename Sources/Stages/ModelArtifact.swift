import Artifacts
import CAP
import ImageArchive
import Images
import Methods
import Tensors
import Vocabulary

/// How the state of training is kept in `model.h5` and, between epochs, in `model.h5.checkpoint`.
struct ModelArtifact {
    /// What the file is about, the same for both.
    struct Subject {
        let method: Method
        let modality: Modality
        let classNames: [String]
        let phrases: [String]
        let paradigm: Paradigm
        let checkpoint: String
        let checkpointIdentity: String
        /// How the images were read: new ones are to be read the same.
        let reading: Reading
    }

    /// Writes all but what only a checkpoint has.
    static func write<Kind: TrainedKind>(
        _ training: any Training, epochs: [EpochRecord], seconds: Double, _ subject: Subject,
        to writer: ArtifactWriter<Kind>
    ) throws {
        try writer.set(\.paradigm, to: subject.paradigm)
        try writer.set(\.checkpoint.path, to: subject.checkpoint)
        try writer.set(\.checkpoint.identity, to: subject.checkpointIdentity)
        try writer.set(\.method, to: subject.method.name)
        try writer.set(\.modality, to: subject.modality.rawValue)
        try writer.set(\.seconds, to: seconds)
        try subject.reading.write(to: writer)
        try writer.write(subject.classNames, to: \.classes.name)
        try writer.write(subject.phrases, to: \.classes.phrase)
        try writer.write(training.model.classPrompts, to: \.classes.prompt)

        for (parameter, momentum) in zip(training.optimizer.parameters, training.optimizer.momenta) {
            let shape = parameter.value.shape
            try writer.write(parameter.value.floats(), shape: shape, to: \.trained[parameter.path])
            try writer.write(momentum.floats(), shape: shape, to: \.momentum[parameter.path])
        }

        try writer.write(epochs.map { Float($0.lossPseudolabeled) }, to: \.epochs.lossPseudolabel)
        try writer.write(epochs.map { Float($0.lossUnlabeled) }, to: \.epochs.lossUnlabeled)
        try writer.write(epochs.map { Float($0.lossLabeled) }, to: \.epochs.lossLabeled)
        try writer.write(epochs.map { Float($0.learningRate) }, to: \.epochs.learningRate)
        try writer.write(epochs.map(\.pseudolabelCount), to: \.epochs.pseudolabelCount)
        try writer.write(
            epochs.map { Float($0.pseudolabelAccuracy ?? .nan) }, to: \.epochs.pseudolabelAccuracy)
        try writer.write(epochs.map(\.confidentCount), to: \.epochs.confidentCount)
        let table = [epochs.count, subject.classNames.count]
        try writer.write(
            epochs.flatMap(\.confidentPerClass), shape: table, to: \.epochs.confidentPerClass)
        try writer.write(epochs.flatMap(\.marginScale), shape: table, to: \.epochs.marginScale)

        let pseudolabels = training.state.pseudolabels.flatMap { $0 }
        try writer.write(pseudolabels.map(\.image), to: \.pseudolabeled.image)
        try writer.write(pseudolabels.map(\.label), to: \.pseudolabeled.label)
        try writer.write(pseudolabels.map(\.confidence), to: \.pseudolabeled.confidence)
        try writer.write(pseudolabels.map(\.origin), to: \.pseudolabeled.origin)
    }

    /// Puts the trained values in `reader` into `parameters`, momenta too where there are any.
    static func restore<Kind: TrainedKind>(
        _ parameters: [NamedParameter], momenta: [Tensor] = [], from reader: ArtifactReader<Kind>
    ) throws {
        for parameter in parameters {
            try assign(\.trained[parameter.path], to: parameter.value, from: reader)
        }
        for (parameter, momentum) in zip(parameters, momenta) {
            try assign(\.momentum[parameter.path], to: momentum, from: reader)
        }
    }

    private static func assign<Kind: TrainedKind>(
        _ key: KeyPath<Kind, DatasetKey<Float>>, to tensor: Tensor, from reader: ArtifactReader<Kind>
    ) throws {
        let shape = try reader.shape(key)
        guard shape == tensor.shape else {
            throw ArtifactError(
                """
                \(reader.path): \(Kind()[keyPath: key].path) has the shape \(shape), and the checkpoint needs \(tensor.shape): \
                it was trained with another checkpoint
                """)
        }
        try tensor.assign(reader.tensor(key).to(tensor.device))
    }

    /// The rows of the epochs table.
    static func epochs(in reader: ArtifactReader<some TrainedKind>) throws -> [EpochRecord] {
        let lossesPseudolabeled = try reader.values(\.epochs.lossPseudolabel)
        let lossesUnlabeled = try reader.values(\.epochs.lossUnlabeled)
        let lossesLabeled = try reader.values(\.epochs.lossLabeled)
        let rates = try reader.values(\.epochs.learningRate)
        let counts = try reader.ints(\.epochs.pseudolabelCount)
        let accuracies = try reader.values(\.epochs.pseudolabelAccuracy)
        let confident = try reader.ints(\.epochs.confidentPerClass)
        let scales = try reader.values(\.epochs.marginScale)
        let classes = try reader.count(\.classes.name)
        return rates.indices.map { epoch in
            let row = epoch * classes..<(epoch + 1) * classes
            return EpochRecord(
                epoch: epoch, lossPseudolabeled: Double(lossesPseudolabeled[epoch]),
                lossUnlabeled: Double(lossesUnlabeled[epoch]),
                lossLabeled: Double(lossesLabeled[epoch]), learningRate: Double(rates[epoch]),
                pseudolabelCount: counts[epoch],
                pseudolabelAccuracy: accuracies[epoch].isNaN ? nil : Double(accuracies[epoch]),
                confidentPerClass: Array(confident[row]), marginScale: Array(scales[row]))
        }
    }
}
