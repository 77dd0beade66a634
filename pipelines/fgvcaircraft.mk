# FGVC-Aircraft 2013b: 100 variants, 6667 training and 3333 test images.
fgvcaircraft.DOMAIN := a photo of {}, a type of aircraft
fgvcaircraft.TAU    := 0.5
fgvcaircraft.GROWTH := 0.6

# CPL's quantiles, with text and with visual prompts.
fgvcaircraft.cpl.ALPHA             := 0.90
fgvcaircraft.cpl.BETA              := 0.97
fgvcaircraft-trzsl.cpl.BETA        := auto*1.5
fgvcaircraft.cpl-visual.ALPHA      := 0.90
fgvcaircraft.cpl-visual.BETA       := 0.99
fgvcaircraft-trzsl.cpl-visual.BETA := auto*2.0
