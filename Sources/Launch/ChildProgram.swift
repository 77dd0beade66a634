import Essentials
import FoundationEssentials
import Glibc

/// Another program beside this one, waited for.
public enum ChildProgram {
    /// What a program said, and how it ended.
    public struct Outcome: Sendable {
        /// Its exit status, above 128 where a signal ended it.
        public let status: Int32
        public let output: Data
        /// What it said on its standard error.
        public let complaint: String
    }

    /// Runs the program that is the first of `words`, looked for in PATH where it is no path, without input.
    ///
    /// Through files, not pipes: a program that ends early or says much cannot stop this one.
    ///
    /// - Throws: a `POSIXError` where it cannot be started.
    public static func run(_ words: [String]) throws -> Outcome {
        let (output, complaint) = try (namelessFile(), namelessFile())
        defer { for file in [output, complaint] { close(file) } }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO)
        posix_spawn_file_actions_adddup2(&actions, complaint, STDERR_FILENO)
        var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
        defer { for argument in arguments { free(argument) } }
        var child = pid_t()
        let failure = posix_spawnp(&child, words[0], &actions, nil, &arguments, environ)
        guard failure == 0 else { throw POSIXError(POSIXErrorCode(rawValue: failure) ?? .EIO) }
        var status: Int32 = 0
        while waitpid(child, &status, 0) < 0 { guard errno == EINTR else { throw POSIXError(.ECHILD) } }
        let signal = status & 0x7F
        return Outcome(
            status: signal == 0 ? status >> 8 & 0xFF : 128 + signal, output: try content(of: output),
            complaint: String(decoding: try content(of: complaint), as: UTF8.self))
    }

    /// A nameless file that the program is given as its output alone, and does not have under this number too.
    private static func namelessFile() throws -> Int32 {
        let descriptor = try FileBytes.nameless()
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        return descriptor
    }

    private static func content(of file: Int32) throws -> Data {
        lseek(file, 0, SEEK_SET)
        return try FileBytes.read(from: file)
    }
}
