// swift-tools-version: 6.1
import Foundation
import PackageDescription

// libtorch: LIBTORCH= names an unpacked libtorch (or an installed `torch` package); otherwise the one
// `scripts/setup.sh` fetched.
let libtorch =
    ProcessInfo.processInfo.environment["LIBTORCH"]
    ?? Context.packageDirectory + "/.deps/python/torch"

let hasCUDA = FileManager.default.fileExists(atPath: "\(libtorch)/lib/libtorch_cuda.so")
// CUDA's own headers, which NVIDIA's package of its runtime puts beside the `torch` package; without them nothing is recorded
// on a GPU (docs/gpu.md).
let cudaHeaders = URL(fileURLWithPath: libtorch).deletingLastPathComponent().path + "/nvidia/cu13/include"
let torchHeaders =
    ["-I\(libtorch)/include", "-I\(libtorch)/include/torch/csrc/api/include"]
    + (hasCUDA && FileManager.default.fileExists(atPath: cudaHeaders) ? ["-I\(cudaHeaders)"] : [])
// What several processes talk with: Gloo, whose headers Debian has, and for GPUs NCCL, whose header is in NVIDIA's package of it.
let ncclHeaders = URL(fileURLWithPath: libtorch).deletingLastPathComponent().path + "/nvidia/nccl/include"
let groupOptions =
    hasCUDA && [ncclHeaders + "/nccl.h", cudaHeaders].allSatisfy(FileManager.default.fileExists(atPath:))
    ? ["-DUSE_C10D_NCCL", "-I\(ncclHeaders)"] : []
let torchLibraries =
    ["-L\(libtorch)/lib", "-Xlinker", "-rpath", "-Xlinker", "\(libtorch)/lib", "-ltorch_cpu", "-lc10"]
    // What libtorch's own libraries need of NVIDIA's is found when a program starts, not when it is linked.
    + (hasCUDA
        ? [
            "-Xlinker", "--allow-shlib-undefined", "-Xlinker", "--no-as-needed", "-ltorch_cuda", "-lc10_cuda", "-Xlinker",
            "--as-needed",
        ] : [])

/// Libraries by concept, each usable on its own. The first need no libtorch, and neither do those made of them.
let libraries: [Target] = [
    .target(name: "Vocabulary"),
    .target(name: "Essentials", dependencies: ["CUTF8Proc"]),
    .target(name: "Launch", dependencies: ["Essentials"]),
    .target(name: "Methods", dependencies: ["Vocabulary"]),
    .target(name: "Parameters", dependencies: ["Launch", "Methods", "Vocabulary"]),
    .target(name: "Metrics"),
    .target(name: "Parallel"),
    .target(name: "TextRepair", dependencies: ["Essentials", "CPCRE2"]),
    .target(name: "HDF5", dependencies: ["Essentials", "Parallel", "CHDF5", "CSealedHDF5", "CConfine"]),
    .target(name: "Outputs", dependencies: ["Essentials", "CInterrupt", "CWriteback"]),
    .target(name: "Artifacts", dependencies: ["Essentials", "HDF5", "Outputs", "Parallel", "Vocabulary", "CXXHash"]),
    .target(
        name: "Images",
        dependencies: ["Parallel", "Vocabulary", "CJPEG", "CPNG", "CWEBP", "CTIFF", "CGIF", "CHEIF", "CAVIF", "CZlib"]),
    .target(name: "ImageArchive", dependencies: ["Artifacts", "Images", "Outputs", "Vocabulary"]),
    .target(name: "DataSets", dependencies: ["Essentials", "Parameters", "Vocabulary", "CArchive", "CMatLists"]),
    .target(name: "LanguageModels", dependencies: ["Essentials", "Parallel", "CHTTP"]),
    .target(
        name: "Reporting", dependencies: ["Essentials", "Launch", "Metrics"],
        resources: [.embedInCode("Page/page.js"), .embedInCode("Page/page.css")]),
    .target(
        name: "Runs",
        dependencies: [
            "Artifacts", "Essentials", "Launch", "Methods", "Metrics", "Outputs", "Parameters", "Reporting", "Vocabulary",
        ]),
    .target(
        name: "Review",
        dependencies: [
            "Artifacts", "CVectors", "DataSets", "Essentials", "Images", "ImageArchive", "Outputs", "Parallel", "Parameters",
            "Reporting",
            "Runs", "Vocabulary",
        ],
        resources: [.embedInCode("Page/review.css"), .embedInCode("Page/review.js")]),
    .target(name: "Loopback", dependencies: ["Parallel"]),
    .target(
        name: "Pipeline",
        dependencies: [
            "Artifacts", "DataSets", "Essentials", "LanguageModels", "Launch", "Methods", "Parameters", "Review", "Runs",
            "Vocabulary", "CYAML",
        ]),
    .target(
        name: "Tables",
        dependencies: [
            "Artifacts", "Essentials", "Methods", "Metrics", "Outputs", "Parameters", "Reporting", "Runs", "Vocabulary",
        ]),
    .target(
        name: "Terminal",
        dependencies: [
            "CConfine", "CInterrupt", "Essentials", "Launch", "Outputs", "Parallel", "Parameters", "Vocabulary",
            .product(name: "ArgumentParser", package: "swift-argument-parser"),
        ]),
    .target(name: "Tensors", dependencies: ["CTorch", "Essentials", "Launch"]),
    .target(name: "Views", dependencies: ["Images", "Tensors"]),
    .target(name: "CLIP", dependencies: ["Essentials", "Parallel", "Tensors", "TextRepair", "Vocabulary", "CXXHash", "CZlib"]),
    .target(
        name: "CAP", dependencies: ["Tensors", "CLIP", "DataSets", "Methods", "Parallel", "Parameters", "Vocabulary", "CVectors"]),
    .target(name: "DemoData", dependencies: ["Essentials", "Images", "Parallel", "Views", "CLIP", "Tensors"]),
    .target(
        name: "Stages",
        dependencies: [
            "Artifacts", "Essentials", "Tensors", "Images", "ImageArchive", "Launch", "Views", "DataSets", "CLIP", "CAP",
            "LanguageModels", "Methods", "Metrics", "Outputs", "Parallel", "Parameters", "Reporting", "Review", "Runs",
            "Terminal", "Vocabulary",
        ]),
    .target(
        name: "Export",
        dependencies: [
            "Artifacts", "CAP", "CLIP", "Essentials", "ImageArchive", "Images", "Methods", "Outputs", "Stages", "Tensors",
            "Vocabulary",
        ]),
]

