# CAP: adapt CLIP to a task from unlabeled images. `make help` says what can be made.
#
# Hyperparameters stand in pipelines/. An artifact is made again when what it is made from, or a parameter of its own
# stage, has changed: each stage depends on a stamp that is named after a checksum of the stage's options.

SHELL       := /bin/bash
.SHELLFLAGS := -euo pipefail -c
MAKEFLAGS   += --no-builtin-rules
.SUFFIXES:
.DEFAULT_GOAL := help
.PRECIOUS: %.h5

# A leading ~ is expanded here, since not every shell does it after DATA=.
expand = $(patsubst ~/%,$(HOME)/%,$(1))
RUNS  ?= runs
DATA  ?= data
override RUNS  := $(call expand,$(RUNS))
override DATA  := $(call expand,$(DATA))
override MODEL := $(call expand,$(MODEL))
override IMAGES := $(call expand,$(IMAGES))
override TOKENIZER := $(call expand,$(TOKENIZER))

PARADIGMS := ul ssl trzsl
demo.FOLDER := $(RUNS)/demo/textures
DATASETS  := dtd flowers102 resisc45 eurosat cub fgvcaircraft
include $(sort $(wildcard pipelines/*.mk))

# ---------------------------------------------------------------------------------------------------- build and test

BIN   := .build/release
BUILT := .build/.release-built
SETUP := .deps/.setup-done

.PHONY: setup build test clean
setup: $(SETUP)
$(SETUP): scripts/setup.sh
	scripts/setup.sh
	@touch $@

build: $(BUILT)
$(BUILT): Package.swift $(shell find Sources Tests/ParityProbe -type f) | $(SETUP)
	swift build -c release
	@touch $@

test: $(SETUP)
	swift test -c release --disable-xctest

clean:
	rm -rf .build

# Tokens, views and features against transformers, open_clip and torchvision, which are fetched from PyPI for it.
.PHONY: parity
parity: $(BUILT) $(if $(IMAGES),,$(demo.FOLDER)/.complete)
	scripts/parity.sh $(BIN)/parity-probe $(call quote,$(RUNS)/parity) $(call quote,$(or $(IMAGES),$(demo.FOLDER)))

# ------------------------------------------------------------------------------------------------------- the pipeline

quote  = '$(subst ','\'',$(1))'
# The value of parameter $(1) for data set $(2): make's command line, the data set's file, the method's file.
parameter = $(strip $(or $(if $(filter command,$(firstword $(origin $(1)))),$($(1))),$($(2).$(1)),$(default.$(1))))
# --option VALUE for the parameter, quoted; nothing where it has no value.
option = $(if $(call parameter,$(2),$(3)),--$(1) $(call quote,$(call parameter,$(2),$(3))))
# What cap-decode is told: DATA and which benchmark to look for in it, or the folder of that name in DATA.
source = $(if $(filter $(1),$(DATASETS)),$(call quote,$(DATA)) --benchmark $(1),$(call quote,$(or $($(1).FOLDER),$(DATA)/$(1))))
model  = $(call quote,$(or $(MODEL),$($(1).MODEL)))
tokenizer = $(or $(TOKENIZER),$($(1).TOKENIZER))
checkpoint = --checkpoint $(call model,$(1)) $(if $(call tokenizer,$(1)),--tokenizer $(call quote,$(call tokenizer,$(1)))) \
    $(call option,activation,ACTIVATION,$(1))
# Several templates are written with | between them; their features are averaged.
templates = $(subst |,' --template ',$(call option,template,TEMPLATE,$(1)))

# Whether a language model is asked for descriptions; the file of answers that stands in for it otherwise.
live    = $(call parameter,ENDPOINT,$(1))$(call parameter,LLM,$(1))
answers = $(if $(call live,$(1)),,$(call parameter,ANSWERS,$(1)))

# What differs between machines, not between results: not part of a stage's stamp.
threads = $(if $(THREADS),--threads $(THREADS))
device  = $(call option,device,DEVICE,$(1))

# $(call stamp,directory,stage,options): the stamp file of a stage with these options.
stamp = $(1)/.parameters/$(2)-$(firstword $(shell printf '%s' $(call quote,$(3)) | cksum))

# $(call stamp_rule,stamp,stage,options)
define stamp_rule
$(1):
	@mkdir -p $$(@D) && rm -f $$(@D)/$(2)-* && printf '%s\n' $(call quote,$(3)) > $$@
endef

# Rules of data set $(1): what all paradigms share.
define dataset_rules
$(1).dir     := $(RUNS)/$(1)
$(1).decode  := $(call source,$(1)) $(call option,layout,LAYOUT,$(1)) $(call option,classes,CLASSES,$(1)) \
    $(call option,phrases,PHRASES,$(1)) $(call option,shorter-side,SHORTER_SIDE,$(1))
$(1).embed   := $(call checkpoint,$(1)) $(call templates,$(1)) \
    $(call option,precision,PRECISION,$(1))
$(1).decode.stamp := $$(call stamp,$$($(1).dir),decode,$$($(1).decode))
$(1).embed.stamp  := $$(call stamp,$$($(1).dir),embed,$$($(1).embed))
$$(eval $$(call stamp_rule,$$($(1).decode.stamp),decode,$$($(1).decode)))
$$(eval $$(call stamp_rule,$$($(1).embed.stamp),embed,$$($(1).embed)))

$$($(1).dir)/images.h5: $$($(1).decode.stamp) $(call parameter,CLASSES,$(1)) $(call parameter,PHRASES,$(1)) $(if $(filter demo,$(1)),$(demo.FOLDER)/.complete) | $$(BUILT)
	$$(BIN)/cap-decode $$($(1).decode) $(threads) -o $$@

$$($(1).dir)/features.h5: $$($(1).dir)/images.h5 $$($(1).embed.stamp) | $$(BUILT)
	@[ -n $(call model,$(1)) ] || { echo "$(1): name a CLIP checkpoint with MODEL=, such as MODEL=~/models/clip-vit-base-patch32" >&2; exit 1; }
	$$(BIN)/cap-embed $$< $$($(1).embed) $(threads) $(call device,$(1)) -o $$@
endef

# Rules of data set $(1) under paradigm $(2).
define run_rules
$(1)-$(2).dir      := $(RUNS)/$(1)/$(2)
$(1)-$(2).detect   := $($(2).PARADIGM) $(call option,split-seed,SPLIT_SEED,$(1)) $(call option,seed,SEED,$(1))
$(1)-$(2).describe := $(call checkpoint,$(1)) $(call option,domain,DOMAIN,$(1)) \
    $(call option,endpoint,ENDPOINT,$(1)) $(call option,model,LLM,$(1)) \
    $(if $(call answers,$(1)),--answers $(call quote,$(call answers,$(1)))) \
    $(call option,seed,SEED,$(1))
$(1)-$(2).label    := $(call option,k,K,$(1))
$(1)-$(2).finetune := $(call checkpoint,$(1)) $(call option,tau,TAU,$(1)) $(call option,margin,MARGIN,$(1)) \
    $(call option,growth,GROWTH,$(1)) $(call option,epochs,EPOCHS,$(1)) $(call option,iters,ITERS,$(1)) \
    $(call option,batch,BATCH,$(1)) $(call option,lr,LR,$(1)) $(call option,seed,SEED,$(1)) \
    $(call option,precision,PRECISION,$(1))
$(1)-$(2).eval     := $(call checkpoint,$(1)) $(call option,precision,PRECISION,$(1))
$(foreach stage,detect describe label finetune eval,
$(1)-$(2).$(stage).stamp := $$(call stamp,$$($(1)-$(2).dir),$(stage),$$($(1)-$(2).$(stage)))
$$(eval $$(call stamp_rule,$$($(1)-$(2).$(stage).stamp),$(stage),$$($(1)-$(2).$(stage))))
)
$$($(1)-$(2).dir)/mismatch.h5: $(RUNS)/$(1)/features.h5 $$($(1)-$(2).detect.stamp) | $$(BUILT)
	$$(BIN)/cap-detect $$< $$($(1)-$(2).detect) $(threads) -o $$@

$$($(1)-$(2).dir)/descriptions.h5: $(RUNS)/$(1)/features.h5 $$($(1)-$(2).dir)/mismatch.h5 \
    $(call answers,$(1)) $$($(1)-$(2).describe.stamp) | $$(BUILT)
	$$(BIN)/cap-describe $(RUNS)/$(1)/features.h5 $$(@D)/mismatch.h5 $$($(1)-$(2).describe) \
	    $(if $(call live,$(1)),--cache $(RUNS)/$(1)/answers.jsonl) $(threads) -o $$@

$$($(1)-$(2).dir)/labels.h5: $(RUNS)/$(1)/features.h5 $$($(1)-$(2).dir)/mismatch.h5 \
    $$($(1)-$(2).dir)/descriptions.h5 $$($(1)-$(2).label.stamp) | $$(BUILT)
	$$(BIN)/cap-label $(RUNS)/$(1)/features.h5 $$(@D)/mismatch.h5 $$(@D)/descriptions.h5 $$($(1)-$(2).label) -o $$@

$$($(1)-$(2).dir)/model.h5: $(RUNS)/$(1)/images.h5 $(RUNS)/$(1)/features.h5 $$($(1)-$(2).dir)/labels.h5 \
    $$($(1)-$(2).finetune.stamp) | $$(BUILT)
	$$(BIN)/cap-finetune $(RUNS)/$(1)/images.h5 $(RUNS)/$(1)/features.h5 $$(@D)/labels.h5 \
	    $$($(1)-$(2).finetune) $(threads) $(call device,$(1)) -o $$@

$$($(1)-$(2).dir)/eval.h5: $$($(1)-$(2).dir)/model.h5 $$($(1)-$(2).eval.stamp) | $$(BUILT)
	$$(BIN)/cap-eval $$(@D)/model.h5 $(RUNS)/$(1)/images.h5 $(RUNS)/$(1)/features.h5 $$(@D)/labels.h5 \
	    $$($(1)-$(2).eval) $(threads) $(call device,$(1)) --report $$(@D)/report.html -o $$@

.PHONY: $(1)-$(2)
$(1)-$(2): $$($(1)-$(2).dir)/eval.h5
endef

# The data sets and paradigms that the goals name: NAME-PARADIGM, demo, or an artifact's own path.
goals := $(patsubst demo,demo-ul,$(MAKECMDGOALS))
pairs := $(sort $(foreach paradigm,$(PARADIGMS),$(filter %-$(paradigm),$(goals))))
paths := $(foreach goal,$(filter $(RUNS)/%.h5,$(goals)),$(subst $() ,/,$(wordlist 1,2,$(subst /, ,$(patsubst $(RUNS)/%,%,$(goal))))))
pairs += $(foreach paradigm,$(PARADIGMS),$(patsubst %/$(paradigm),%-$(paradigm),$(filter %/$(paradigm),$(paths))))
pairs += $(patsubst %,%-ul,$(foreach path,$(filter %.h5,$(paths)),$(firstword $(subst /, ,$(path)))))
pairs := $(sort $(pairs))
dataset_of  = $(strip $(foreach paradigm,$(PARADIGMS),$(patsubst %-$(paradigm),%,$(filter %-$(paradigm),$(1)))))
paradigm_of = $(patsubst $(call dataset_of,$(1))-%,%,$(1))

$(foreach dataset,$(sort $(foreach pair,$(pairs),$(call dataset_of,$(pair)))),$(eval $(call dataset_rules,$(dataset))))
$(foreach pair,$(pairs),$(eval $(call run_rules,$(call dataset_of,$(pair)),$(call paradigm_of,$(pair)))))

# Says what a data set's folder holds and what is missing, in seconds.
check-%: | $(BUILT)
	$(BIN)/cap-decode --check $(call source,$*) $(call option,layout,LAYOUT,$*) $(call option,classes,CLASSES,$*)

# ------------------------------------------------------------------------------------------------------ installation

PREFIX ?= /usr/local
COMMANDS := $(addprefix cap-,decode embed detect describe label finetune eval report predict export inspect)
# Manual pages and completions, made from the commands' own help.
PAGES  := .build/pages
MANUAL := .build/release/generate-manual

.PHONY: pages install uninstall
pages: $(PAGES)/.complete
$(PAGES)/.complete: $(BUILT)
	swift build -c release --product generate-manual
	@rm -rf $(PAGES) && mkdir -p $(PAGES)/man1 $(PAGES)/bash $(PAGES)/zsh $(PAGES)/fish
	@for command in $(COMMANDS); do \
	    $(MANUAL) $(BIN)/$$command --output-directory $(PAGES)/man1; \
	    $(BIN)/$$command --generate-completion-script bash > $(PAGES)/bash/$$command; \
	    $(BIN)/$$command --generate-completion-script zsh > $(PAGES)/zsh/_$$command; \
	    $(BIN)/$$command --generate-completion-script fish > $(PAGES)/fish/$$command.fish; \
	done
	@touch $@

install_share = $(call quote,$(DESTDIR)$(call expand,$(PREFIX)))/share
installed = $(call quote,$(DESTDIR)$(call expand,$(PREFIX)))/bin

# The commands go on finding libtorch where setup put it, or where LIBTORCH was when they were built.
install: $(PAGES)/.complete
	install -d $(installed) $(install_share)/man/man1 $(install_share)/bash-completion/completions \
	    $(install_share)/zsh/site-functions $(install_share)/fish/vendor_completions.d
	install -m 755 $(addprefix $(BIN)/,$(COMMANDS)) $(installed)
	install -m 644 $(PAGES)/man1/*.1 $(install_share)/man/man1
	install -m 644 $(PAGES)/bash/* $(install_share)/bash-completion/completions
	install -m 644 $(PAGES)/zsh/* $(install_share)/zsh/site-functions
	install -m 644 $(PAGES)/fish/* $(install_share)/fish/vendor_completions.d

uninstall:
	rm -f $(addprefix $(installed)/,$(COMMANDS)) $(foreach command,$(COMMANDS),$(install_share)/man/man1/$(command).1 \
	    $(install_share)/bash-completion/completions/$(command) $(install_share)/zsh/site-functions/_$(command) \
	    $(install_share)/fish/vendor_completions.d/$(command).fish)

# ---------------------------------------------------------------------------------------------------- demo and help

$(demo.FOLDER)/.complete: | $(BUILT)
	$(BIN)/cap-demo images -o $(@D)
	@touch $@

# Test accuracy of the demonstration's run in percent, of the model as it was (zero_shot) or as it is (adapted).
percent = $$($(BIN)/cap-inspect $(RUNS)/demo/ul/eval.h5 --value metrics/$(1)/accuracy | awk '{ printf "%.2f", 100 * $$1 }')

.PHONY: demo help
demo: demo-ul
	@echo "report: $(RUNS)/demo/ul/report.html"
	@echo "demo: zero-shot $(call percent,zero_shot) CAP $(call percent,adapted)"

define help
make demo                  set up, build, and run everything on the embedded demonstration (no download)
make test                  set up, build, and run the tests
make DATASET-PARADIGM      run the pipeline on a data set: make dtd-ssl DATA=~/data MODEL=~/models/clip-vit-base-patch32
make check-DATASET         say what the data set's folder holds and what is missing
make parity                compare with transformers, open_clip and torchvision, on the JPEGs in IMAGES= (docs/parity.md)
make install PREFIX=DIR    the commands, their manual pages and shell completions   [$(PREFIX)]
make build | setup | clean | uninstall

DATASET    $(DATASETS) demo,
           or the name of any folder in DATA that holds a folder of images per class
PARADIGM   ul (no labels), ssl (two labels per class), trzsl (labels for the seen classes)

DATA       the folder that holds the data sets                [$(DATA)]
LAYOUT     how a folder lies on disk, where it is not seen: see cap-decode --help
CLASSES    file of class names, PHRASES file of the words that stand for them in prompts (docs/datasets/your-own.md)
MODEL      a CLIP checkpoint: a Hugging Face folder, OpenAI's ViT-*.pt or a state dict (docs/checkpoints.md)
TOKENIZER  its tokenizer, where none lies beside it: bpe_simple_vocab_16e6.txt.gz, tokenizer.json or a folder
ACTIVATION of a state dict without configuration: quick_gelu or gelu
RUNS       where artifacts go: RUNS/DATASET/PARADIGM/*.h5     [$(RUNS)]
TEMPLATE   class prompt; several with | between are averaged   [$(default.TEMPLATE)]
ANSWERS    JSON file of class descriptions for cap-describe, in place of a language model
ENDPOINT   an OpenAI-compatible API that describes classes    [https://api.openai.com/v1, where LLM is given]
LLM        the language model to ask there                    [gpt-4o-mini, where ENDPOINT is given]
           A key is taken from CAP_LLM_API_KEY or OPENAI_API_KEY in the environment.
THREADS    threads of a command                               [all cores]

K          pseudolabels per class to begin with               [$(default.K)]
TAU        confidence from which an unlabeled image counts    [$(default.TAU)]
MARGIN     scale of the confusion-aware margin                [$(default.MARGIN)]
EPOCHS     epochs of fine-tuning                              [$(default.EPOCHS)]
ITERS      iterations of an epoch                             [$(default.ITERS)]
BATCH      images of each kind in an iteration                [$(default.BATCH)]
SEED       seed of clustering and training                    [$(default.SEED)]
DEVICE     cpu or cuda                                        [$(default.DEVICE)]
PRECISION  fp32 or bf16                                       [$(default.PRECISION)]
           Data sets may set their own: see pipelines/.
endef

help:
	$(info $(help))
	@:
