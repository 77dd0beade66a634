import Essentials
import Glibc

/// A kind of file that counts as a picture: one that is read, or one that is known and not read.
public struct ImageKind: Hashable, Sendable {
    /// "WebP image", "video".
    public let name: String
    /// What names of such files end with, in lower case and without the dot.
    public let extensions: [String]
    /// Beginnings of such files; nil stands for any byte.
    public let signatures: [[UInt8?]]
    public let isRead: Bool

    public init(name: String, extensions: [String], signatures: [[UInt8?]], isRead: Bool) {
        self.name = name
        self.extensions = extensions
        self.signatures = signatures
        self.isRead = isRead
    }
}

/// What counts as an image, handed over by whoever decodes them.
///
/// A file named as one that is read is taken at its word, since what it is will be seen when it is decoded; so folders of ordinary
/// images are listed without opening one. Any other file is what its first bytes say: `photo.jpg_large` and a file without an
/// extension are images if they begin as images do.
public struct ImageKinds: Hashable, Sendable {
    let kinds: [ImageKind]
    private let extensionsRead: Set<String>
    private let signatureLength: Int

    /// For looks at folders that take no file for an image.
    public static let none = ImageKinds([])

    public init(_ kinds: [ImageKind]) {
        self.kinds = kinds
        extensionsRead = Set(kinds.filter(\.isRead).flatMap(\.extensions))
        signatureLength = kinds.flatMap(\.signatures).map(\.count).max() ?? 0
    }

    /// The formats that are read, as a sentence lists them.
    var names: String { Wording.either(kinds.filter(\.isRead).map(\.name), limit: .max) }

    /// What a file is to a listing.
    enum Verdict: Equatable {
        case image
        /// A kind that is known and not read.
        case unread(ImageKind)
        case other(reason: String)
    }

    /// - Parameters:
    ///   - name: the file's name.
    ///   - path: where it is.
    func verdict(on name: String, at path: String) -> Verdict {
        verdict(on: name) { try Self.beginning(of: path, count: $0) }
    }

    /// - Parameter beginning: the first bytes of the file, as many as are asked for or there are.
    func verdict(on name: String, beginning: (Int) throws -> [UInt8]) -> Verdict {
        let ending = Self.ending(of: name)
        if extensionsRead.contains(ending) { return .image }
        let start: [UInt8]
        do {
            start = try beginning(signatureLength)
        } catch {
            return .other(reason: "cannot be opened (\(error))")
        }
        // A kind that shares another's beginning is told by the ending too.
        let alike = kinds.filter { $0.signatures.contains { Self.begins(start, with: $0) } }
        let kind = alike.first { $0.extensions.contains(ending) } ?? alike.first
        if let kind = kind ?? kinds.first(where: { $0.extensions.contains(ending) }) {
            return kind.isRead ? .image : .unread(kind)
        }
        // Endings that are none, such as what follows a dot in a sentence, would each be a reason of its own.
        let isEnding =
            (1...8).contains(ending.utf8.count) && ending.utf8.allSatisfy { UInt8(ascii: "0")...UInt8(ascii: "z") ~= $0 }
        return .other(reason: isEnding ? "no image (.\(ending))" : "no image")
    }

    /// What follows the last dot, in lower case; nothing where there is no dot or only one in front.
    private static func ending(of name: String) -> String {
        guard let dot = name.utf8.lastIndex(of: UInt8(ascii: ".")), dot != name.startIndex else { return "" }
        return name[name.index(after: dot)...].lowercased()
    }

    private static func begins(_ start: [UInt8], with signature: [UInt8?]) -> Bool {
        start.count >= signature.count && zip(start, signature).allSatisfy { $1 == nil || $0 == $1 }
    }

    private static func beginning(of path: String, count: Int) throws -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw DataSetError(SystemReason.text(errno)) }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: count)
        let got = pread(descriptor, &bytes, bytes.count, 0)
        guard got >= 0 else { throw DataSetError(SystemReason.text(errno)) }
        return Array(bytes.prefix(got))
    }
}
