# Pubpoint. `make` alone lists the targets.
#
# Targets run one after the other: each of them uses both cores already, and the setup must be
# over before anything is built.
.NOTPARALLEL:
.DEFAULT_GOAL := help

GO ?= go

# The window is built on OpenGL ES: its Go binding compiles in a sixth of the time of the one for
# desktop OpenGL (24 s against 135 s of processor time), which is most of what a first `make run`
# waits for, and it draws the same picture. A release may choose otherwise: make build TAGS=
#
# Fyne's check for calls from the wrong goroutine is on; the tag migrated_fynedo, for releases,
# compiles it out.
TAGS ?= gles

FUZZTIME ?= 30s
BENCH    ?= .
SOAK     ?= 10m

.PHONY: help run test build lint bench fuzz soak package sbom vuln clean \
	setup-build setup-run setup-lint setup-test setup-package setup-bench player bin/pubpoint bin/pubpointd

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: setup-run player bin/pubpoint ## open the control room; make run ARGS=-demo starts with a test picture
	@exec bin/pubpoint $(ARGS)

test: setup-test player ## run every test: checks, race detector, no C, real encoder, player and window
	@GO='$(GO)' TAGS='$(TAGS)' packaging/test.sh

build: setup-build player bin/pubpoint bin/pubpointd ## build both programs into bin/

lint: setup-lint ## check format, correctness and scripts
	@GO='$(GO)' TAGS='$(TAGS)' packaging/lint.sh

bench: setup-bench bin/pubpointd ## benchmarks, and the program beside nginx; BENCH=Fragment runs some, BENCH=table the second
	@GO='$(GO)' packaging/bench.sh '$(BENCH)'

fuzz: ## run each fuzz target for FUZZTIME (30s)
	@GO='$(GO)' packaging/fuzz.sh '$(FUZZTIME)'

soak: setup-test bin/pubpointd ## run an event for SOAK (10m) with its time compressed, and see that nothing piles up
	@GO='$(GO)' packaging/soak.sh '$(SOAK)'

package: setup-package player ## build installable packages into dist/; make package PARTS="deb sbom" builds some
	@GO='$(GO)' TAGS='$(TAGS)' packaging/package.sh $(PARTS)

sbom: setup-build player ## list what the programs are made of, as CycloneDX in dist/
	@GO='$(GO)' TAGS='$(TAGS)' packaging/package.sh sbom

vuln: setup-build player ## look for known vulnerabilities (needs a network)
	@GO='$(GO)' TAGS='$(TAGS)' packaging/vuln.sh

clean: ## remove what the other targets made
	rm -rf bin dist engine/internal/preview/player/node_modules
	find engine/internal/preview/dist -mindepth 1 ! -name .keep -delete 2>/dev/null || true

setup-build setup-run setup-lint setup-test setup-package setup-bench:
	@packaging/setup.sh $(@:setup-%=%)

player:
	@packaging/player.sh

# Go knows better than make whether a program is up to date, so these always ask it.
bin/pubpoint:
	CGO_ENABLED=1 $(GO) build -tags '$(TAGS)' -o $@ ./app

bin/pubpointd:
	CGO_ENABLED=0 $(GO) build -trimpath -o $@ ./app/pubpointd
