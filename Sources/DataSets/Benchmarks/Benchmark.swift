import Essentials
import FoundationEssentials

/// The six data sets that CAP and its peers are compared on.
public enum Benchmark: String, CaseIterable, Hashable, Sendable {
    case dtd, flowers102, resisc45, eurosat, cub, fgvcaircraft

    /// The name people know it by.
    public var title: String {
        switch self {
        case .dtd: return "DTD"
        case .flowers102: return "Flowers102"
        case .resisc45: return "RESISC45"
        case .eurosat: return "EuroSAT"
        case .cub: return "CUB-200-2011"
        case .fgvcaircraft: return "FGVC-Aircraft"
        }
    }

    /// What its folder may be called, in upper or lower case: first as the published implementations expect
    /// it, then as its archives unpack and as other tools name it.
    public var folderNames: [String] {
        switch self {
        case .dtd: return ["DTD", "dtd-r1.0.1"]
        case .flowers102:
            return [
                "Flowers102", "flowers-102", "oxford-flower-102", "oxford-102-flowers", "oxford_flowers",
                "102flowers",
            ]
        case .resisc45:
            return ["RESICS45", "RESISC45", "NWPU-RESISC45", "NWPU_RESISC45", "resisc45_clip"]
        case .eurosat: return ["EuroSAT", "EuroSAT_RGB", "eurosat_clip", "2750"]
        case .cub: return ["CUB", "CUB_200_2011", "CUB-200-2011", "CUB200"]
        case .fgvcaircraft:
            return [
                "FGVCAircraft", "fgvc-aircraft-2013b", "fgvc-aircraft-2013b-variants102", "fgvc-aircraft",
                "fgvc_aircraft",
            ]
        }
    }

    /// The class names in the order of their labels; empty for CUB-200-2011, whose own `classes.txt` has
    /// them.
    public var classes: [String] {
        switch self {
        case .dtd: return DTD.classes
        case .flowers102: return Flowers102.classes
        case .resisc45: return RESISC45.classes
        case .eurosat: return EuroSAT.classes.map(\.name)
        case .cub: return []
        case .fgvcaircraft: return FGVCAircraft.classes
        }
    }

    /// Whether a folder of this name is meant to be the benchmark's.
    func isFolderName(_ name: String) -> Bool {
        folderNames.contains { $0.lowercased() == name.lowercased() }
    }

    /// Those that have a folder in `data`, by the names that their folders may have.
    public static func present(in data: URL) -> [Benchmark] {
        guard let folder = try? Folder(at: data.path, .none) else { return [] }
        return allCases.filter { $0.folder(in: folder) != nil }
    }

    /// Its subfolder in a folder that holds the data sets, the published name first.
    func folder(in data: Folder) -> String? {
        folderNames.lazy.compactMap { name in
            data.folders.first { $0.lowercased() == name.lowercased() }
        }.first
    }

    /// The class names of a text that lists them with commas.
    static func names(_ text: String) -> [String] {
        text.split { $0 == "," || $0.isNewline }.map { $0.trimmingSpaces() }.filter {
            !$0.isEmpty
        }
    }
}

extension Folder {
    /// Whether it is named as one of the benchmark's folders is.
    func isNamed(like benchmark: Benchmark) -> Bool {
        benchmark.isFolderName(name)
    }
}