/// One thin library per stage's command, on top of `Stages`.
let stages: [Target] = [
    "decode", "embed", "detect", "describe", "label", "finetune", "eval", "predict",
].map {
    .target(
        name: "cap-\($0)",
        dependencies: [
            "Essentials", "Methods", "Parameters", "Stages", "Terminal", "Vocabulary",
            .product(name: "ArgumentParser", package: "swift-argument-parser"),
        ] + ($0 == "describe" ? ["LanguageModels"] : []))
}

/// The commands that come after the stages. The first need no libtorch.
let tools: [Target] = [
    .target(
        name: "cap-plan",
        dependencies: ["Launch", "Pipeline", "Terminal", .product(name: "ArgumentParser", package: "swift-argument-parser")]),
    .target(
        name: "cap-run",
        dependencies: [
            "Launch", "Parameters", "Pipeline", "Terminal", "Vocabulary",
            .product(name: "ArgumentParser", package: "swift-argument-parser"),
        ]),
    .target(
        name: "cap-report",
        dependencies: [
            "Artifacts", "Essentials", "Outputs", "Runs", "Reporting", "Terminal",
            .product(name: "ArgumentParser", package: "swift-argument-parser"),
        ]),
    .target(
        name: "cap-inspect",
        dependencies: [
            "Artifacts", "Essentials", "HDF5", "ImageArchive", "Outputs", "Terminal",
            .product(name: "ArgumentParser", package: "swift-argument-parser"),
        ]),
    .target(
        name: "cap-table",
        dependencies: [
            "Artifacts", "Outputs", "Parameters", "Reporting", "Tables", "Terminal",
            .product(name: "ArgumentParser", package: "swift-argument-parser"),
        ]),
    .target(
        name: "cap-export",
        dependencies: [
            "Export", "Stages", "Terminal", .product(name: "ArgumentParser", package: "swift-argument-parser"),
        ]),
    .target(
        name: "cap-review",
        dependencies: [
            "Artifacts", "Essentials", "Images", "Loopback", "Outputs", "Parallel", "Review", "Stages", "Terminal",
            .product(name: "ArgumentParser", package: "swift-argument-parser"),
        ]),
    .target(
        name: "cap-demo",
        dependencies: [
            "DemoData", "Outputs", "Parallel", "Tensors", "Terminal",
            .product(name: "ArgumentParser", package: "swift-argument-parser"),
        ]),
]

