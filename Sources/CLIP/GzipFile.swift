import CZlib
import FoundationEssentials
import Glibc

/// Reads a file as text, unpacking it first where it is gzip's; any other file is read as it is.
enum GzipFile {
    /// Far more than a vocabulary has; a file made to unpack without end stops here.
    private static let mostBytes = 1 << 26

    static func text(of url: URL) throws -> String {
        guard let file = gzopen(url.path, "rb") else {
            throw CLIPError("\(url.path) cannot be opened: \(String(cString: strerror(errno))).")
        }
        defer { gzclose(file) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = gzread(file, &buffer, UInt32(buffer.count))
            guard count >= 0 else {
                throw CLIPError("\(url.path) cannot be unpacked: it is damaged. Download or copy it again.")
            }
            if count == 0 { break }
            bytes += buffer[..<Int(count)]
            guard bytes.count <= mostBytes else {
                throw CLIPError("\(url.path) is too large to be a vocabulary.")
            }
        }
        // A file that ends too early reads as one that ends, unless asked.
        var status: Int32 = 0
        _ = gzerror(file, &status)
        guard status == Z_OK || status == Z_STREAM_END else {
            throw CLIPError("\(url.path) is cut short. Download or copy it again.")
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw CLIPError("\(url.path) is not UTF-8 text.")
        }
        try refusePointer(bytes.prefix(64), url)
        return text
    }
}
