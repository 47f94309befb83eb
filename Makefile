# netnorm: GNU make, no generator.  `make help` lists what there is to ask for.
#
#   BUILD=dir       where everything is put (default build)
#   SAN=asan|tsan   sanitizers: asan is address + undefined.  Give each its own BUILD.
#   CC=gcc|clang    OPT='-O2 -g'    WERROR=1 makes warnings errors    V=1 shows the commands
#
# Each room is one archive made of the sources found in it, so a new .c file needs no edit here.

VERSION := 0.1.0

ifneq ($(filter default undefined,$(origin CC)),)
CC := gcc
endif
BUILD      ?= build
SAN        ?=
WERROR     ?=
OPT        ?= -O2 -g
PREFIX     ?= /usr/local
SYSCONFDIR ?= /etc
DESTDIR    ?=
PYTHON     ?= $(firstword $(wildcard /usr/bin/python3) python3)
CI         ?=
V          ?=

# One short line for each step, or with V=1 the command itself.
Q   := $(if $(V),,@)
say  = @$(if $(V),:,printf '  %-4s %s\n' $(1) $(2))

# Seconds for each fuzz target: in `make check`, and in `make fuzz`.
FUZZ_SHORT_SECONDS ?= 4
FUZZ_SECONDS       ?= 600
# Tests at the same time, and jobs of the makes started from here.
TEST_JOBS ?= 2
JOBS      ?= $(shell nproc 2>/dev/null || echo 2)

MAKEFLAGS += --no-builtin-rules
.SUFFIXES:
.DELETE_ON_ERROR:
.DEFAULT_GOAL := all

# ---- flags ---------------------------------------------------------------------------------------

WARN := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wpointer-arith \
	-Wwrite-strings -Wcast-qual -Wundef -Wformat=2 -Wvla
ifneq ($(filter-out 0,$(WERROR)),)
WARN += -Werror
endif

SANFLAGS_      := -fstack-protector-strong
SANFLAGS_asan  := -fsanitize=address,undefined -fno-sanitize-recover=all
SANFLAGS_tsan  := -fsanitize=thread
ifeq ($(filter none,$(SAN)),none)
override SAN :=
endif
ifeq ($(origin SANFLAGS_$(SAN)),undefined)
$(error SAN is asan, tsan or none, not "$(SAN)")
endif
SANFLAGS := $(SANFLAGS_$(SAN))

# Set by the fuzz targets below: coverage instrumentation and libFuzzer's main (clang only).
LIBFUZZER ?=
ifneq ($(LIBFUZZER),)
SANFLAGS += -fsanitize=fuzzer-no-link
endif

# Asked for only where a recipe needs it, since pkg-config may come with `make run`; asked once.
PKGS := libevent_core libevent_extra libevent_pthreads libpcre2-8 jansson yaml-0.1 rdkafka openssl zlib libzstd libcurl lmdb libxxhash libssh libxml-2.0
PKG_CFLAGS = $(eval PKG_CFLAGS := $$(shell pkg-config --cflags $(PKGS)))$(PKG_CFLAGS)
PKG_LIBS   = $(eval PKG_LIBS := $$(shell pkg-config --libs $(PKGS)))$(PKG_LIBS)
CRITERION_CFLAGS = $(eval CRITERION_CFLAGS := $$(shell pkg-config --cflags criterion))$(CRITERION_CFLAGS)
CRITERION_LIBS   = $(eval CRITERION_LIBS := $$(shell pkg-config --libs criterion))$(CRITERION_LIBS)

# netnorm-yang alone links libyang, and is made where there is one.
HAVE_YANG := $(shell pkg-config --exists 'libyang >= 2.1.30' 'libyang < 3' 2>/dev/null && echo yes)
YANG_LIBS  = $(eval YANG_LIBS := $$(shell pkg-config --libs libyang jansson))$(YANG_LIBS)

DEFS := -D_GNU_SOURCE -DPCRE2_CODE_UNIT_WIDTH=8 -DNETNORM_VERSION='"$(VERSION)"' \
	-DNETNORM_DATADIR='"$(PREFIX)/share/netnorm"' -DNETNORM_SYSCONFDIR='"$(SYSCONFDIR)/netnorm"'
