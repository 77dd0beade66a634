# NWPU-RESISC45: 45 classes, 6300 training and 25200 test images.
resisc45.DOMAIN := a satellite photo of {}
