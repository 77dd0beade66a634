# CUB-200-2011: 200 classes, 5994 training and 5794 test images.
cub.DOMAIN := a photo of {}, a type of bird
