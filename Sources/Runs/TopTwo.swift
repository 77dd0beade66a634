/// The two most probable classes of an image, the first among equals first.
public struct TopTwo: Sendable, Equatable {
    public let label: Int
    public let probability: Float
    /// −1 where there is no other class.
    public let runnerUp: Int
    public let runnerUpProbability: Float

    /// - Parameter probabilities: of every class; at least one.
    public init(_ probabilities: ArraySlice<Float>) {
        var (best, second) = (probabilities.startIndex, -1)
        for index in probabilities.indices.dropFirst() {
            if probabilities[index] > probabilities[best] {
                (best, second) = (index, best)
            } else if second < 0 || probabilities[index] > probabilities[second] {
                second = index
            }
        }
        label = best - probabilities.startIndex
        probability = probabilities[best]
        runnerUp = second < 0 ? -1 : second - probabilities.startIndex
        runnerUpProbability = second < 0 ? 0 : probabilities[second]
    }

    public init(label: Int, probability: Float, runnerUp: Int, runnerUpProbability: Float) {
        self.label = label
        self.probability = probability
        self.runnerUp = runnerUp
        self.runnerUpProbability = runnerUpProbability
    }
}
