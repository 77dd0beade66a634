import Vocabulary

/// What is known of the images of a data set; `features.h5` has it from `images.h5`.
enum ImageKeys {
    static let name = DatasetKey<String>(
        "images/name", ["image"], unit: "text", "path of the image file, relative to the data set")
    static let label = DatasetKey<Int32>(
        "images/label", ["image"], unit: "class index", "class of the image; -1 where unknown")
    static let split = DatasetKey<ImageSplit>(
        "images/split", ["image"], unit: "code", "0 training image, 1 test image")
}
