/// Names that systems and programs give to files and folders of their own among people's images: thumbnails, settings, deleted
/// files, snapshots. A thumbnail taken for an image would be in a data set twice, and its folder would be a class.
public enum SystemName {
    /// Whether a file or folder of that name is left out, whatever is in it.
    public static func contains(_ name: String) -> Bool {
        // Hidden, among them macOS' "._photo.jpg" and ".AppleDouble", ".thumbnails" and ".ipynb_checkpoints".
        name.utf8.first == UInt8(ascii: ".") || names.contains(name.lowercased())
    }

    private static let names: Set<String> = [
        // macOS and its archives
        "__macosx", "icon\r", "network trash folder", "temporary items",
        // Windows
        "thumbs.db", "ehthumbs.db", "ehthumbs_vista.db", "desktop.ini", "$recycle.bin", "recycler", "system volume information",
        // Synology and QNAP
        "@eadir", "@tmp", "#recycle", "#snapshot", "@recycle", "@recently-snapshot",
        // file systems
        "lost+found",
        // programs
        "picasa.ini", "pspbrwse.jbf", "zbthumbnail.info",
    ]
}
