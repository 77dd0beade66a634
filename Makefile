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
override LARGE := $(call expand,$(LARGE))
override IMAGES := $(call expand,$(IMAGES))
# Where DATASET/images.h5 lies: in RUNS, but for runs with another CLIP on the same images.
DECODED ?= $(RUNS)
override TOKENIZER := $(call expand,$(TOKENIZER))

PARADIGMS  := ul ssl trzsl
demo.FOLDER := $(DECODED)/demo/textures
BENCHMARKS := dtd flowers102 resisc45 eurosat cub fgvcaircraft
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
$(BUILT): Package.swift $(shell find Sources Tests/ParityProbe Tests/BenchProbe -type f) | $(SETUP)
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

# What the stages cost, and their peers with PEERS=1; fetches nothing without. See scripts/bench.sh for ROWS and the rest.
.PHONY: bench scaling
bench: $(BUILT)
	scripts/bench.sh bench $(BIN) $(call quote,$(RUNS)/bench) docs/benchmarks.md

# How time and memory grow with images, classes, pixels and models.
scaling: $(BUILT)
	scripts/bench.sh scaling $(BIN) $(call quote,$(RUNS)/bench) docs/scaling.md

# The bundle that a machine with a GPU is checked and measured with, and that where there is one here. See scripts/gpu-bundle.sh for
# TORCH and CAP_CHECKOUT, docs/gpu.md for the rest.
.PHONY: gpu-check
gpu-check: $(SETUP)
	scripts/gpu-bundle.sh .build-cuda/bundle
	scripts/gpu-check.sh .build-cuda/bundle $(call quote,$(RUNS)/gpu-check)

# ------------------------------------------------------------------------------------------------------- the pipeline

quote  = '$(subst ','\'',$(1))'
# The value of parameter $(1) for data set $(2): make's command line, the data set's file, the method's file.
parameter = $(strip $(or $(if $(filter command,$(firstword $(origin $(1)))),$($(1))),$($(2).$(1)),$(default.$(1))))
# --option VALUE for the parameter, quoted; nothing where it has no value.
option = $(if $(call parameter,$(2),$(3)),--$(1) $(call quote,$(call parameter,$(2),$(3))))
# What cap-decode is told: DATA and which benchmark to look for in it, or the folder of that name in DATA.
source = $(if $(filter $(1),$(BENCHMARKS)),$(call quote,$(DATA)) --benchmark $(1),$(call quote,$(or $($(1).FOLDER),$(DATA)/$(1))))
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
$(1).decode.stamp := $$(call stamp,$(DECODED)/$(1),decode,$$($(1).decode))
$(1).embed.stamp  := $$(call stamp,$$($(1).dir),embed,$$($(1).embed))
$$(eval $$(call stamp_rule,$$($(1).decode.stamp),decode,$$($(1).decode)))
$$(eval $$(call stamp_rule,$$($(1).embed.stamp),embed,$$($(1).embed)))

$(DECODED)/$(1)/images.h5: $$($(1).decode.stamp) $(call parameter,CLASSES,$(1)) $(call parameter,PHRASES,$(1)) $(if $(filter demo,$(1)),$(demo.FOLDER)/.complete) | $$(BUILT)
	$$(BIN)/cap-decode $$($(1).decode) $(threads) -o $$@

$$($(1).dir)/features.h5: $(DECODED)/$(1)/images.h5 $$($(1).embed.stamp) | $$(BUILT)
	@[ -n $(call model,$(1)) ] || { echo "$(1): name a CLIP checkpoint with MODEL=, such as MODEL=~/models/clip-vit-base-patch32" >&2; exit 1; }
	$$(BIN)/cap-embed $$< $$($(1).embed) $(threads) $(call device,$(1)) -o $$@
endef

# The value of parameter $(1) of data set $(3) in directory $(2): what the directory sets goes before all else.
set_parameter = $(or $($(2).$(1)),$(call parameter,$(1),$(3)))
set_option = $(if $(call set_parameter,$(2),$(3),$(4)),--$(1) $(call quote,$(call set_parameter,$(2),$(3),$(4))))

# Rules of data set $(1) under paradigm $(2) in directory $(3): what all methods share.
define paradigm_rules
$(3).detect   := $($(2).PARADIGM) $(call option,split-seed,SPLIT_SEED,$(1)) $(call set_option,seed,DETECTION_SEED,$(3),$(1))$(if \
    $(filter-out 1,$(call set_parameter,SHARE,$(3),$(1))), $(call set_option,share,SHARE,$(3),$(1)))
