import Foundation
import Logging

/// Log messages on standard error, one line each: `cap-decode: warning: 3 files were skipped`.
public struct TerminalLogHandler: LogHandler {
    public var metadata: Logger.Metadata = [:]
    public var logLevel: Logger.Level
    private let program: String

    public init(program: String, level: Logger.Level) {
        self.program = program
        logLevel = level
    }

    public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    public func log(event: LogEvent) {
        var line = program + ": "
        if event.level >= .warning { line += "\(event.level): " }
        line += event.message.description
        let details = metadata.merging(event.metadata ?? [:]) { _, own in own }
        for (key, value) in details.sorted(by: { $0.key < $1.key }) { line += " \(key)=\(value)" }
        Standard.error.writeLines(line)
    }
}
