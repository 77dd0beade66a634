# CUB-200-2011: 200 classes, 5994 training and 5794 test images.
cub.DOMAIN := a photo of {}, a type of bird

# CPL's quantiles, with text and with visual prompts.
cub.cpl.ALPHA             := 0.75
cub.cpl.BETA              := 0.99
cub-trzsl.cpl.BETA        := auto*2.25
cub.cpl-visual.ALPHA      := 0.60
cub.cpl-visual.BETA       := 0.99
cub-trzsl.cpl-visual.BETA := auto*2.5
cub.cpl.ROUNDS := 5
