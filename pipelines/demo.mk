# The embedded demonstration: rendered textures and a small CLIP (docs/demo.md). Nothing is downloaded.
demo.MODEL   := demo/checkpoint
demo.ANSWERS := demo/answers.json
demo.EPOCHS  := 20
demo.ITERS   := 20