CODEGEN := $(OPT) -fno-omit-frame-pointer -fno-plt -pthread
ALL_CFLAGS  = -std=c11 $(WARN) $(CODEGEN) $(SANFLAGS) -I. $(DEFS) $(CPPFLAGS) $(CFLAGS)
ALL_LDFLAGS = $(CODEGEN) $(SANFLAGS) -Wl,-z,relro,-z,now $(LDFLAGS)

# ---- sources -------------------------------------------------------------------------------------

BASE_SRC      := $(sort $(wildcard base/*.c))
PARSERS_SRC   := $(filter-out parsers/yang/%,$(sort $(wildcard parsers/*.c parsers/*/*.c)))
OUTPUTS_SRC   := $(sort $(wildcard outputs/*.c outputs/format/*.c))
DRIVERS_SRC   := $(sort $(wildcard drivers/*.c drivers/*/*.c))
COLLECTOR_SRC := $(filter-out collector/main.c,$(sort $(wildcard collector/*.c collector/*/*.c)))
MAIN_SRC      := $(wildcard collector/main.c)
YANG_SRC      := $(if $(HAVE_YANG),$(sort $(wildcard parsers/yang/*.c)))

UNIT_SRC  := $(filter-out tests/race/% tests/fuzz/% tests/bench/%,$(sort $(wildcard tests/*/test_*.c)))
RACE_SRC  := $(sort $(wildcard tests/race/*.c))
FUZZ_SRC  := $(sort $(wildcard tests/fuzz/fuzz_*.c))
BENCH_SRC := $(sort $(wildcard tests/bench/*.c))
HELP_SRC  := $(sort $(wildcard tests/integration/*.c))

obj = $(patsubst %.c,$(BUILD)/obj/%.o,$(1))
bin = $(patsubst %.c,$(BUILD)/%,$(1))

NETNORM  := $(BUILD)/netnorm
NETNORM_YANG := $(BUILD)/netnorm-yang
ROOMS    := collector drivers outputs parsers base
ARCHIVES := $(ROOMS:%=$(BUILD)/lib%.a)
UNIT     := $(call bin,$(UNIT_SRC))
RACE     := $(call bin,$(RACE_SRC))
FUZZ     := $(call bin,$(FUZZ_SRC))
BENCH    := $(call bin,$(BENCH_SRC))
HELP     := $(call bin,$(HELP_SRC))

ALL_SRC := $(BASE_SRC) $(PARSERS_SRC) $(OUTPUTS_SRC) $(DRIVERS_SRC) $(COLLECTOR_SRC) $(MAIN_SRC) $(YANG_SRC) \
	$(UNIT_SRC) $(RACE_SRC) $(FUZZ_SRC) $(BENCH_SRC) $(HELP_SRC) $(wildcard tests/fuzz/driver.c)

# ---- building ------------------------------------------------------------------------------------

.PHONY: all
all: $(NETNORM) $(if $(HAVE_YANG),$(NETNORM_YANG))
	@$(if $(HAVE_YANG),:,echo "$(NETNORM_YANG) is not made: there is no libyang 2 (libyang2-dev); nothing but tests needs it")

# Files that change only when the flags, or the list of sources, do.
remember = $(shell mkdir -p $(BUILD); printf '%s\n' '$(subst ','\'',$(2))' | cmp -s - $(BUILD)/$(1) || \
	printf '%s\n' '$(subst ','\'',$(2))' >$(BUILD)/$(1))
ifneq ($(filter-out clean help flags deps deps-check install-%,$(or $(MAKECMDGOALS),all)),)
$(call remember,.flags,$(CC) $(ALL_CFLAGS) / $(LDFLAGS) $(LIBFUZZER))
$(call remember,.sources,$(ALL_SRC))
endif
$(BUILD)/.flags $(BUILD)/.sources: ;

$(BUILD)/obj/%.o: %.c $(BUILD)/.flags
	@mkdir -p $(@D)
	$(call say,CC,$<)
	$(Q)$(CC) $(ALL_CFLAGS) $(PKG_CFLAGS) -MMD -MP -c -o $@ $<

$(BUILD)/obj/tests/%.o: tests/%.c $(BUILD)/.flags
	@mkdir -p $(@D)
	$(call say,CC,$<)
	$(Q)$(CC) $(ALL_CFLAGS) $(PKG_CFLAGS) $(if $(findstring /test_,$<),$(CRITERION_CFLAGS)) -MMD -MP -c -o $@ $<

define archive
$(1): $(call obj,$(2)) $(BUILD)/.sources
	@mkdir -p $$(@D)
	@rm -f $$@
	$$(call say,AR,$$@)
	$$(Q)ar rcs $$@ $(call obj,$(2))
endef
$(eval $(call archive,$(BUILD)/libbase.a,$(BASE_SRC)))
$(eval $(call archive,$(BUILD)/libparsers.a,$(PARSERS_SRC)))
$(eval $(call archive,$(BUILD)/liboutputs.a,$(OUTPUTS_SRC)))
$(eval $(call archive,$(BUILD)/libdrivers.a,$(DRIVERS_SRC)))
$(eval $(call archive,$(BUILD)/libcollector.a,$(COLLECTOR_SRC)))

LINK = $(CC) $(ALL_LDFLAGS) -o $@ $(filter %.o,$^) -Wl,--start-group $(filter %.a,$^) -Wl,--end-group

ifneq ($(MAIN_SRC),)
$(NETNORM): $(call obj,$(MAIN_SRC)) $(ARCHIVES)
	$(call say,LINK,$@)
	$(Q)$(LINK) $(PKG_LIBS) -lm
else
$(NETNORM):
	@echo "collector/main.c is not there" >&2; exit 1
endif

$(NETNORM_YANG): $(call obj,$(YANG_SRC)) $(BUILD)/.sources
	$(call say,LINK,$@)
	$(Q)$(if $(HAVE_YANG),$(LINK) $(YANG_LIBS),echo "there is no libyang 2: install libyang2-dev" >&2; exit 1)

$(UNIT): $(BUILD)/%: $(BUILD)/obj/%.o $(ARCHIVES)
	@mkdir -p $(@D)
	$(call say,LINK,$@)
	$(Q)$(LINK) $(CRITERION_LIBS) $(PKG_LIBS) -lm

$(RACE) $(BENCH) $(HELP): $(BUILD)/%: $(BUILD)/obj/%.o $(ARCHIVES)
	@mkdir -p $(@D)
	$(call say,LINK,$@)
	$(Q)$(LINK) $(PKG_LIBS) -lm

# Without libFuzzer a target gets a main that replays the files named on its command line.
$(FUZZ): $(BUILD)/%: $(BUILD)/obj/%.o $(if $(LIBFUZZER),,$(BUILD)/obj/tests/fuzz/driver.o) $(ARCHIVES)
	@mkdir -p $(@D)
	$(call say,LINK,$@)
	$(Q)$(LINK) $(if $(LIBFUZZER),-fsanitize=fuzzer) $(PKG_LIBS) -lm

-include $(patsubst %.o,%.d,$(call obj,$(ALL_SRC)))

# For checks that compile a file by themselves.
.PHONY: flags
flags:
	@echo '$(subst ','\'',$(ALL_CFLAGS) $(PKG_CFLAGS))'

.PHONY: unit-programs race-programs fuzz-programs bench-programs
unit-programs: $(UNIT)
	@:
race-programs: $(RACE)
	@:
fuzz-programs: $(FUZZ)
	@:
bench-programs: $(BENCH)
	@:

# ---- packages ------------------------------------------------------------------------------------

INSTALL_PACKAGES := config/packages/install
BUILD_LIST       := config/packages/build.txt

.PHONY: deps deps-check
deps:
	@$(INSTALL_PACKAGES) $(BUILD_LIST)

deps-check:
	@$(INSTALL_PACKAGES) --check $(BUILD_LIST)

# ---- models -------------------------------------------------------------------------------------
# The table of what the models allow, from the YANG files of OpenConfig and the IETF.

YANG_DIR ?=

.PHONY: yang-table
yang-table: $(NETNORM_YANG)
	@[ -n "$(YANG_DIR)" ] || { echo "make yang-table YANG_DIR='a clone of github.com/openconfig/public'" >&2; exit 2; }
	$(NETNORM_YANG) table $(YANG_DIR) >$(BUILD)/table.txt
	mv $(BUILD)/table.txt profiles/yang/table.txt

# ---- documentation -------------------------------------------------------------------------------
# The list of all events, from the profiles and their samples; the methods of `netnorm get` by drivers.

.PHONY: docs
docs: $(NETNORM)
	$(Q)$(PYTHON) docs/make_events.py $(NETNORM) >$(BUILD)/events.md
	$(call say,DOCS,docs/events.md)
	$(Q)mv $(BUILD)/events.md docs/events.md
	$(Q)$(PYTHON) docs/make_getters.py $(NETNORM) >$(BUILD)/getters.md
	$(call say,DOCS,docs/getters.md)
	$(Q)mv $(BUILD)/getters.md docs/getters.md

# ---- running -------------------------------------------------------------------------------------
# Packages first, and only then this make again, for it is the packages that bring the compiler.

AGAIN     = +@$(MAKE) --no-print-directory $(if $(filter -j%,$(MAKEFLAGS)),,-j$(JOBS))

.PHONY: run demo lab
run: deps
	$(AGAIN) all
	@exec $(NETNORM) run -c config/netnorm.yaml

demo: deps
	$(AGAIN) all
	@NETNORM=$(NETNORM) config/demo/run

# Its packages are those of the integration tests: FRR, sshd, and Kafka's; what cannot be installed is told by name.
lab: deps
	@$(INSTALL_PACKAGES) config/packages/integration.txt || true
	$(AGAIN) all
	@NETNORM=$(NETNORM) BUILD=$(BUILD) $(PYTHON) -B config/demo/lab

# ---- testing -------------------------------------------------------------------------------------

RUN_TESTS = NETNORM=$(NETNORM) BUILD=$(BUILD) CI=$(CI) CC=$(CC) $(PYTHON) tests/run --jobs $(TEST_JOBS)

.PHONY: check check-build golden fuzz integration bench coverage
check-build:
	@$(INSTALL_PACKAGES) $(BUILD_LIST) config/packages/test.txt
	$(AGAIN) all
	$(AGAIN) BUILD=$(BUILD)/asan SAN=asan all unit-programs
	$(AGAIN) BUILD=$(BUILD)/tsan SAN=tsan all race-programs
	$(AGAIN) BUILD=$(BUILD)/fuzz SAN=asan CC=clang LIBFUZZER=1 fuzz-programs

# In CI nothing that could run is skipped: the corpora lie beside the tree there; where they do not, their tests skip by name.
check: check-build
	@$(RUN_TESTS) $(if $(filter true 1,$(CI)),$(if $(wildcard ../shared),--no-skip)) --fuzz-seconds $(FUZZ_SHORT_SECONDS) lint unit race fuzz e2e

golden: check-build
	@GOLDEN=1 $(RUN_TESTS) unit e2e

fuzz:
	@$(INSTALL_PACKAGES) $(BUILD_LIST) config/packages/test.txt
	$(AGAIN) BUILD=$(BUILD)/fuzz SAN=asan CC=clang LIBFUZZER=1 fuzz-programs
	@$(RUN_TESTS) --fuzz-seconds $(FUZZ_SECONDS) fuzz

# What cannot be installed is skipped by name.
integration:
	@$(INSTALL_PACKAGES) $(BUILD_LIST)
	@$(INSTALL_PACKAGES) config/packages/integration.txt || true
	$(AGAIN) all $(BUILD)/tests/bench/samples $(HELP)
	@$(RUN_TESTS) --jobs 1 $(if $(filter true 1,$(CI)),--no-skip) integration

bench:
	@$(INSTALL_PACKAGES) $(BUILD_LIST) config/packages/bench.txt
	$(AGAIN) all bench-programs
	@NETNORM=$(NETNORM) BUILD=$(BUILD) tests/bench/run

# CORPUS='FILE...': lines, or .jsonl with them; without it those beside the tree.
CORPUS ?=

coverage: all
	@NETNORM=$(NETNORM) $(PYTHON) tests/coverage.py $(CORPUS)

# ---- installing ----------------------------------------------------------------------------------

MAN1 := $(wildcard docs/man/*.1)
PROFILES = $(shell find profiles -name '*.yaml' -o -path 'profiles/yang/*' -type f 2>/dev/null)
TEMPLATES = $(shell cd drivers && find templates -name '*.textfsm' 2>/dev/null)
D := $(DESTDIR)$(PREFIX)

.PHONY: install
install: all
	install -D -m 755 $(NETNORM) $(D)/bin/netnorm
	$(if $(HAVE_YANG),install -D -m 755 $(NETNORM_YANG) $(D)/bin/netnorm-yang)
	@for f in $(PROFILES); do install -D -m 644 $$f $(D)/share/netnorm/$$f || exit 1; done
	@for f in $(TEMPLATES); do install -D -m 644 drivers/$$f $(D)/share/netnorm/$$f || exit 1; done
	@for f in $(MAN1); do install -D -m 644 $$f $(D)/share/man/man1/$${f##*/} || exit 1; done
	@install -d $(D)/share/man/man5
	$(NETNORM) manual >$(D)/share/man/man5/netnorm.yaml.5
	install -d $(D)/lib/systemd/system
	sed 's|/usr/local/bin/|$(PREFIX)/bin/|; s|/etc/netnorm/|$(SYSCONFDIR)/netnorm/|' \
		config/systemd/netnorm.service >$(D)/lib/systemd/system/netnorm.service
	@if [ -e $(DESTDIR)$(SYSCONFDIR)/netnorm/netnorm.yaml ]; then \
		echo "kept $(DESTDIR)$(SYSCONFDIR)/netnorm/netnorm.yaml as it is"; \
	else \
		install -D -m 644 config/netnorm.yaml $(DESTDIR)$(SYSCONFDIR)/netnorm/netnorm.yaml; \
	fi

.PHONY: clean help
clean:
	rm -rf $(BUILD)

help:
	@echo "make              build $(NETNORM)"
	@echo "make run          install what is missing, build, collect on 127.0.0.1:5514 (UDP, TCP)"
	@echo "make demo         the same, with lines of every supported system sent to it"
	@echo "make lab          as root: two real FRR routers, a link that is cut, and the events, with what netnorm knows of the routers; on a Kafka topic, too"
	@echo "make check        install what the tests need, run all of them"
	@echo "make integration  against the real Apache Kafka, go-lumber, OpenSearch, Elasticsearch, napalm-logs, NAPALM, textfsm, netconfd and FRR; fetched, started and stopped here"
	@echo "make bench        CPU per message, beside bare loops"
	@echo "make coverage     which lines of CORPUS='FILE...' become events, and which tags want a message"
	@echo "make fuzz         each fuzz target for FUZZ_SECONDS=$(FUZZ_SECONDS)"
	@echo "make golden       rewrite the golden files; read the diff"
	@echo "make docs         rewrite docs/events.md and docs/getters.md"
	@echo "make yang-table   rewrite profiles/yang/table.txt from the YANG files in YANG_DIR"
	@echo "make install      PREFIX=$(PREFIX) SYSCONFDIR=$(SYSCONFDIR) DESTDIR=$(DESTDIR)"
	@echo "make deps         install the packages that building needs (deps-check: tell only)"
	@echo "make clean        remove $(BUILD)"
	@echo
	@echo "Options: BUILD=dir  SAN=asan|tsan|none  CC=gcc|clang  OPT='-O2 -g'  WERROR=1  V=1  JOBS=n"
	@echo "One test: make BUILD=/tmp/b SAN=asan /tmp/b/tests/base/test_json"
