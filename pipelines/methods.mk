# The hyperparameters of the other methods than CAP, as their authors used them: METHOD.NAME, and METHOD-MODALITY.NAME
# where a kind of prompt has its own. A data set's file may set NAME for itself: dtd.cpl.BETA, dtd.cpl-visual.BETA.
# K: pseudolabels per class. EPOCHS: of a round. FIRST_TEXT: what the first pseudolabels are scored with.
$(foreach method,supervised fpl ifpl grip,\
    $(eval $(method).EPOCHS := 150)$(eval $(method).BATCH := 16)$(eval $(method).LR := 0.1)\
    $(foreach modality,multimodal multimodal-joint maple,$(eval $(method)-$(modality).LR := 0.01)))
fpl.K  := 16
ifpl.K := 16

cpl.EPOCHS := 50
cpl.BATCH  := 64
cpl.LR     := 0.02
