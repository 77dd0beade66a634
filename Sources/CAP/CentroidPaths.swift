import CVectors
import Parallel

/// Where the centroids of each group were when bounds were taken, and how far they are from there now.
///
/// A centroid that goes to and fro is soon farther from where it was by the sum of its steps than by their outcome; bounds fall by the
/// latter alone (Newling and Fleuret, Fast k-means with accurate bounds, 2016).
/// Different groups can go on on several threads at once.
final class CentroidPaths: Sendable {
    /// Places that are kept of each group.
    static let length = 16

    private let groups: CentroidGroups
    private let clusterCount: Int
    private let dim: Int
    /// `[groups, 16, centroids, dim]`
    private let places: SharedNumbers<Float>
    /// Not less than how far the farthest centroid of a group is from each of its places, `[groups, 16]`, and the most of those.
    let distances: SharedNumbers<Float>
    let farthest: SharedNumbers<Float>
    /// The last place of each group, where it is.
    let last: SharedNumbers<Int32>

    /// - Parameter centroids: where the paths begin, `[clusters, dim]`.
    init(of groups: CentroidGroups, from centroids: SharedBuffer<Float>, clusterCount: Int, dim: Int) {
        (self.groups, self.clusterCount, self.dim) = (groups, clusterCount, dim)
        places = SharedNumbers(repeating: 0, count: groups.count * Self.length * groups.size * dim)
        distances = SharedNumbers(repeating: 0, count: groups.count * Self.length)
        farthest = SharedNumbers(repeating: 0, count: groups.count)
        last = SharedNumbers(repeating: 0, count: groups.count)
        for group in 0..<groups.count { keepPlace(of: group, centroids) }
    }

    /// Goes on to where the centroids of a group are now; returns false if no place more can be kept: then all of its bounds have to be
    /// lowered by `distances`, and taken for bounds of place 0.
    func advance(_ group: Int, to centroids: SharedBuffer<Float>) -> Bool {
        for place in 0...Int(last[group]) {
            var squared: Float = 0
            for cluster in groups.clusters(of: group, among: clusterCount) {
                squared = max(
                    squared, cvectors_squared_distance(self.place(place, of: cluster), centroids.start + cluster * dim, dim))
            }
            distances[group * Self.length + place] = squared.squareRoot() * 1.00001
        }
        farthest[group] = distances.buffer[group * Self.length..<(group + 1) * Self.length].max() ?? 0
        guard last[group] + 1 < Self.length else { return false }
        last[group] += 1
        keepPlace(of: group, centroids)
        return true
    }

    /// Forgets all places of a group but that where it is.
    func restart(_ group: Int, at centroids: SharedBuffer<Float>) {
        last[group] = 0
        for place in 0..<Self.length { distances[group * Self.length + place] = 0 }
        farthest[group] = 0
        keepPlace(of: group, centroids)
    }

    private func keepPlace(of group: Int, _ centroids: SharedBuffer<Float>) {
        for cluster in groups.clusters(of: group, among: clusterCount) {
            place(Int(last[group]), of: cluster).update(from: centroids.start + cluster * dim, count: dim)
        }
        distances[group * Self.length + Int(last[group])] = 0
    }

    private func place(_ place: Int, of cluster: Int) -> UnsafeMutablePointer<Float> {
        let group = groups.group(of: cluster)
        return places.start + ((group * Self.length + place) * groups.size + cluster - group * groups.size) * dim
    }
}
