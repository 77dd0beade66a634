# Oxford 102 Flowers: 102 classes, 2040 training and 6149 test images.
flowers102.DOMAIN := a photo of {}, a type of flower
flowers102.K      := 6

# CPL's quantiles, with text and with visual prompts.
flowers102.cpl.ALPHA             := 0.60
flowers102.cpl.BETA              := 0.99
flowers102-trzsl.cpl.BETA        := auto*1.0
flowers102.cpl-visual.ALPHA      := 0.60
flowers102.cpl-visual.BETA       := 0.99
flowers102-trzsl.cpl-visual.BETA := auto*1.0
