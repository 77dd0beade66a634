import Essentials
import FoundationEssentials

/// A file that gives some classes a phrase for their prompts: `name<TAB>phrase` lines, or CSV with a line of
/// column names, `name` and `phrase`.
struct PhraseList {
    private let path: String
    private let phrases: [(line: Int, name: String, phrase: String)]

    init(at path: String) throws {
        self.path = path
        var records = try DelimitedText(at: path).records
        let header = records.first?.fields.map { $0.trimmingSpaces().lowercased() } ?? []
        var columns = (name: 0, phrase: 1)
        if let name = header.firstIndex(of: "name"), let phrase = header.firstIndex(of: "phrase") {
            columns = (name, phrase)
            records.removeFirst()
        }
        var lineOf: [String: Int] = [:]
        phrases = try records.map { record in
            let fields = record.fields.map { $0.trimmingSpaces() }
            guard fields.count > max(columns.name, columns.phrase), !fields[columns.name].isEmpty,
                !fields[columns.phrase].isEmpty
            else {
                throw DataSetError(
                    "Line \(record.line) of \(path) is not a class name and a phrase with a tab or a comma "
                        + "between."
                )
            }
            let name = fields[columns.name]
            if let first = lineOf.updateValue(record.line, forKey: name) {
                throw DataSetError(
                    "Lines \(first) and \(record.line) of \(path) both give a phrase for \"\(name)\".")
            }
            return (record.line, name, fields[columns.phrase])
        }
    }

    /// The classes with their phrases. Throws where the file names a class there is not.
    func applied(to classes: [ClassName]) throws -> [ClassName] {
        var result = classes
        for (line, name, phrase) in phrases {
            guard let position = classes.firstIndex(where: { $0.name == name }) else {
                throw DataSetError(
                    "Line \(line) of \(path) gives a phrase for \"\(name)\", which is not one of the "
                        + "\(classes.count) classes (the first are "
                        + "\(Wording.list(classes.prefix(3).map(\.name)))).")
            }
            result[position].phrase = phrase
        }
        return result
    }
}
