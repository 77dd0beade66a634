# FGVC-Aircraft 2013b: 100 variants, 6667 training and 3333 test images.
fgvcaircraft.DOMAIN := a photo of {}, a type of aircraft
fgvcaircraft.TAU    := 0.5
fgvcaircraft.GROWTH := 0.6
