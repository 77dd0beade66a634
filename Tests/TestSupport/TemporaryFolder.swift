import Foundation
import Parallel

/// A folder of a test's own, removed with it, or with the process where it is held for all tests.
public final class TemporaryFolder: Sendable {
    public let path: String

    public init() throws {
        path = FileManager.default.temporaryDirectory.appendingPathComponent("cap-test-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        Self.removeLeftAtExit
        Self.left.withLock { _ = $0.insert(path) }
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
        Self.left.withLock { _ = $0.remove(path) }
    }

    public var url: URL { URL(fileURLWithPath: path, isDirectory: true) }

    public func file(_ name: String) -> String { path + "/" + name }

    /// Writes a file, with its folders.
    @discardableResult
    public func write(_ bytes: some Collection<UInt8>, to name: String = UUID().uuidString) throws -> String {
        let file = url.appendingPathComponent(name)
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(bytes).write(to: file)
        return file.path
    }

    /// Folders that static properties hold are never let go.
    private static let left = Mutex<Set<String>>([])
    private static let removeLeftAtExit: Void = {
        atexit { for path in left.withLock({ $0 }) { try? FileManager.default.removeItem(atPath: path) } }
    }()
}
