# Describable Textures Dataset: 47 classes, 3760 training and 1880 test images.
dtd.DOMAIN := a photo of {} texture
