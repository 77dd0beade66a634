# Oxford 102 Flowers: 102 classes, 2040 training and 6149 test images.
flowers102.DOMAIN := a photo of {}, a type of flower
flowers102.K      := 6
