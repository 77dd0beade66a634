# Semi-supervised learning: two labeled images per class.
ssl.PARADIGM := --paradigm ssl --labels-per-class 2
