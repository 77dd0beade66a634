/// The version of CAP, as `--version` prints it and artifacts record it.
public enum CAPVersion {
    public static let current = "0.2.0"
}
