# NWPU-RESISC45: 45 classes, 6300 training and 25200 test images.
resisc45.DOMAIN := a satellite photo of {}

# CPL's quantiles, with text and with visual prompts.
resisc45.cpl.ALPHA             := 0.90
resisc45.cpl.BETA              := 0.97
resisc45-trzsl.cpl.BETA        := auto*2.0
resisc45.cpl-visual.ALPHA      := 0.90
resisc45.cpl-visual.BETA       := 0.97
resisc45-trzsl.cpl-visual.BETA := auto*2.0
