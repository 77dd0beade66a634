import Essentials
import FoundationEssentials
import Glibc
import Launch

/// Devices of this machine that runs take one after another: of each there is one at a time on a device.
///
/// A device is taken by a lock on a file of its own, which the system gives up with the process, whatever it ends of.
public struct DevicePlace {
    private let devices: [String]
    private let folder: String

    /// - Parameter devices: names such as `cuda:1`.
    public init(_ devices: [String]) {
        self.devices = devices
        folder = FileManager.default.temporaryDirectory.path + "/cap-devices-\(getuid())"
    }

    /// Becomes the command, with the device that was free first as its last words; waits until one is.
    ///
    /// - Throws: ``PipelineError`` where that cannot be.
    public func execute(_ command: [String]) throws -> Never {
        let device = try taken()
        let reason = Replacement.become(command + ["--device", device])
        throw PipelineError("\(command[0]) cannot be started: \(reason).")
    }

    /// The first device that nobody is on, which from now on this process is.
    private func taken() throws -> String {
        guard mkdir(folder, 0o700) == 0 || errno == EEXIST else { throw failure(folder) }
        // Others must not have put the folder there.
        var status = stat()
        guard lstat(folder, &status) == 0, status.st_mode & S_IFMT == S_IFDIR, status.st_uid == getuid() else {
            throw PipelineError("\(folder): is somebody else's; remove it.")
        }
        let locks = try devices.map { device in
            let path = "\(folder)/\(device)"
            let descriptor = open(path, O_RDWR | O_CREAT | O_NOFOLLOW, 0o600)
            guard descriptor >= 0 else { throw failure(path) }
            return (device: device, descriptor: descriptor)
        }
        while true {
            for lock in locks where flock(lock.descriptor, LOCK_EX | LOCK_NB) == 0 {
                // The command keeps this one open, and with it the device.
                for other in locks where other.descriptor != lock.descriptor { close(other.descriptor) }
                return lock.device
            }
            usleep(100_000)
        }
    }

    private func failure(_ path: String) -> PipelineError {
        PipelineError("\(path): cannot be locked: \(SystemReason.text(errno)).")
    }
}
