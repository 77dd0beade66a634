import Parameters
import Vocabulary

/// What `make help` says of goals and variables, from their declarations.
public struct MakeHelp {
    private let tables: [TableDeclaration]
    private let dataSets: [String]

    public init(_ files: PipelineFiles) throws {
        tables = try TableDeclaration.all(in: files)
        dataSets = files.dataSetNames
    }

    public var text: String {
        var lines = [
            "make demo                  set up, build, and run everything on the embedded demonstration (no download)",
            "make test                  set up, build, and run the tests",
            "make DATASET-PARADIGM      run the pipeline: make dtd-ssl DATA=~/data MODEL=~/models/clip-vit-base-patch32 K=32",
            "make check-DATASET         say what the data set's folder holds and what is missing",
            "make TABLE                 all runs of a table or figure, and RUNS/tables/TABLE.md, .csv, .svg and .png",
            "make sweep P=MARGIN VALUES=\"0 3 12\"    the same over any parameter's values",
            "make RUNS/…/labels.h5      an artifact and what it is made from",
            "make parity                compare with transformers, open_clip and torchvision, on the JPEGs in IMAGES=",
            "make bench                 measure every stage, and its peers with PEERS=1 (docs/benchmarks.md)",
            "make scaling               measure how time and memory grow (docs/scaling.md)",
            "make gpu-check             check that a GPU computes what the CPU does, and measure it (docs/gpu.md)",
            "make fuzz | torture        damage files of every kind, and kill stages (docs/reliability.md)   [SEED=, COUNT=, SECONDS=]",
            "make sanitize              run tests under AddressSanitizer and ThreadSanitizer",
            "make install PREFIX=DIR    the commands, their manual pages and shell completions   [/usr/local]",
            "make package               a .deb for this distribution, and a tarball",
            "make api-pages             the libraries' documentation, as web pages",
            "make build | setup | clean | uninstall", "",

            "DATASET   \(dataSets.joined(separator: ", ")),",
            "          or the name of any folder in DATA that holds images (make ul DATASET=\"my pets\")",
            "PARADIGM  ul (no labels), ssl (LABELS_PER_CLASS labels per class), trzsl (labels for the seen classes)", "TABLE",
        ]
        lines += tables.map { "    \(padded($0.name, 10))\($0.title)" }
        lines += ["", "Variables of places and choices"]
        lines += Request.variables.map { "  \(padded($0.name, 18))\($0.meaning)" }
        for stage in Stage.allCases {
            lines += ["", stage.command]
            for parameter in Request.parameters where parameter.stages.first == stage {
                let standard = parameter.defaultsText.map { "   [\($0)]" } ?? ""
                let scope = parameter.scope.text.map { " For \($0)." } ?? ""
                lines.append("  \(padded(parameter.makeName, 18))\(parameter.summary)\(scope)\(standard)")
            }
        }
        lines += ["", "Data sets may have their own defaults: pipelines/data-sets. All parameters: docs/parameters.md."]
        return lines.joined(separator: "\n") + "\n"
    }

    private func padded(_ text: String, _ width: Int) -> String {
        text.count >= width ? text + " " : text + String(repeating: " ", count: width - text.count)
    }
}
