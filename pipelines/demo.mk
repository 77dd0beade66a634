# The embedded demonstration: rendered textures and a small CLIP (docs/demo.md). Nothing is downloaded.
demo.MODEL   := demo/checkpoint
demo.ANSWERS := demo/answers.json
# A minute on two cores instead of the 2,500 iterations of the data sets; more pseudolabels and a smaller margin make up
# for it (docs/demo.md has what else was tried).
demo.K       := 40
demo.EPOCHS  := 25
demo.ITERS   := 20
demo.MARGIN  := 3

# The other methods, in times like CAP's. Their learning rate for text prompts, 0.1, presumes CLIP's width of 512: at
# this one's 128 the loss leaps to that of a guess. The demonstration's CLIP has never read braces, so the first texts
# are without them.
$(foreach method,supervised fpl ifpl grip,$(eval demo.$(method).FIRST_TEXT := formatted)$(eval demo.$(method).LR := 0.02))
demo.supervised.EPOCHS := 60
demo.fpl.K       := 40
demo.fpl.EPOCHS  := 40
# FPL multiplies the loss on labels with 20 here, |pseudolabeled| / |labeled|.
demo-ssl.fpl.LR  := 0.002
demo.ifpl.K      := 40
demo.ifpl.EPOCHS := 10
demo.ifpl.ROUNDS := 5
demo.grip.EPOCHS := 15
demo.grip.ROUNDS := 5
demo.grip.BATCH  := 64
demo.cpl.EPOCHS  := 15
demo.cpl.ROUNDS  := 5
demo.cpl.BETA    := 0.99
demo-trzsl.cpl.BETA := auto*2.0
