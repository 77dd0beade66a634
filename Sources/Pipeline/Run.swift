import Methods
import Parameters
import Vocabulary

/// One run of the pipeline: a data set, a paradigm, a method, and what it differs in from the usual.
struct Run: Sendable {
    var dataSet: DataSetPlace
    var paradigm: Paradigm
    var method: Method
    /// nil for the method's own.
    var modality: Modality?
    /// A parameter of which the run has another value than usual.
    var setting: (parameter: Parameter, value: String)?
    /// nil for the run that the goal DATASET-PARADIGM makes.
    var seed: String?
    /// What precedes the data set's name in paths: for runs with another CLIP.
    var tree = ""

    /// The first stage whose result the setting changes.
    private var changed: Stage? {
        setting.flatMap { setting in Stage.allCases.first { setting.parameter.stages.contains($0) } }
    }

    private func part(_ stages: Stage...) throws -> String {
        guard let setting, let changed, stages.contains(changed) else { return "" }
        return try "/\(setting.parameter.makeName)-\(SafeName.of(setting.value))"
    }

    var imagesFolder: String { get throws { try dataSet.name + part(.decode) } }
    var featuresFolder: String { get throws { try tree + dataSet.name + part(.decode) + part(.embed) } }
    /// What methods share.
    var sharedFolder: String { get throws { try "\(featuresFolder)/\(paradigm.rawValue)" + part(.detect, .describe) } }

    var folder: String {
        get throws {
            let named = method.name + (modality.map { "-\($0.rawValue)" } ?? "")
            guard let seed else { return try sharedFolder + (method == .cap && modality == nil ? "" : "/" + named) }
            return try "\(sharedFolder)/\(named)" + part(.label, .finetune, .eval) + "/seed-\(seed)"
        }
    }
}

/// A data set and where it lies.
struct DataSetPlace: Sendable, Equatable {
    /// As part of paths.
    let name: String
    /// What cap-decode is given: a folder or a manifest, or the folder that holds a benchmark.
    let source: Source
    /// Its files of values, the later going before the earlier.
    let files: [String]

    enum Source: Sendable, Equatable {
        case folder(String)
        case benchmark(String, in: String)
        /// The demonstration's images, in RUNS.
        case rendered
    }
}