/// The commands in two executables, so that their common code is there twice and not sixteen times. Those that do not compute are
/// apart, so that they start without libtorch.
let executables: [Target] = [
    .executableTarget(
        name: "Commands", dependencies: ["Terminal", "cap-inspect", "cap-plan", "cap-report", "cap-run", "cap-table"]),
    .executableTarget(
        name: "TorchCommands",
        dependencies: ["Terminal", "cap-demo", "cap-export", "cap-review"] + stages.map { .target(name: $0.name) }),
]

/// What `make parity` compares with Python's libraries, what `make bench` measures with, and what `make fuzz` tries, are programs
/// of their own.
let probes: [Target] = [
    .executableTarget(
        name: "parity-probe",
        dependencies: [
            "CLIP", "Images", "Tensors", "Views", "Vocabulary",
            .product(name: "ArgumentParser", package: "swift-argument-parser"),
        ],
        path: "Tests/ParityProbe"),
    .executableTarget(
        name: "bench-probe",
        dependencies: [
            "Artifacts", "CAP", "CLIP", "Images", "Methods", "Parallel", "RegisterLoops", "Stages", "Tensors", "Vocabulary",
            .product(name: "ArgumentParser", package: "swift-argument-parser"),
        ],
        path: "Tests/BenchProbe"),
    .target(name: "RegisterLoops", path: "Tests/RegisterLoops"),
    .executableTarget(
        name: "fuzz-probe",
        dependencies: [
            "Artifacts", "CLIP", "DataSets", "Images", "LanguageModels", "Parallel", "Stages", "TestSupport", "Vocabulary",
            "CMatio", "CSealedHDF5", "CZlib", .product(name: "ArgumentParser", package: "swift-argument-parser"),
        ],
        path: "Tests/FuzzProbe"),
]

/// A device for libtorch that is none, which tests load before the commands.
let fakeDevice = Target.target(
    name: "FakeDevice", path: "Tests/FakeDevice",
    cxxSettings: [.unsafeFlags(torchHeaders + ["-O1", "-DNDEBUG", "-Wno-everything"])],
    linkerSettings: [.unsafeFlags(torchLibraries)])

