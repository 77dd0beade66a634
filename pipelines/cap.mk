# The method's hyperparameters: what CAP's authors used, for every data set that does not say otherwise in its own file.
# A variable on make's command line, as in `make dtd-ssl K=32`, goes before all of them.

# cap-decode: the shorter side that images are kept at, in pixels
default.SHORTER_SIDE := 288
# cap-embed: the class prompt
default.TEMPLATE     := a photo of a {}
# cap-detect: which classes are seen in TRZSL (500, 0 or 200 in the literature); the seed of K-means, which is not that
# of training, so that runs of several seeds share what is detected
default.SPLIT_SEED     := 500
default.DETECTION_SEED := 1
# cap-detect: the share of the unlabeled images that is used
default.SHARE          := 1
# cap-describe: how a class is called when a language model is asked to describe it
default.DOMAIN       := {}
# cap-label: pseudolabels per class
default.K            := 16
# cap-finetune: the seed, confidence threshold, margin, the share of the unlabeled images that pseudolabels grow to, schedule
default.SEED         := 1
default.TAU          := 0.85
default.MARGIN       := 12
default.GROWTH       := 0.8
default.EPOCHS       := 50
default.ITERS        := 50
default.BATCH        := 32
default.LR           := 0.01
# all that compute
default.PRECISION    := fp32
default.DEVICE       := cpu
