import ArgumentParser
import CAP
import Dispatch
import Foundation
import Images
import Parallel

struct PhotographsProbe: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "photographs",
        abstract: "Write JPEG files of photographs' sizes and statistics: noise whose amplitude falls with its frequency.")

    @Option(help: "How many.")
    var count = 240

    @Option(help: "The shortest and the longest side, in pixels.")
    var shortest = 300

    @Option var longest = 900

    @Option(name: .shortAndLong, help: "Folder to write.")
    var output: String

    func run() throws {
        try FileManager.default.createDirectory(atPath: output, withIntermediateDirectories: true)
        let failure = Mutex<(any Error)?>(nil)
        DispatchQueue.concurrentPerform(iterations: count) { index in
            do {
                let jpeg = try photograph(index).jpeg(quality: 90)
                try Data(jpeg).write(to: URL(fileURLWithPath: String(format: "%@/%05d.jpg", output, index)))
            } catch {
                failure.withLock { $0 = error }
            }
        }
        if let error = failure.withLock({ $0 }) { throw error }
    }

    private func photograph(_ index: Int) throws -> RGBImage {
        var generator = SeededGenerator(seed: 1, stream: UInt64(index))
        let (height, width) = (side(&generator), side(&generator))
        // Brightness at eight scales, and color at the three coarsest alone, as in what cameras see.
        var light = [Float](repeating: 128, count: height * width)
        var (red, blue) = ([Float](repeating: 0, count: height * width), [Float](repeating: 0, count: height * width))
        var (period, amplitude) = (Float(256), Float(40))
        for octave in 0..<8 {
            func lattice() -> Lattice { Lattice(&generator, height: height, width: width, period: period) }
            lattice().add(amplitude, to: &light)
            if octave < 3 {
                lattice().add(amplitude / 2, to: &red)
                lattice().add(amplitude / 2, to: &blue)
            }
            (period, amplitude) = (period / 2, amplitude * 0.75)
        }
        var pixels: [UInt8] = []
        pixels.reserveCapacity(height * width * 3)
        for position in 0..<height * width {
            for tint in [red[position], 0, blue[position]] {
                pixels.append(UInt8(min(255, max(0, light[position] + tint))))
            }
        }
        return try RGBImage(height: height, width: width, pixels: pixels)
    }

    private func side(_ generator: inout SeededGenerator) -> Int {
        shortest + generator.index(below: longest - shortest + 1)
    }
}

/// Random numbers in −1...1 on a lattice, linear between its points.
private struct Lattice {
    private let values: [Float]
    private let columns: Int
    private let height: Int
    private let width: Int
    private let period: Float

    /// - Parameter period: pixels from one point of the lattice to the next.
    init(_ generator: inout SeededGenerator, height: Int, width: Int, period: Float) {
        (self.height, self.width, self.period) = (height, width, period)
        columns = Int(Float(width) / period) + 2
        let rows = Int(Float(height) / period) + 2
        values = (0..<rows * columns).map { _ in Float(generator.uniform() * 2 - 1) }
    }

    func add(_ amplitude: Float, to plane: inout [Float]) {
        for y in 0..<height {
            let v = Float(y) / period
            let (row, below) = (Int(v), v - Float(Int(v)))
            for x in 0..<width {
                let u = Float(x) / period
                let (column, right) = (Int(u), u - Float(Int(u)))
                let corner = row * columns + column
                let upper = values[corner] + right * (values[corner + 1] - values[corner])
                let lower = values[corner + columns] + right * (values[corner + columns + 1] - values[corner + columns])
                plane[y * width + x] += amplitude * (upper + below * (lower - upper))
            }
        }
    }
}