$(3).describe := $(call checkpoint,$(1)) $(call option,domain,DOMAIN,$(1)) \
    $(call option,endpoint,ENDPOINT,$(1)) $(call option,model,LLM,$(1)) \
    $(if $(call answers,$(1)),--answers $(call quote,$(call answers,$(1)))) \
    $(call set_option,seed,DETECTION_SEED,$(3),$(1))
$(foreach stage,detect describe,
$(3).$(stage).stamp := $$(call stamp,$(3),$(stage),$$($(3).$(stage)))
$$(eval $$(call stamp_rule,$$($(3).$(stage).stamp),$(stage),$$($(3).$(stage))))
)
$(3)/mismatch.h5: $(RUNS)/$(1)/features.h5 $$($(3).detect.stamp) | $$(BUILT)
	$$(BIN)/cap-detect $$< $$($(3).detect) $(threads) -o $$@

$(3)/descriptions.h5: $(RUNS)/$(1)/features.h5 $(3)/mismatch.h5 \
    $(call answers,$(1)) $$($(3).describe.stamp) | $$(BUILT)
	$$(BIN)/cap-describe $(RUNS)/$(1)/features.h5 $$(@D)/mismatch.h5 $$($(3).describe) \
	    $(if $(call live,$(1)),--cache $(RUNS)/$(1)/answers.jsonl) $(threads) -o $$@
endef

# The methods that are CAP or one of its ablations, and those of them that read descriptions.
cap_family = $(filter cap cap-%,$(1))
aligned    = $(filter cap cap-no-margin cap-shared-adapter,$(1))

# The value of parameter $(1) in the run in directory $(2) of data set $(3), paradigm $(4), method $(5), modality $(6):
# what the run sets, make's command line, the data set's file for the method, with the paradigm or without, the method's
# file, and for CAP the data set's file and CAP's.
run_parameter = $(strip $(or $($(2).$(1)),$(if $(filter command,$(firstword $(origin $(1)))),$($(1))),\
    $($(3)-$(4).$(5)-$(6).$(1)),$($(3)-$(4).$(5).$(1)),$($(3).$(5)-$(6).$(1)),$($(3).$(5).$(1)),\
    $($(5)-$(6).$(1)),$($(5).$(1)),$(if $(call cap_family,$(5))$(filter SEED PRECISION,$(1)),$(call parameter,$(1),$(3)))))
# Options of the run in directory $(1) and so on: $(6) names each with its parameter, k/K.
run_options = $(strip $(foreach name,$(6),$(call run_option,$(subst /, ,$(name)),$(1),$(2),$(3),$(4),$(5))))
run_option  = $(if $(call run_parameter,$(lastword $(1)),$(2),$(3),$(4),$(5),$(6)),--$(firstword $(1)) \
    $(call quote,$(call run_parameter,$(lastword $(1)),$(2),$(3),$(4),$(5),$(6))))
label_options    := k/K rounds/ROUNDS alpha/ALPHA beta/BETA first-text/FIRST_TEXT
finetune_options := tau/TAU margin/MARGIN growth/GROWTH epochs/EPOCHS iters/ITERS batch/BATCH lr/LR loss/LOSS \
    label-weight/LABEL_WEIGHT restart/RESTART held-out/HELD_OUT warmup/WARMUP seed/SEED precision/PRECISION

# Rules of a run in directory $(1): data set $(2), paradigm $(3), method $(4), modality $(5) (empty for the method's own),
# with what methods share in directory $(6).
define run_rules
$(1).label    := $(strip $(if $(filter-out cap,$(4)),--method $(4)) $(call run_options,$(1),$(2),$(3),$(4),$(5),$(label_options))) \
    $(if $(filter fpl ifpl grip,$(4)),$(call checkpoint,$(2)))
$(1).finetune := $(call checkpoint,$(2)) $(if $(5),--modality $(5)) \
    $(call run_options,$(1),$(2),$(3),$(4),$(5),$(finetune_options))
