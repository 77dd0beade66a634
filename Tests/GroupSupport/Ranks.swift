import Foundation
import Launch
import Parallel
import Tensors

/// Several processes' parts played by threads of this one.
public enum Ranks {
    /// What `body` gives in each of `size` members of a group, in their order.
    public static func run<Value: Sendable>(
        _ size: Int, timeout: Double = 60, _ body: @escaping @Sendable (ProcessGroup) throws -> Value
    ) throws -> [Value] {
        try results(size, timeout: timeout, body).map { try $0.get() }
    }

    /// The same where some may fail.
    ///
    /// - Parameter missing: members that never come.
    public static func results<Value: Sendable>(
        _ size: Int, timeout: Double, missing: Set<Int> = [], _ body: @escaping @Sendable (ProcessGroup) throws -> Value
    ) throws -> [Result<Value, any Error>] {
        let port = try freePort()
        let results = Mutex<[Int: Result<Value, any Error>]>([:])
        let present = (0..<size).filter { !missing.contains($0) }
        let group = DispatchGroup()
        for rank in present {
            group.enter()
            let thread = Thread {
                let result = Result {
                    try Torch.setThreads(1)
                    let place = try ProcessPlace([
                        "RANK": "\(rank)", "WORLD_SIZE": "\(size)", "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": "\(port)",
                    ])
                    return try body(ProcessGroup(place, timeout: timeout))
                }
                results.withLock { $0[rank] = result }
                group.leave()
            }
            thread.stackSize = 1 << 23
            thread.start()
        }
        group.wait()
        return results.withLock { results in present.compactMap { results[$0] } }
    }

    /// A port that nobody listens on.
    public static func freePort() throws -> Int {
        let (descriptor, port) = try bound()
        close(descriptor)
        return port
    }

    /// A meeting place whose keeper hangs: connections are made, and nothing is ever answered, until the descriptor is closed.
    public static func silentPlace() throws -> (descriptor: Int32, port: Int) {
        let (descriptor, port) = try bound()
        guard listen(descriptor, 8) == 0 else { throw POSIXError(.EADDRINUSE) }
        return (descriptor, port)
    }

    /// A socket of this machine's with a port of its own.
    private static func bound() throws -> (descriptor: Int32, port: Int) {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let status = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(descriptor, address, length) == 0 ? getsockname(descriptor, address, &length) : -1
            }
        }
        guard status == 0 else {
            close(descriptor)
            throw POSIXError(.EADDRINUSE)
        }
        return (descriptor, Int(UInt16(bigEndian: address.sin_port)))
    }
}
