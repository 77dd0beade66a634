# EuroSAT: 10 classes, 27000 images of which 5000 are the test set.
eurosat.DOMAIN := a satellite photo of {}