$(1).eval     := $(call checkpoint,$(2)) $(call option,precision,PRECISION,$(2))
$(foreach stage,label finetune eval,
$(1).$(stage).stamp := $$(call stamp,$(1),$(stage),$$($(1).$(stage)))
$$(eval $$(call stamp_rule,$$($(1).$(stage).stamp),$(stage),$$($(1).$(stage))))
)
$(1)/labels.h5: $(RUNS)/$(2)/features.h5 $(6)/mismatch.h5 \
    $(if $(call aligned,$(4)),$(6)/descriptions.h5) $$($(1).label.stamp) | $$(BUILT)
	$$(BIN)/cap-label $$(filter %.h5,$$^) $$($(1).label) -o $$@

$(1)/model.h5: $(DECODED)/$(2)/images.h5 $(RUNS)/$(2)/features.h5 $(1)/labels.h5 $$($(1).finetune.stamp) | $$(BUILT)
	$$(BIN)/cap-finetune $$(filter %.h5,$$^) $$($(1).finetune) $(threads) $(call device,$(2)) -o $$@

$(1)/eval.h5: $(1)/model.h5 $(DECODED)/$(2)/images.h5 $(RUNS)/$(2)/features.h5 $(1)/labels.h5 \
    $$($(1).eval.stamp) | $$(BUILT)
	$$(BIN)/cap-eval $$(filter %.h5,$$^) $$($(1).eval) $(threads) $(call device,$(2)) --report $$(@D)/report.html -o $$@
endef

# The directory of the one run of data set $(1) and paradigm $(2) that METHOD= and MODALITY= name: CAP's is the paradigm's.
run_dir = $(RUNS)/$(1)/$(2)$(if $(filter-out cap,$(METHOD))$(MODALITY),/$(METHOD)$(addprefix -,$(MODALITY)))

# Rules of data set $(1) under paradigm $(2) with METHOD and MODALITY.
define pair_rules
$$(eval $$(call run_rules,$(call run_dir,$(1),$(2)),$(1),$(2),$(METHOD),$(MODALITY),$(RUNS)/$(1)/$(2)))
.PHONY: $(1)-$(2)
$(1)-$(2): $(call run_dir,$(1),$(2))/eval.h5
endef

METHOD   ?= cap
MODALITY ?=

# The data sets and paradigms that the goals name: NAME-PARADIGM, demo, or an artifact's own path.
goals := $(patsubst demo,demo-ul,$(MAKECMDGOALS))
pairs := $(sort $(foreach paradigm,$(PARADIGMS),$(filter %-$(paradigm),$(goals))))
paths := $(foreach goal,$(filter $(RUNS)/%.h5,$(goals)),$(subst $() ,/,$(wordlist 1,2,$(subst /, ,$(patsubst $(RUNS)/%,%,$(goal))))))
pairs += $(foreach paradigm,$(PARADIGMS),$(patsubst %/$(paradigm),%-$(paradigm),$(filter %/$(paradigm),$(paths))))
pairs += $(patsubst %,%-ul,$(foreach path,$(filter %.h5,$(paths)),$(firstword $(subst /, ,$(path)))))
pairs := $(sort $(pairs))

# --------------------------------------------------------------------------------------------- the tables and figures

# The data sets that stand in DATA; the demonstration where none does.
look.dtd := *dtd*
look.flowers102 := *flower*
look.resisc45 := *resi*
look.eurosat := *eurosat*
look.cub := cub*
look.fgvcaircraft := *aircraft*
present  := $(strip $(foreach name,$(BENCHMARKS),$(if $(shell find -L $(call quote,$(DATA)) -maxdepth 1 -iname '$(look.$(name))' 2> /dev/null),$(name))))
DATASETS ?= $(or $(present),demo)
SEEDS    ?= 1 2 3

