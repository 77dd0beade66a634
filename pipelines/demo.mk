# The embedded demonstration: rendered textures and a small CLIP (docs/demo.md). Nothing is downloaded.
demo.MODEL   := demo/checkpoint
demo.ANSWERS := demo/answers.json
# A minute on two cores instead of the 2,500 iterations of the data sets; more pseudolabels and a smaller margin make up
# for it (docs/demo.md has what else was tried).
demo.K       := 32
demo.EPOCHS  := 25
demo.ITERS   := 20
demo.MARGIN  := 3
