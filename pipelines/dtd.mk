# Describable Textures Dataset: 47 classes, 3760 training and 1880 test images.
dtd.DOMAIN := a photo of {} texture

# CPL's quantiles, with text and with visual prompts.
dtd.cpl.ALPHA             := 0.75
dtd.cpl.BETA              := 0.95
dtd-trzsl.cpl.BETA        := auto*2.0
dtd.cpl-visual.ALPHA      := 0.60
dtd.cpl-visual.BETA       := 0.97
dtd-trzsl.cpl-visual.BETA := auto*2.0
