import Artifacts
import Essentials
import FoundationEssentials
import Glibc
import Outputs
import Reporting
import Runs
import Terminal

/// Shows a training while it goes on, until it is done.
struct Watch {
    private let log: String
    private let name: String
    /// The page to keep up to date; nil for none.
    private let output: String?
    private let isQuiet: Bool
    private let gnuplot = Gnuplot()

    /// How often the file is looked at, in seconds.
    private static let pause: UInt32 = 500_000

    /// - Parameter run: the run's folder, its `model.h5`, or its `metrics.jsonl`.
    /// - Throws: ``ArtifactError`` where there is no such folder.
    init(_ run: String, output: String?, isQuiet: Bool) throws {
        self.output = output
        self.isQuiet = isQuiet
        if run.hasSuffix(".jsonl") {
            log = run
        } else if run.hasSuffix(".h5") {
            let name = URL(fileURLWithPath: run).lastPathComponent
            guard name == ModelSchema.schema.fileName || !ArtifactSchema.all.map(\.fileName).contains(name) else {
                throw ArtifactError("\(run): is not trained; name the model.h5 beside it, or its folder")
            }
            log = TrainingLog.path(besides: run)
        } else {
            log = TrainingLog.path(besides: run.appendingPath("model.h5"))
        }
        let folder = log.folderOfPath
        name = folder.isEmpty ? log : folder
        guard folder.isEmpty || FileManager.default.fileExists(atPath: folder) else {
            throw ArtifactError("\(folder): there is no such folder; name one that a run is being made in")
        }
    }

    func run() throws {
        var seen: Data?
        var shown = 0
        var isWaiting = false
        while true {
            guard let data = FileManager.default.contents(atPath: log) else {
                let evaluation = RunComparison.Run.file(at: name)
                if evaluation != name, FileManager.default.fileExists(atPath: evaluation) {
                    throw ArtifactError(
                        "\(name): is a finished run of which no training was written down: there is nothing to watch")
                }
                if !isWaiting, !isQuiet {
                    Standard.error.writeLines("cap-report: waiting for \(log), which begins with training")
                }
                isWaiting = true
                usleep(Self.pause)
                continue
            }
            if data != seen {
                seen = data
                let progress = try TrainingLog.progress(at: log)
                // A training that began anew begins to be shown anew.
                if progress.epochs.count < shown { shown = 0 }
                if let total = progress.total {
                    let training = LiveTraining(name, epochs: progress.epochs, of: total)
                    if let output { try write(training.html(library: .installed), to: output) }
                    try show(training, after: shown, of: progress.epochs.count)
                    shown = progress.epochs.count
                    if progress.isFinished { return }
                }
            }
            usleep(Self.pause)
        }
    }

    private func show(_ training: LiveTraining, after shown: Int, of count: Int) throws {
        guard !isQuiet else { return }
        if Standard.output.isTerminal, let gnuplot,
            let curves = try training.curves(columns: Standard.output.columns, gnuplot: gnuplot)
        {
            // The screen begins anew with each epoch.
            Standard.output.write("\u{1B}[H\u{1B}[2J\(curves)\n\(training.line)\n")
        } else {
            for index in shown..<count { Standard.output.write(training.line(of: index) + "\n") }
        }
    }

    private func write(_ page: String, to path: String) throws {
        try PartialFile.write(Data(page.utf8), to: path)
    }
}
