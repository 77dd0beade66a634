import FoundationEssentials
import Methods
import Parameters
import Vocabulary

/// The files of `pipelines/`: values of data sets and paradigms, and what tables are made of.
public struct PipelineFiles: Sendable {
    public let folder: URL

    public init(_ folder: URL) {
        self.folder = folder
    }

    /// The folder beside the commands: in the checkout that they were built in, or where they were installed.
    public init(beside program: URL) throws {
        var above = program.resolvingSymlinksInPath().deletingLastPathComponent()
        for _ in 0..<8 {
            for place in ["share/cap/pipelines", "pipelines"] {
                let folder = above.appendingPathComponent(place)
                if FileManager.default.fileExists(atPath: folder.appendingPathComponent("tables.yaml").path) {
                    self.init(folder)
                    return
                }
            }
            above.deleteLastPathComponent()
        }
        throw PipelineError("The folder pipelines/ is not to be found from \(program.path): install the commands again.")
    }

    /// What relative paths in the files are relative to.
    var root: URL { folder.deletingLastPathComponent() }

    /// The values of the data set of that name; nil where there is no file of it.
    func dataSet(_ name: String) throws -> DataSetValues? {
        let file = folder.appendingPathComponent("data-sets/\(name).yaml")
        guard !name.unicodeScalars.contains("/"), FileManager.default.fileExists(atPath: file.path) else { return nil }
        return try DataSetValues(contentsOf: file, relativeTo: root)
    }

    /// The names of the data sets that have files.
    var dataSetNames: [String] {
        let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.appendingPathComponent("data-sets").path)) ?? []
        return files.filter { $0.hasSuffix(".yaml") }.map { String($0.dropLast(5)) }.sorted()
    }

    func paradigm(_ paradigm: Paradigm) throws -> [String: String] {
        let file = folder.appendingPathComponent("paradigms/\(paradigm.rawValue).yaml")
        return try ValueFile(contentsOf: file, relativeTo: root).values
    }
}
