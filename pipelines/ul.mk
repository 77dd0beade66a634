# Unsupervised learning: every training image is unlabeled.
ul.PARADIGM := --paradigm ul
