import Terminal
import cap_inspect
import cap_plan
import cap_report
import cap_run
import cap_table

/// `cap`: the commands that start without libtorch.
@main
enum Cap {
    static func main() {
        CommandExecutable.run([RunCommand.self, PlanCommand.self, ReportCommand.self, TableCommand.self, Inspect.self])
    }
}
