import Foundation

/// A socket of this machine's that waits for connections, as the kernel lists it.
public struct ListeningSocket: Sendable {
    /// Address and port in hexadecimal, "0100007F:1F90" for 127.0.0.1, port 8080.
    public let place: String
    public let inode: String

    /// Those of all processes, of either version of IP.
    public static func all() throws -> [ListeningSocket] {
        // A kernel without version 6 has no table of it.
        try ["tcp", "tcp6"].filter { FileManager.default.fileExists(atPath: "/proc/net/\($0)") }.flatMap { table in
            let rows = try String(contentsOfFile: "/proc/net/\(table)", encoding: .utf8).split(separator: "\n")
            return rows.compactMap { row -> ListeningSocket? in
                let fields = row.split(separator: " ").map(String.init)
                return fields.count > 9 && fields[3] == "0A" ? ListeningSocket(place: fields[1], inode: fields[9]) : nil
            }
        }
    }

    /// Whether a process has one.
    public static func isHeld(by process: Int32) throws -> Bool {
        let folder = "/proc/\(process)/fd"
        let held = ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).compactMap {
            try? FileManager.default.destinationOfSymbolicLink(atPath: "\(folder)/\($0)")
        }
        return try !Set(held).isDisjoint(with: all().map { "socket:[\($0.inode)]" })
    }
}
