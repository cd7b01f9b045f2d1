# forensicd: build, run, test, install. `make help` lists the targets.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

SWIFT ?= swift
CONFIGURATION := release
BUILD := .build/$(CONFIGURATION)
PROGRAMS := forensicd forensicctl forensic-examiner forensic-unpacker

PREFIX ?= /usr
SYSCONFDIR ?= /etc
DESTDIR ?=
DATADIR := $(PREFIX)/share/forensicd
LIBEXECDIR := $(PREFIX)/libexec/forensicd
DOCDIR := $(PREFIX)/share/doc/forensicd
MANIFEST ?= ../shared/dataset/manifest.csv
STORE ?= var/features
UNITDIR ?= /lib/systemd/system

.PHONY: help deps build static deb archive test-package test-container test-slurm run test test-systemd fuzz lint format man install uninstall \
	experiments credentials-table benchmark clean

help: ## This list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-17s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

deps: ## Install the Debian packages that are missing
	@scripts/install-dependencies build

build: deps ## Release builds, linked into bin/
	$(SWIFT) build -c $(CONFIGURATION)
	@mkdir -p bin
	@for program in $(PROGRAMS); do ln -sfn ../.build/$(CONFIGURATION)/$$program bin/$$program; done

run: build ## Examine photographs from a Debian package, or PICTURES=DIR
	@scripts/run $(if $(PICTURES),"$(PICTURES)")

test: deps ## All tests
	@scripts/install-dependencies test
	$(SWIFT) build -c $(CONFIGURATION) --build-tests
	@mkdir -p bin
	@for program in $(PROGRAMS); do ln -sfn ../.build/$(CONFIGURATION)/$$program bin/$$program; done
	# One test after another: many start processes and watch the clock.
	$(SWIFT) test -c $(CONFIGURATION) --skip-build --no-parallel

test-systemd: build ## Drive the unit in a real systemd, booted in a container (root)
	@scripts/install-dependencies test
	@scripts/test-systemd

static: build ## The programs with the Swift run-time in them, for packages
	@scripts/link-static $(PROGRAMS)

deb: static ## Debian package in dist/
	@scripts/make-deb

archive: static ## Release archive and its list of contents in dist/
	@scripts/make-archive

test-package: deb ## Install, use, upgrade and remove the package on a clean Debian (root)
	@scripts/test-package

test-container: deb ## Build the container's image, use it for an audit and as the service (root)
	@scripts/test-container

test-slurm: build ## An audit as a job array on a Slurm of its own (root)
	@deploy/slurm/test-on-one-machine

lint: ## Check formatting and style
	$(SWIFT) format lint --strict --configuration .swift-format --recursive Package.swift Sources Tests Benchmarks Fuzzing

format: ## Format in place
	$(SWIFT) format --in-place --configuration .swift-format --recursive Package.swift Sources Tests Benchmarks Fuzzing

fuzz: ## Fuzz the parsers for SECONDS each (60)
	@scripts/fuzz $(or $(SECONDS),60)

experiments: build ## Repeat the experiments on MANIFEST=…, into docs/experiments.md
	$(BUILD)/forensicctl experiment all --manifest $(MANIFEST) --store $(STORE) \
	  --output docs/experiments --markdown docs/experiments.md

credentials-table: ## Write the agreement table of docs/content-credentials.md anew
	CREDENTIALS_TABLE=docs/content-credentials.md $(SWIFT) test -c $(CONFIGURATION) \
	  --filter ContentCredentialsTests.AgreementTests

man: build ## Write the man pages of the command line anew
	@scripts/make-man-pages

install: build ## Install below DESTDIR and PREFIX
	install -D -m 755 $(BUILD)/forensicd $(DESTDIR)$(PREFIX)/sbin/forensicd
	install -D -m 755 $(BUILD)/forensicctl $(DESTDIR)$(PREFIX)/bin/forensicctl
	install -D -m 755 $(BUILD)/forensic-examiner $(DESTDIR)$(LIBEXECDIR)/forensic-examiner
	install -D -m 755 $(BUILD)/forensic-unpacker $(DESTDIR)$(LIBEXECDIR)/forensic-unpacker
	for file in $$(find templates models etc/families.toml etc/models.toml -type f); do \
	  install -D -m 644 "$$file" "$(DESTDIR)$(DATADIR)/$$file"; done
	test -e $(DESTDIR)$(SYSCONFDIR)/forensicd/forensicd.toml || \
	  install -D -m 644 etc/forensicd.toml $(DESTDIR)$(SYSCONFDIR)/forensicd/forensicd.toml
	install -D -m 644 systemd/forensicd.service $(DESTDIR)$(UNITDIR)/forensicd.service
	install -D -m 644 systemd/forensicd.sysusers $(DESTDIR)$(PREFIX)/lib/sysusers.d/forensicd.conf
	install -D -m 644 systemd/forensicd.tmpfiles $(DESTDIR)$(PREFIX)/lib/tmpfiles.d/forensicd.conf
	for page in docs/man/*.[158]; do \
	  install -D -m 644 $$page $(DESTDIR)$(PREFIX)/share/man/man$${page##*.}/$${page##*/}; done
	# The pages as the help and the README name them, with what they show; man pages are above.
	for file in README.md $$(find docs -type f -not -path 'docs/man/*'); do \
	  install -D -m 644 "$$file" "$(DESTDIR)$(DOCDIR)/$$file"; done
	install -d $(DESTDIR)$(PREFIX)/share/bash-completion/completions \
	  $(DESTDIR)$(PREFIX)/share/zsh/vendor-completions \
	  $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d
	$(BUILD)/forensicctl --generate-completion-script bash \
	  > $(DESTDIR)$(PREFIX)/share/bash-completion/completions/forensicctl
	$(BUILD)/forensicctl --generate-completion-script zsh \
	  > $(DESTDIR)$(PREFIX)/share/zsh/vendor-completions/_forensicctl
	$(BUILD)/forensicctl --generate-completion-script fish \
	  > $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/forensicctl.fish

uninstall: ## Remove what install put there; configuration and reports stay
	rm -f $(DESTDIR)$(PREFIX)/sbin/forensicd $(DESTDIR)$(PREFIX)/bin/forensicctl
	rm -rf $(DESTDIR)$(LIBEXECDIR) $(DESTDIR)$(DATADIR) $(DESTDIR)$(DOCDIR)/docs
	rm -f $(DESTDIR)$(DOCDIR)/README.md
	rm -f $(DESTDIR)$(UNITDIR)/forensicd.service
	rm -f $(DESTDIR)$(PREFIX)/lib/sysusers.d/forensicd.conf
	rm -f $(DESTDIR)$(PREFIX)/lib/tmpfiles.d/forensicd.conf
	for page in docs/man/*.[158]; do \
	  rm -f $(DESTDIR)$(PREFIX)/share/man/man$${page##*.}/$${page##*/}; done
	rm -f $(DESTDIR)$(PREFIX)/share/bash-completion/completions/forensicctl \
	  $(DESTDIR)$(PREFIX)/share/zsh/vendor-completions/_forensicctl \
	  $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/forensicctl.fish

benchmark: build ## Throughput and latency beside exiftool
	$(SWIFT) build -c $(CONFIGURATION) --package-path Benchmarks
	Benchmarks/.build/$(CONFIGURATION)/service-benchmark

clean: ## Remove what build and run made
	rm -rf .build bin var Benchmarks/.build Fuzzing/.build
