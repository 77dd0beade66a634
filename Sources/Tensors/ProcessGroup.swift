import CTorch
import Essentials
import Launch

/// The processes that share a run's work, each with tensors of its own.
///
///     let group = try ProcessGroup(.current, timeout: 300)
///     let own = images[group.share(of: images.count)]
///     try group.sum(partOfAnything(own))
///
/// All of them call the same things in the same order. What one of them waits for and does not get, because another ended, hangs or
/// never came, is a ``ProcessGroupError`` within the timeout; then the others' work is of no use any more, and they end.
///
/// Alone, everything here is free, and leaves tensors as they are.
public struct ProcessGroup: Sendable {
    public let rank: Int
    public let size: Int
    private let handle: Handle?
    private let timeout: Double

    /// What c10d allows from one thread at a time, as a run uses it.
    private final class Handle: @unchecked Sendable {
        let pointer: OpaquePointer
        init(_ pointer: OpaquePointer) { self.pointer = pointer }
        deinit { ct_leave_processes(pointer) }
    }

    /// The only process.
    public static let alone = ProcessGroup()

    private init() { (rank, size, handle, timeout) = (0, 1, nil, 0) }

    /// Meets the others.
    ///
    /// - Parameter timeout: seconds that one of them waits for another at the most.
    public init(_ place: ProcessPlace, timeout: Double) throws {
        (rank, size, self.timeout) = (place.rank, place.size, timeout)
        guard size > 1 else {
            handle = nil
            return
        }
        let pointer = ct_join_processes(
            Int32(place.rank), Int32(place.size), place.address, Int32(place.port), place.isServed, "cap/\(place.attempt)",
            place.interface, timeout)
        guard let pointer else {
            throw ProcessGroupError(
                """
                process \(rank) of \(size) did not meet the others at \(place.address), port \(place.port), within \
                \(Self.seconds(timeout)) (\(ProcessGroupError.reason(TensorError.last))): start as many as WORLD_SIZE says, with one free \
                port
                """)
        }
        handle = Handle(pointer)
    }

    /// Whether tensors on GPUs go from one to another by NCCL; otherwise they go over the CPU.
    public static var hasNCCL: Bool { ct_has_nccl() }

    public var isAlone: Bool { size == 1 }
    /// Whether this is the process that writes, and says what there is to say.
    public var isFirst: Bool { rank == 0 }

    /// This process's part of a number of things, in whole blocks of `length`.
    public func share(of count: Int, inBlocksOf length: Int = 1) -> Range<Int> {
        share(of: count, inBlocksOf: length, for: rank)
    }

    private func share(of count: Int, inBlocksOf length: Int, for rank: Int) -> Range<Int> {
        WorkPart(number: rank + 1, of: size).range(of: count, inBlocksOf: length)
    }

    /// Sums the elements over all processes in place: the same bits in each of them.
    public func sum(_ tensor: Tensor) throws {
        guard let handle else { return }
        try told(ct_sum_over_processes(handle.pointer, tensor.pointer))
    }

    /// The sums of some numbers over all processes.
    public func sums(_ values: [Double]) throws -> [Double] {
        guard !isAlone else { return values }
        let tensor = try Tensor(values, shape: [values.count])
        try sum(tensor)
        return try tensor.doubles()
    }

    /// Overwrites the elements by those of the first process.
    public func broadcast(_ tensor: Tensor) throws {
        guard let handle else { return }
        try told(ct_broadcast(handle.pointer, tensor.pointer, 0))
    }

    /// A number of the first process.
    public func broadcast(_ value: Int) throws -> Int {
        guard !isAlone else { return value }
        let tensor = try Tensor([Int64(value)], shape: [1])
        try broadcast(tensor)
        return try tensor.ints()[0]
    }

    /// Every process's elements, of one shape in all of them: `[processes, shape…]`.
    public func allGather(_ tensor: Tensor) throws -> Tensor {
        guard let handle else { return try tensor.unsqueezed(0) }
        guard let gathered = ct_gather_from_processes(handle.pointer, tensor.pointer) else { throw failure }
        return try Tensor(owning: gathered)
    }

    /// All `count` rows, of which this process has its ``share(of:inBlocksOf:)``, in their order.
    public func allGather(rows: Tensor, of count: Int, inBlocksOf length: Int = 1) throws -> Tensor {
        guard !isAlone else { return rows }
        let shape = rows.shape
        let lengths = (0..<size).map { share(of: count, inBlocksOf: length, for: $0).count }
        guard shape.first == lengths[rank] else {
            throw TensorError("a tensor of shape \(shape) is not the \(lengths[rank]) rows of process \(rank)")
        }
        let room = lengths.max() ?? 0
        let padded = try Tensor.zeros([room] + shape.dropFirst(), dtype: rows.dtype, device: rows.device)
        if !rows.shape.contains(0) { try padded.assign(rows, dim: 0, start: 0) }
        let parts = try allGather(padded)
        return try .concat(
            (0..<size).map { rank in
                try parts.select(dim: 0, index: rank).narrow(dim: 0, start: 0, length: lengths[rank])
            }, dim: 0)
    }

    /// Every process's text, in their order.
    public func allGather(_ text: String) throws -> [String] {
        guard !isAlone else { return [text] }
        let bytes = Array(text.utf8)
        let lengths = try allGather(Tensor([Int64(bytes.count)], shape: [1])).ints()
        let room = lengths.max() ?? 0
        guard room > 0 else { return lengths.map { _ in "" } }
        let all = try allGather(Tensor(bytes + [UInt8](repeating: 0, count: room - bytes.count), shape: [room])).bytes(as: .uint8)
        return lengths.enumerated().map { String(decoding: all[$0 * room..<$0 * room + $1], as: UTF8.self) }
    }

    /// Waits for the others to come here too.
    public func barrier() throws { _ = try sums([0]) }

    /// Has the first process do something before the others go on. Where it fails there, the others end as well.
    public func first(_ body: () throws -> Void) throws {
        if isFirst { try body() }
        try barrier()
    }

    private func told(_ status: Int32) throws {
        guard status == 0 else { throw failure }
    }

    private var failure: ProcessGroupError {
        let reason = ProcessGroupError.reason(TensorError.last)
        let said = reason.lowercased()
        let process = "process \(rank) of \(size)"
        return ProcessGroupError(
            said.contains("timed out") || said.contains("timeout")
                ? """
                \(process) waited \(Self.seconds(timeout)) for another, which hangs or needs longer: see what that one does, or give a \
                longer --process-timeout (\(reason))
                """
                : "\(process) lost another, which ended before its time: see what that one said, and start all again (\(reason))")
    }

    private static func seconds(_ value: Double) -> String { value == value.rounded() ? "\(Int(value)) s" : "\(value) s" }
}

/// Why processes do not go on together, as a sentence.
public struct ProcessGroupError: Error, CustomStringConvertible, Sendable {
    public let description: String

    init(_ description: String) { self.description = description }

    /// c10d's own words, without the places in its and Gloo's source and without Gloo's advice.
    static func reason(_ error: TensorError) -> String {
        error.description.replacing(#/\[[^\]]*\.[ch]\w*:\d+\] /#, with: "")
            .replacing(#/\. This is typically caused by .*/#, with: "").trimming { "\n .".unicodeScalars.contains($0) }
    }
}