# The registry. Each table or figure is made of runs: of METHODS (cap) in PARADIGMS (ul), of every value in SWEEP of the
# parameter that it begins with, of SEEDS. SHOW is what cap-table shows of them (accuracy); FILE what it reads (eval.h5).
table1.METHODS     := zero-shot fpl grip cpl cap
table1.PARADIGMS   := $(PARADIGMS)
table2.METHODS     := cap-neither cap-no-margin cap-no-alignment cap
table4.METHODS     := cap-shared-adapter cap
table5.SWEEP       := K 4 8 16 32
table6.SWEEP       := TAU 0.5 0.7 0.85 0.95
table7.METHODS     := zero-shot cap
table7.PARADIGMS   := $(PARADIGMS)
fig6.METHODS       := cap-no-alignment cap
fig6.SHOW          := pseudolabels
fig7.METHODS       := zero-shot cap-no-margin cap
fig7.SHOW          := groups
fig8.SWEEP         := MARGIN 0 1 3 6 12 24
fig9.METHODS       := cpl cap
fig9.SWEEP         := SHARE 0.1 0.25 0.5 0.75 1
fig10-11.SHOW      := map
fig10-11.SEEDS     := $(firstword $(SEEDS))
fig12.SHOW         := classes
fig13.METHODS      := fpl grip cpl cap
fig13.SHOW         := time
fig14.SWEEP        := DETECTION_SEED $(SEEDS)
fig14.SEEDS        := -
fig14.SHOW         := mismatch
fig14.FILE         := mismatch.h5
fig15.SHOW         := classes
fig15.PARADIGMS    := ssl trzsl
TABLES := table1 table2 table4 table5 table6 table7 fig6 fig7 fig8 fig9 fig10-11 fig12 fig13 fig14 fig15
# With LARGE=, table7 is of that CLIP, whose features and runs lie in a folder of its own; the images are shared.
own_folder := $(if $(LARGE),table7)
tables := $(filter-out $(own_folder),$(filter $(TABLES),$(MAKECMDGOALS)))

# What cap-table calls the parameters that tables have rows of.
rows.K := k
rows.TAU := tau
rows.MARGIN := margin
rows.SHARE := share
# The parameters of what methods share; the others are the run's own.
base_settings := SHARE DETECTION_SEED

$(if $(tables),$(foreach paradigm,$(PARADIGM),$(if $(filter $(paradigm),$(PARADIGMS)),,\
    $(error PARADIGM=$(paradigm): the paradigms are $(PARADIGMS)))))

# A run is DATASET:PARADIGM:METHOD:MODALITY:NAME=VALUE:SEED, with - for what it has not. A value that the run would have
# anyway is not named, so that tables share the run.
part = $(filter-out -,$(word $(2),$(subst :, ,$(1))))
parameter_of = $(firstword $($(1).SWEEP))
is_given     = $(filter command,$(firstword $(origin $(1))))
usual_value  = $(or $(call run_parameter,$(1),-,$(2),$(3),$(4),$(MODALITY)),$(call parameter,$(1),$(2)))
setting      = $(if $(call is_given,$(1)),$(1)=$(2),$(if $(filter $(2),$(call usual_value,$(1),$(3),$(4),$(5))),-,$(1)=$(2)))
methods_of   = $(or $(METHODS),$($(1).METHODS),cap)
paradigms_of = $(or $(PARADIGM),$($(1).PARADIGMS),ul)
seeds_of     = $(or $($(1).SEEDS),$(SEEDS))
values_of    = $(or $(if $(call is_given,$(call parameter_of,$(1))),$($(call parameter_of,$(1)))),$(wordlist 2,99,$($(1).SWEEP)))
settings_of  = $(if $($(1).SWEEP),$(foreach v,$(call values_of,$(1)),$(call setting,$(call parameter_of,$(1)),$(v),$(2),$(3),$(4))),-)
runs_of = $(sort $(foreach d,$(DATASETS),$(foreach p,$(call paradigms_of,$(1)),$(foreach m,$(call methods_of,$(1)),\
    $(foreach v,$(call settings_of,$(1),$(d),$(p),$(m)),$(foreach s,$(call seeds_of,$(1)),$(d):$(p):$(m):$(or $(MODALITY),-):$(v):$(s)))))))

is_base   = $(filter $(base_settings),$(firstword $(subst =, ,$(call part,$(1),5))))
in_folder = $(addprefix /,$(subst =,-,$(call part,$(1),5)))
base_dir  = $(RUNS)/$(call part,$(1),1)/$(call part,$(1),2)$(if $(call is_base,$(1)),$(call in_folder,$(1)))
table_run_dir = $(call base_dir,$(1))/$(call part,$(1),3)$(addprefix -,$(call part,$(1),4))$(if $(call is_base,$(1)),,$(call in_folder,$(1)))/seed-$(call part,$(1),6)
shown_file = $(if $($(1).FILE),$(call base_dir,$(2))/$($(1).FILE),$(call table_run_dir,$(2))/eval.h5)

