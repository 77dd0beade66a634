import Terminal
import cap_decode
import cap_demo
import cap_describe
import cap_detect
import cap_embed
import cap_eval
import cap_export
import cap_finetune
import cap_label
import cap_predict
import cap_review

/// `cap-torch`: the commands that compute.
@main
enum CapTorch {
    static func main() {
        CommandExecutable.run([
            DecodeCommand.self, EmbedCommand.self, DetectCommand.self, DescribeCommand.self, LabelCommand.self,
            FinetuneCommand.self, EvaluateCommand.self, PredictCommand.self, ReviewCommand.self, ExportCommand.self, Demo.self,
        ])
    }
}
