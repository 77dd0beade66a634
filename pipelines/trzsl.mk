# Transductive zero-shot learning: the seen classes (62 %, drawn with the split seed) are labeled, the unseen are not.
trzsl.PARADIGM := --paradigm trzsl
