# CAP: adapt CLIP to a task from unlabeled images. `make help` says what can be made.
#
# Runs, tables and artifacts are goals of the pipeline: cap-plan works out an explicit makefile for them, which lies in
# RUNS/plan.mk, and has Make run that. Values of data sets stand in pipelines/.

SHELL       := /bin/bash
.SHELLFLAGS := -euo pipefail -c
MAKEFLAGS   += --no-builtin-rules
.SUFFIXES:
.DEFAULT_GOAL := help
# Goals may share artifacts, so they are made one after another; within each, jobs run side by side.
.NOTPARALLEL:

RUNS ?= runs
quote = '$(subst ','\'',$(1))'
# A leading ~ is expanded here, since not every shell does it after RUNS=.
expand = $(patsubst ~/%,$(HOME)/%,$(1))
runs := $(call expand,$(value RUNS))

# ---------------------------------------------------------------------------------------------------- build and test

BIN   := .build/release
BUILT := .build/.release-built
SETUP := .deps/.setup-done

.PHONY: setup build test clean parity bench scaling gpu-check fuzz torture sanitize FORCE
setup: $(SETUP)
$(SETUP): scripts/setup.sh
	scripts/setup.sh
	@touch $@

build: $(BUILT)
$(BUILT): Package.swift $(shell find Sources Tests/*Probe Tests/TestSupport -type f) | $(SETUP)
	swift build -c release
	@scripts/link-commands.sh $(BIN)
	@touch $@

test: $(SETUP)
	scripts/test.sh

clean:
	rm -rf .build

# Tokens, views and features against transformers, open_clip and torchvision, which are fetched from PyPI for it, on the JPEGs
# in IMAGES or the demonstration's.
textures = $(runs)/demo/textures
parity: $(BUILT)
	$(if $(IMAGES),,$(BIN)/cap-demo images -o $(call quote,$(textures)))
	scripts/parity.sh $(BIN)/parity-probe $(call quote,$(runs)/parity) \
	    $(call quote,$(or $(call expand,$(value IMAGES)),$(textures)))

# What the stages cost, and their peers with PEERS=1, and how time and memory grow; see scripts/bench.sh for ROWS and the rest.
bench scaling: $(BUILT)
	scripts/bench.sh $@ $(BIN) $(call quote,$(runs)/bench) docs/$(if $(filter bench,$@),benchmarks,scaling).md

# Damaged files through every reader, kills and failing writes through every stage (SEED=, COUNT=, SECONDS=), tests under sanitizers.
fuzz torture: $(BUILT)
	LIMIT=$(SECONDS) scripts/$@.sh $(BIN) $(call quote,$(runs)/$@)
sanitize: $(SETUP)
	scripts/sanitize.sh address && scripts/sanitize.sh thread

# The bundle that a machine with a GPU is checked and measured with, and that where there is one here. See scripts/gpu-bundle.sh for
# TORCH and CAP_CHECKOUT, docs/gpu.md for the rest.
gpu-check: $(SETUP)
	scripts/gpu-bundle.sh .build-cuda/bundle
	scripts/gpu-check.sh .build-cuda/bundle $(call quote,$(runs)/gpu-check)

# ------------------------------------------------------------------------------------------------------- the pipeline

# The variables of the command line, and those of the environment that say where things are: cap-plan knows what they mean, and
# refuses those that mean nothing. They reach it as words of a shell, as they are.
given  := $(foreach name,$(.VARIABLES),$(if $(filter command,$(firstword $(origin $(name)))),$(name)))
given  += $(foreach name,DATA RUNS MODEL METHOD,$(if $(filter environment,$(firstword $(origin $(name)))),$(name)))
values = $(foreach name,$(filter-out MAKE% BIN BUILT SETUP PREFIX DESTDIR,$(given)),$(call quote,$(name)=$(value $(name))))
define newline


endef
$(foreach name,$(given),$(if $(findstring $(newline),$(value $(name))),$(error $(name): a value is one line)))

define make_plan
+@$(BIN)/cap-plan --make $(values) -- $(call quote,$@)
endef

# The patterns also match what is there already, and every name that a data set can have; other goals are refused with a hint.
ul ssl trzsl check sweep: FORCE | $(BUILT)
	$(make_plan)
%-ul: FORCE | $(BUILT)
	$(make_plan)
%-ssl: FORCE | $(BUILT)
	$(make_plan)
%-trzsl: FORCE | $(BUILT)
	$(make_plan)
check-%: FORCE | $(BUILT)
	$(make_plan)
table%: FORCE | $(BUILT)
	$(make_plan)
fig%: FORCE | $(BUILT)
	$(make_plan)
%.h5: FORCE | $(BUILT)
	$(make_plan)
.DEFAULT:
	@test -x $(BIN)/cap-plan || $(MAKE) --no-print-directory build
	$(make_plan)

# ------------------------------------------------------------------------------------------------------ installation

PREFIX ?= /usr/local
PAGES  := .build/pages

.PHONY: pages install uninstall package
pages: $(PAGES)/.complete
$(PAGES)/.complete: $(BUILT)
	swift build -c release --product generate-manual
	@scripts/command-pages.sh $(BIN) $(PAGES)
	@touch $@

installed = $(call quote,$(value DESTDIR)$(call expand,$(value PREFIX)))

# Commands with the libraries that they need, so that they work where this folder is gone.
install: $(PAGES)/.complete
	scripts/install.sh $(BIN) $(PAGES) $(installed)

uninstall:
	scripts/install.sh --remove $(installed)

# A .deb for this distribution, and a tarball of the same, in .build/package.
.PHONY: package-tools
package-tools:
	@command -v dpkg-shlibdeps >/dev/null || { echo "package: needs dpkg-shlibdeps: apt-get install dpkg-dev" >&2; exit 1; }
package: package-tools $(PAGES)/.complete
	scripts/package.sh $(BIN) $(PAGES) .build/package

# Pages of the libraries' documentation comments.
.PHONY: api-pages
api-pages: $(BUILT)
	scripts/api-pages.sh $(BIN) .build/api-pages

# ---------------------------------------------------------------------------------------------------- demo and help

# Test accuracy of the demonstration's run in percent, of the model as it was (zero_shot) or as it is (adapted).
percent = $$($(BIN)/cap-inspect $(call quote,$(runs)/demo/ul/eval.h5) --value metrics/$(1)/accuracy | awk '{ printf "%.2f", 100 * $$1 }')

.PHONY: demo help
demo: demo-ul
	@echo "demo: zero-shot $(call percent,zero_shot) CAP $(call percent,adapted)"

help:
	@cat docs/make-help.txt