# Rules of table run $(1) in directory $(2), and of what it shares in a directory of its own.
define table_run_rules
$(2).SEED := $(call part,$(1),6)
$(if $(call is_base,$(1)),,$(if $(call part,$(1),5),$(2).$(subst =, := ,$(call part,$(1),5))))
$$(eval $$(call run_rules,$(2),$(call part,$(1),1),$(call part,$(1),2),$(call part,$(1),3),$(call part,$(1),4),$(call base_dir,$(1))))
endef
define base_rules
$(2).$(subst =, := ,$(call part,$(1),5))
$$(eval $$(call paradigm_rules,$(call part,$(1),1),$(call part,$(1),2),$(2)))
endef

# $(call table_rules,table): remade too when the runs that it is made of are others than before.
define table_rules
$(1).files   := $(sort $(foreach run,$(call runs_of,$(1)),$(call shown_file,$(1),$(run))))
$(1).options := $(if $($(1).SHOW),--show $($(1).SHOW)) $(addprefix --rows ,$(rows.$(call parameter_of,$(1))))
$(1).stamp   := $$(call stamp,$(RUNS)/tables,$(1),$$($(1).options) $$($(1).files))
$$(eval $$(call stamp_rule,$$($(1).stamp),$(1),$$($(1).options) $$($(1).files)))
$(RUNS)/tables/$(1).md: $$($(1).files) $$($(1).stamp) | $$(BUILT)
	$$(BIN)/cap-table $$($(1).files) $$($(1).options) -o $$(basename $$@)
.PHONY: $(1)
$(1): $(RUNS)/tables/$(1).md
endef

table_runs  := $(sort $(foreach table,$(tables),$(call runs_of,$(table))))
# One run for each directory of what methods share that is not the paradigm's own.
table_bases := $(foreach dir,$(sort $(foreach run,$(table_runs),$(if $(call is_base,$(run)),$(call base_dir,$(run))))),\
    $(firstword $(foreach run,$(table_runs),$(if $(filter $(dir),$(call base_dir,$(run))),$(run)))))
$(foreach table,$(tables),$(eval $(call table_rules,$(table))))
$(foreach run,$(table_runs),$(if $(call part,$(run),6),$(eval $(call table_run_rules,$(run),$(call table_run_dir,$(run))))))

ifneq ($(filter $(own_folder),$(MAKECMDGOALS)),)
large_images := $(foreach dataset,$(DATASETS),$(DECODED)/$(dataset)/images.h5)
.PHONY: table7
table7: $(large_images)
	@$(MAKE) --no-print-directory table7 LARGE= MODEL=$(call quote,$(LARGE)) DECODED=$(call quote,$(DECODED)) \
	    RUNS=$(call quote,$(RUNS)/$(basename $(notdir $(LARGE))))
endif

# ------------------------------------------------------------------------------------------------------- what is made

shared := $(sort $(pairs) $(foreach run,$(table_runs),$(call part,$(run),1)-$(call part,$(run),2)))
dataset_of  = $(strip $(foreach paradigm,$(PARADIGMS),$(patsubst %-$(paradigm),%,$(filter %-$(paradigm),$(1)))))
paradigm_of = $(patsubst $(call dataset_of,$(1))-%,%,$(1))

$(foreach dataset,$(sort $(foreach pair,$(shared),$(call dataset_of,$(pair))) $(if $(large_images),$(DATASETS))),$(eval $(call dataset_rules,$(dataset))))
$(foreach pair,$(shared),$(eval $(call paradigm_rules,$(call dataset_of,$(pair)),$(call paradigm_of,$(pair)),$(RUNS)/$(call dataset_of,$(pair))/$(call paradigm_of,$(pair)))))
$(foreach base,$(table_bases),$(eval $(call base_rules,$(base),$(call base_dir,$(base)))))
$(foreach pair,$(pairs),$(eval $(call pair_rules,$(call dataset_of,$(pair)),$(call paradigm_of,$(pair)))))

# Says what a data set's folder holds and what is missing, in seconds.
check-%: | $(BUILT)
	$(BIN)/cap-decode --check $(call source,$*) $(call option,layout,LAYOUT,$*) $(call option,classes,CLASSES,$*)

# ------------------------------------------------------------------------------------------------------ installation

PREFIX ?= /usr/local
COMMANDS := $(addprefix cap-,decode embed detect describe label finetune eval report predict export table inspect)
# Manual pages and completions, made from the commands' own help. None has subcommands, which generate-manual overlooks.
PAGES  := .build/pages
MANUAL := .build/release/generate-manual

