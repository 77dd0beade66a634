# EuroSAT: 10 classes, 27000 images of which 5000 are the test set.
eurosat.DOMAIN := a satellite photo of {}

# CPL's quantiles, with text and with visual prompts.
eurosat.cpl.ALPHA             := 0.75
eurosat.cpl.BETA              := 0.80
eurosat-trzsl.cpl.BETA        := auto*3.0
eurosat.cpl-visual.ALPHA      := 0.90
eurosat.cpl-visual.BETA       := 0.80
eurosat-trzsl.cpl-visual.BETA := auto*2.0
