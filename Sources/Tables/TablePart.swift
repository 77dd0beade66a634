/// What an exhibit shows of a data set and paradigm.
struct TablePart<Row> {
    let column: TableRun.Column
    /// Of its figure's file.
    let suffix: String
    let rows: [Row]
}

extension [TableRun] {
    /// A part for every column, of the rows that its runs come to.
    func parts<Row>(_ rows: ([TableRun]) throws -> [Row]) rethrows -> [TablePart<Row>] {
        try columns.map { column in
            try TablePart(column: column, suffix: suffix(column), rows: rows(filter { $0.column == column }))
        }
    }
}
