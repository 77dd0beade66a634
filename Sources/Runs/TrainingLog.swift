import Artifacts
import Essentials
import FoundationEssentials
import Glibc
import Reporting

/// `metrics.jsonl` beside a model: how its training goes, a JSON object for each epoch, for those who look while it goes on.
///
/// A line says nothing of when it was written: a training that was interrupted and went on leaves the same bytes as one that was
/// not.
///
///     let log = try TrainingLog(besides: "runs/pets/ul/model.h5", epochs: 50)
///     try log.begin(with: [])
///     try log.append(epoch, number: 1)
public struct TrainingLog: Sendable {
    public let path: String
    /// How many epochs the training has in all.
    private let total: Int

    public init(besides model: String, epochs total: Int) {
        path = Self.path(besides: model)
        self.total = total
    }

    /// `metrics.jsonl` for a `model.h5`; models of other names in the same folder have one of their own name each.
    public static func path(besides model: String) -> String {
        let file = URL(fileURLWithPath: model)
        let name = file.deletingPathExtension().lastPathComponent
        let log = name == "model" ? "metrics.jsonl" : name + ".metrics.jsonl"
        let folder = model.folderOfPath
        return folder.isEmpty ? log : folder.appendingPath(log)
    }

    // MARK: - Writing

    /// Starts the file over, with the epochs that an interrupted training had done.
    public func begin(with epochs: [RunRecord.Epoch]) throws {
        let lines = epochs.enumerated().map { line($1, number: $0 + 1) }
        try writing { try Data(lines.joined().utf8).write(to: URL(fileURLWithPath: path), options: .atomic) }
    }

    /// Adds an epoch, counted from 1; it is on the disk when this returns.
    public func append(_ epoch: RunRecord.Epoch, number: Int) throws {
        try writing {
            try FileBytes.withFile(path, O_WRONLY | O_APPEND) {
                try FileBytes.write(Data(line(epoch, number: number).utf8), to: $0)
                try FileBytes.synchronize($0)
            }
        }
    }

    private func writing(_ body: () throws -> Void) throws {
        do {
            try body()
        } catch {
            throw ArtifactError("\(path): cannot be written: \(SystemReason.text(error))")
        }
    }

    /// An epoch by the names that it has in `model.h5`. Numbers are those of `model.h5`, in single precision.
    private func line(_ epoch: RunRecord.Epoch, number: Int) -> String {
        func single(_ value: Double) -> JSONValue { .double(Double("\(Float(value))") ?? .nan) }
        let fields: [String: JSONValue] = [
            Names.epoch: .int(number), Names.epochs: .int(total),
            Names.lossPseudolabel: single(epoch.losses.pseudolabeled), Names.lossUnlabeled: single(epoch.losses.unlabeled),
            Names.lossLabeled: single(epoch.losses.labeled), Names.learningRate: single(epoch.learningRate),
            Names.pseudolabelCount: .int(epoch.pseudolabelCount),
            Names.pseudolabelAccuracy: epoch.pseudolabelAccuracy.map(single) ?? .null,
            Names.confidentCount: .int(epoch.confidentCount),
        ]
        return JSONValue.object(fields).text + "\n"
    }

    private enum Names {
        static let epoch = "epoch"
        static let epochs = "epochs"
        static let lossPseudolabel = name(keys.lossPseudolabel)
        static let lossUnlabeled = name(keys.lossUnlabeled)
        static let lossLabeled = name(keys.lossLabeled)
        static let learningRate = name(keys.learningRate)
        static let pseudolabelCount = name(keys.pseudolabelCount)
        static let pseudolabelAccuracy = name(keys.pseudolabelAccuracy)
        static let confidentCount = name(keys.confidentCount)

        private static let keys = ModelSchema().epochs
        private static func name(_ key: DatasetKey<some DatasetValue>) -> String {
            String(key.path.drop { $0 != "/" }.dropFirst())
        }
    }

    // MARK: - Reading

    /// What a file says: the epochs that are done, and how many there will be.
    public struct Progress: Sendable {
        public let epochs: [RunRecord.Epoch]
        /// nil before the first epoch.
        public let total: Int?

        public var isFinished: Bool { total.map { epochs.count >= $0 } ?? false }
    }

    /// Reads a file that may be in the course of being written: what follows the last line break is not looked at.
    ///
    /// - Throws: ``ArtifactError`` naming the line that is no epoch, or not the one that should be there.
    public static func progress(at path: String) throws -> Progress {
        let text: String
        do {
            text = try String(contentsOf: URL(fileURLWithPath: path), encoding: .utf8)
        } catch {
            throw ArtifactError("\(path): cannot be read: \(SystemReason.text(error))")
        }
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init).dropLast()
        var total: Int?
        let epochs = try lines.enumerated().map { index, line in
            guard case .object(let fields)? = try? JSONValue(parsing: line), case .int(index + 1)? = fields[Names.epoch],
                case .int(let count)? = fields[Names.epochs], let epoch = epoch(fields)
            else {
                throw ArtifactError(
                    "\(path): line \(index + 1) is not epoch \(index + 1) of a training; cap-finetune writes the file anew")
            }
            total = count
            return epoch
        }
        return Progress(epochs: epochs, total: total)
    }

    private static func epoch(_ fields: [String: JSONValue]) -> RunRecord.Epoch? {
        func number(_ name: String) -> Double? {
            switch fields[name] {
            case .int(let value)?: Double(value)
            case .double(let value)?: value
            default: nil
            }
        }
        guard let pseudolabeled = number(Names.lossPseudolabel), let unlabeled = number(Names.lossUnlabeled),
            let labeled = number(Names.lossLabeled), let rate = number(Names.learningRate),
            case .int(let count)? = fields[Names.pseudolabelCount], case .int(let confident)? = fields[Names.confidentCount]
        else { return nil }
        return RunRecord.Epoch(
            losses: .init(pseudolabeled: pseudolabeled, unlabeled: unlabeled, labeled: labeled), learningRate: rate,
            pseudolabelCount: count, pseudolabelAccuracy: number(Names.pseudolabelAccuracy), confidentCount: confident)
    }
}