.PHONY: pages install uninstall
pages: $(PAGES)/.complete
$(PAGES)/.complete: $(BUILT)
	swift build -c release --product generate-manual
	@rm -rf $(PAGES) && mkdir -p $(PAGES)/man1 $(PAGES)/bash $(PAGES)/zsh $(PAGES)/fish
	@for command in $(COMMANDS); do \
	    $(MANUAL) $(BIN)/$$command --output-directory $(PAGES)/man1; \
	    sed -i -e '/^\.Ar subcommand$$/d' -e '/^\.It Em help$$/,/^\.El$$/d' $(PAGES)/man1/$$command.1; \
	    $(BIN)/$$command --generate-completion-script bash > $(PAGES)/bash/$$command; \
	    $(BIN)/$$command --generate-completion-script zsh > $(PAGES)/zsh/_$$command; \
	    $(BIN)/$$command --generate-completion-script fish > $(PAGES)/fish/$$command.fish; \
	done
	@touch $@

installed     = $(call quote,$(DESTDIR)$(call expand,$(PREFIX)))
install_share = $(installed)/share

# Commands with the libraries that they need, so that they work where this folder is gone.
install: $(PAGES)/.complete
	scripts/install-commands.sh $(BIN) $(installed) $(COMMANDS)
	install -d $(install_share)/man/man1 $(install_share)/bash-completion/completions \
	    $(install_share)/zsh/site-functions $(install_share)/fish/vendor_completions.d
	install -m 644 $(PAGES)/man1/*.1 $(install_share)/man/man1
	install -m 644 $(PAGES)/bash/* $(install_share)/bash-completion/completions
	install -m 644 $(PAGES)/zsh/* $(install_share)/zsh/site-functions
	install -m 644 $(PAGES)/fish/* $(install_share)/fish/vendor_completions.d

uninstall:
	rm -rf $(installed)/libexec/cap
	rm -f $(addprefix $(installed)/bin/,$(COMMANDS)) $(foreach command,$(COMMANDS),$(install_share)/man/man1/$(command).1 \
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
make TABLE                 all runs of a table or figure and RUNS/tables/TABLE.md, .csv, .svg and .png, on the data sets in
                           DATA or on DATASETS= (METHODS= PARADIGM= SEEDS= MODALITY=; docs/methods.md):
                           table1 (methods and paradigms), table2 (CAP's parts), table4 (adapters), table5 (K),
                           table6 (TAU), table7 (the CLIP in LARGE=), fig6 (pseudolabels of mismatched classes),
                           fig7 (confused classes), fig8 (MARGIN), fig9 (SHARE), fig10-11 (t-SNE), fig12 and fig15
                           (accuracy by class), fig13 (training time), fig14 (mismatched classes)
make DATASET-PARADIGM      run the pipeline on a data set: make dtd-ssl DATA=~/data MODEL=~/models/clip-vit-base-patch32
make check-DATASET         say what the data set's folder holds and what is missing
make parity                compare with transformers, open_clip and torchvision, on the JPEGs in IMAGES= (docs/parity.md)
make bench                 measure every stage, and its peers with PEERS=1 (docs/benchmarks.md)
make scaling               measure how time and memory grow with images, classes, pixels and models (docs/scaling.md)
make gpu-check             check that a GPU computes what the CPU does, and measure it (docs/gpu.md)
make install PREFIX=DIR    the commands, their manual pages and shell completions   [$(PREFIX)]
make build | setup | clean | uninstall

DATASET    $(BENCHMARKS) demo,
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

SHARE      share of the unlabeled images that is used         [$(default.SHARE)]
K          pseudolabels per class to begin with               [$(default.K)]
TAU        confidence from which an unlabeled image counts    [$(default.TAU)]
MARGIN     scale of the confusion-aware margin                [$(default.MARGIN)]
EPOCHS     epochs of fine-tuning                              [$(default.EPOCHS)]
ITERS      iterations of an epoch                             [$(default.ITERS)]
BATCH      images of each kind in an iteration                [$(default.BATCH)]
SEED       seed of training                                   [$(default.SEED)]
METHOD     zero-shot supervised fpl ifpl grip cpl, or cap without a part: docs/methods.md   [$(METHOD)]
MODALITY   prompts that are learned: text visual multimodal maple  [maple for cap, text for others]
DEVICE     cpu or cuda                                        [$(default.DEVICE)]
PRECISION  fp32 or bf16                                       [$(default.PRECISION)]
           Data sets may set their own: see pipelines/.
endef

help:
	$(info $(help))
	@:
