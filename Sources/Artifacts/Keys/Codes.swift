import Vocabulary

extension ImageSplit: DatasetCode {}
extension ImageRole: DatasetCode {}
extension PseudolabelOrigin: DatasetCode {}
