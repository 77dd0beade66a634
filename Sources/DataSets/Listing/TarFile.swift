import CArchive
import Essentials
import FoundationEssentials
import Glibc

/// The files in a tar archive that is not compressed: where each lies, so that it can be read without the others.
struct TarFile {
    struct Member {
        /// The path within the archive.
        let path: String
        /// Where its bytes lie in the archive's file.
        let range: Range<Int>
    }

    let path: String
    /// The ordinary files, in the archive's order.
    let members: [Member]

    /// More than any data set has in one archive; each costs a header of 512 bytes.
    private static let maximumMembers = 4_000_000

    /// Lists the archive; the members' contents are not read.
    init(at path: String) throws {
        self.path = path
        guard let archive = archive_read_new() else { throw DataSetError("\(path): not enough memory to list it.") }
        defer { archive_read_free(archive) }
        archive_read_support_format_tar(archive)
        func refusal() -> DataSetError {
            let reason = archive_error_string(archive).map { String(cString: $0) } ?? "unknown"
            // What libarchive says of content; anything else is the system's.
            guard archive_errno(archive) == EILSEQ else { return DataSetError("\(path) cannot be read: \(reason).") }
            return DataSetError("\(path) is no tar archive, or a compressed one, or it is damaged: \(reason).")
        }
        guard archive_read_open_filename(archive, path, 1 << 16) == ARCHIVE_OK else {
            throw refusal()
        }
        let size = FileBytes.count(path) ?? 0
        var members: [Member] = []
        var entry: OpaquePointer?
        while true {
            let status = archive_read_next_header(archive, &entry)
            if status == ARCHIVE_EOF { break }
            guard status == ARCHIVE_OK || status == ARCHIVE_WARN else {
                throw refusal()
            }
            guard archive_entry_filetype(entry) & mode_t(S_IFMT) == S_IFREG, archive_entry_hardlink(entry) == nil,
                archive_entry_sparse_count(entry) == 0,
                let name = archive_entry_pathname_utf8(entry) ?? archive_entry_pathname(entry)
            else { continue }
            let start = Int(archive_filter_bytes(archive, 0))
            let count = Int(archive_entry_size(entry))
            guard count >= 0, start >= 0, count <= size - start else {
                throw DataSetError("\(path) ends early: its member \(String(cString: name)) is not all there.")
            }
            guard members.count < Self.maximumMembers else {
                throw DataSetError("\(path) has more than \(Self.maximumMembers) members.")
            }
            members.append(Member(path: String(cString: name), range: start..<start + count))
        }
        self.members = members
    }

    /// The bytes of a member, at most `limit` of them.
    func bytes(of member: Member, limit: Int) throws -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw DataSetError("\(path) cannot be read: \(String(cString: strerror(errno))).") }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: min(limit, member.range.count))
        let count = pread(descriptor, &bytes, bytes.count, off_t(member.range.lowerBound))
        guard count == bytes.count else { throw DataSetError("\(path) cannot be read where \(member.path) lies.") }
        return bytes
    }
}