/// The C and C++ boundaries. Nothing else touches them.
let boundaries: [Target] = [
    .target(
        name: "CTorch",
        // With NDEBUG, as libtorch itself is built: some of its objects are laid out otherwise without.
        cxxSettings: [.unsafeFlags(torchHeaders + groupOptions + ["-O2", "-DNDEBUG", "-Wno-everything"])],
        linkerSettings: [.unsafeFlags(torchLibraries)]),
    .systemLibrary(name: "CHDF5", pkgConfig: "hdf5", providers: [.apt(["libhdf5-dev"])]),
    .systemLibrary(name: "CXXHash", pkgConfig: "libxxhash", providers: [.apt(["libxxhash-dev"])]),
    .systemLibrary(name: "CPCRE2", pkgConfig: "libpcre2-8", providers: [.apt(["libpcre2-dev"])]),
    .systemLibrary(name: "CUTF8Proc", pkgConfig: "libutf8proc", providers: [.apt(["libutf8proc-dev"])]),
    .systemLibrary(name: "CYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .systemLibrary(name: "CArchive", pkgConfig: "libarchive", providers: [.apt(["libarchive-dev"])]),
    .systemLibrary(name: "CMatio", pkgConfig: "matio", providers: [.apt(["libmatio-dev"])]),
    .target(name: "CInterrupt"),
    .target(name: "CConfine"),
    .target(name: "CMatLists", dependencies: ["CMatio", "CConfine"]),
    .target(name: "CSealedHDF5", dependencies: ["CHDF5", "CXXHash", "CConfine"]),
    .target(name: "CVectors"),
    .target(name: "CWriteback"),
    .target(name: "CHTTP", linkerSettings: [.linkedLibrary("curl")]),
    .target(name: "CJPEG", linkerSettings: [.linkedLibrary("jpeg")]),
    .target(name: "CPNG", linkerSettings: [.linkedLibrary("png")]),
    .target(name: "CWEBP", linkerSettings: [.linkedLibrary("webp"), .linkedLibrary("webpdemux")]),
    .target(name: "CTIFF", linkerSettings: [.linkedLibrary("tiff")]),
    .target(name: "CGIF", linkerSettings: [.linkedLibrary("gif")]),
    .target(name: "CHEIF", linkerSettings: [.linkedLibrary("heif")]),
    .target(name: "CAVIF", linkerSettings: [.linkedLibrary("avif")]),
]

let tests: [Target] = [
    .target(name: "TestSupport", dependencies: ["Parallel"], path: "Tests/TestSupport"),
    .testTarget(name: "EssentialsTests", dependencies: ["Essentials", "TestSupport"]),
    .testTarget(name: "HDF5Tests", dependencies: ["HDF5", "CHDF5", "TestSupport"]),
    .testTarget(name: "OutputsTests", dependencies: ["Outputs", "TestSupport"]),
    .testTarget(
        name: "ArtifactsTests", dependencies: ["Artifacts", "HDF5", "Outputs", "TestSupport", "Vocabulary"],
        resources: [.copy("Fixtures")]),
    .testTarget(name: "TerminalTests", dependencies: ["Terminal"]),
    .testTarget(name: "RepositoryTests", dependencies: ["Terminal", "TestSupport"]),
    .testTarget(
        name: "InspectTests", dependencies: ["Artifacts", "Essentials", "Terminal", "TestSupport", "Vocabulary", "Commands"],
        resources: [.copy("Fixtures")]),
    .target(name: "GroupSupport", dependencies: ["Launch", "Parallel", "Tensors"], path: "Tests/GroupSupport"),
    .testTarget(name: "TensorsTests", dependencies: ["GroupSupport", "Launch", "Tensors"]),
    .testTarget(
        name: "ImagesTests", dependencies: ["Images", "TestSupport", "Views", "Vocabulary"], resources: [.copy("Fixtures")]),
    .testTarget(name: "DataSetsTests", dependencies: ["DataSets", "TestSupport", "Vocabulary"], resources: [.copy("Fixtures")]),
    .testTarget(name: "MetricsTests", dependencies: ["Metrics"]),
    .testTarget(name: "ParallelTests", dependencies: ["Parallel"]),
    .testTarget(name: "ParametersTests", dependencies: ["Launch", "Methods", "Parameters", "Vocabulary"]),
    .testTarget(name: "MethodsTests", dependencies: ["Methods"]),
    .testTarget(name: "CLIPTests", dependencies: ["CLIP", "TestSupport", "Vocabulary"], resources: [.copy("Fixtures")]),
    .testTarget(
        name: "CAPTests", dependencies: ["CAP", "GroupSupport", "Launch", "Methods", "Parallel", "Tensors", "Vocabulary"],
        resources: [.copy("Fixtures")]),
    .testTarget(name: "DemoDataTests", dependencies: ["DemoData", "Images", "Parallel", "TestSupport", "Views"]),
    .target(name: "FaultServer", dependencies: ["LanguageModels", "Parallel"], path: "Tests/FaultServer"),
    .testTarget(
        name: "LanguageModelsTests", dependencies: ["LanguageModels", "FaultServer", "Parallel", "TestSupport"],
        resources: [.copy("Fixtures")]),
    .testTarget(name: "LoopbackTests", dependencies: ["Loopback", "Parallel", "TestSupport"]),
    .testTarget(name: "ReviewTests", dependencies: ["Review", "Runs", "TestSupport"]),
    .testTarget(name: "ReportingTests", dependencies: ["Images", "Metrics", "Reporting", "TestSupport"]),
    .testTarget(
        name: "PipelineTests",
        dependencies: [
            "Stages", "Runs", "Tables", "Export", "Artifacts", "CAP", "CLIP", "DataSets", "DemoData", "Essentials",
            "FaultServer", "GroupSupport", "Images", "LanguageModels", "Methods", "Outputs", "Parallel", "Parameters", "Pipeline",
            "Review", "Tensors", "TestSupport", "Views", "Vocabulary",
        ]),
]

let package = Package(
    name: "cap",
    products: libraries.map { .library(name: $0.name, targets: [$0.name]) }
        + [
            .executable(name: "cap", targets: ["Commands"]), .executable(name: "cap-torch", targets: ["TorchCommands"]),
            .library(name: "FakeDevice", type: .dynamic, targets: ["FakeDevice"]),
        ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0")
    ],
    targets: boundaries + libraries + stages + tools + executables + probes + [fakeDevice] + tests,
    cxxLanguageStandard: .cxx20
)
