import Foundation
import LanguageModels
import Parallel

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

/// The server of Tests/Tools/fault_server.py, for as long as this lives.
public final class FaultServer: Sendable {
    public let port: Int
    private let process: Process
    private let input = Pipe()

    /// One for all tests.
    public static let shared = Result { try FaultServer() }

    public struct Request: Decodable, Sendable {
        public let path: String
        public let question: String
        public let model: String
        /// nil where none was sent.
        public let seed: Int?
        /// The names of all fields of the request's body.
        public let parameters: [String]
        /// Addresses of the images that were shown.
        public let images: [String]
        public let authorization: String
    }

    public struct Log: Decodable, Sendable {
        public let requests: [Request]
        public let most_under_way: Int
        public let most_sent: Int
    }

    /// - Parameter certificate: PEM file of a certificate and its key, to speak TLS with.
    public init(certificate: String? = nil) throws {
        let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("Tools/fault_server.py")
        process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3", script.path] + (certificate.map { [$0] } ?? [])
        process.standardInput = input
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let line = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
        guard let port = Int(line.trimmingCharacters(in: .whitespacesAndNewlines)) else {
            throw LanguageModelError("python3 \(script.path) did not start; it said: \(line)")
        }
        self.port = port
    }

    deinit {
        try? input.fileHandleForWriting.close()
        process.waitUntilExit()
    }

    public func endpoint(_ fault: String, scheme: String = "http") throws -> ChatEndpoint {
        try ChatEndpoint("\(scheme)://127.0.0.1:\(port)/\(fault)/v1")
    }

    /// What was asked with this fault so far.
    public func log(_ fault: String) throws -> Log {
        guard let url = URL(string: "http://127.0.0.1:\(port)/\(fault)/log") else {
            throw LanguageModelError("\(fault) is no part of an address")
        }
        let answered = DispatchSemaphore(value: 0)
        let answer = Mutex<Result<Data, any Error>?>(nil)
        URLSession.shared.dataTask(with: url) { data, _, error in
            answer.withLock { $0 = data.map(Result.success) ?? .failure(error ?? URLError(.unknown)) }
            answered.signal()
        }.resume()
        answered.wait()
        guard let data = try answer.withLock({ $0 })?.get() else { throw LanguageModelError("\(fault) has no log") }
        return try JSONDecoder().decode(Log.self, from: data)
    }
}
