import Foundation

/// Whether this is a build with a sanitizer (`scripts/sanitize.sh`), which takes many times as long, and whose address space cannot
/// be limited.
public let isInstrumented = ProcessInfo.processInfo.environment["CAP_SANITIZER"] != nil
