/// `docs/parameters.md`, from the declarations.
public enum ParameterDocument {
    public static var text: String {
        var lines = [
            "# Parameters", "",
            "Every parameter of the stages, as it is declared in [Sources/Parameters](../Sources/Parameters). A command takes it as",
            "`--option`, Make as `VARIABLE=value`, `cap-run` as `--name`, and a file of `pipelines/` as `name: value`. Another",
            "name or value than these is refused.", "",
            "*result*: another value gives another result, and what depends on it is made again. *input*: a file or folder of which the",
            "content counts, not the place. *circumstance*: how the same is computed; nothing is made again for it.", "",
            "This page is made by `CAP_UPDATE_DOCS=1 make test` and checked by the tests.", "",
        ]
        for stage in Stage.allCases {
            lines += ["## \(stage.command)", "", "| option | Make | name | default | role | |", "|---|---|---|---|---|---|"]
            for parameter in Parameters.of(stage) { lines.append(row(parameter)) }
            lines.append("")
        }
        return lines.joined(separator: "\n")
    }

    private static func row(_ parameter: Parameter) -> String {
        var about = parameter.summary
        if let methods = parameter.scope.text { about += " For \(methods)." }
        if case .choice(let names) = parameter.kind { about += " One of \(names.map { "`\($0)`" }.joined(separator: ", "))." }
        let unit = parameter.unit.map { " \($0)" } ?? ""
        let cells = [
            "`--\(parameter.option)`\(unit)", "`\(parameter.makeName)`", "`\(parameter.name)`", parameter.defaultsText ?? "",
            parameter.role.rawValue, about,
        ]
        return "| " + cells.map { $0.replacing("|", with: "\\|") }.joined(separator: " | ") + " |"
    }
}
