/// A row per epoch of training.
public struct EpochKeys: KeyGroup {
    public let lossPseudolabel = DatasetKey<Float>(
        "epochs/loss_pseudolabel", ["epoch"], unit: "nat",
        "mean L_PL, on the pseudolabeled images, as weighted")
    public let lossUnlabeled = DatasetKey<Float>(
        "epochs/loss_unlabeled", ["epoch"], unit: "nat",
        "mean L_UL, on augmented views of the unlabeled images; 0 in methods of rounds")
    public let lossLabeled = DatasetKey<Float>(
        "epochs/loss_labeled", ["epoch"], unit: "nat",
        "mean L_L, on the labeled images, as weighted; 0 in ul")
    public let learningRate = DatasetKey<Float>(
        "epochs/learning_rate", ["epoch"], unit: "1", "learning rate of the epoch's last iteration")
    public let pseudolabelCount = DatasetKey<Int32>(
        "epochs/pseudolabel_count", ["epoch"], unit: "count", "pseudolabels that the epoch learned from")
    public let confidentCount = DatasetKey<Int32>(
        "epochs/confident_count", ["epoch"], unit: "count",
        "unlabeled images seen with a confidence above the threshold")
    public let confidentPerClass = DatasetKey<Int32>(
        "epochs/confident_per_class", ["epoch", "class"], unit: "count",
        "the same by predicted class, sigma(c)")
    public let marginScale = DatasetKey<Float>(
        "epochs/margin_scale", ["epoch", "class"], unit: "logit", "margin scale m_c used in the epoch")
    public let pseudolabelAccuracy = DatasetKey<Float>(
        "epochs/pseudolabel_accuracy", ["epoch"], unit: "fraction",
        "pseudolabels that are right, among images with a known label; NaN where none is known",
        allowsNaN: true)
}
