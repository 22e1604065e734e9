# The cookbook's daily interface: `make help` lists what it can do.
# A new pattern needs no line here: patterns/NAME/NAME.c becomes build/NAME.

CFLAGS   ?= -O2 -g
WARNINGS := -Wall -Wextra -Wpedantic -Wconversion -Wshadow

# The programs, and the flavours in which they are built: build/NAME is the program,
# build/tsan/NAME the same program under ThreadSanitizer.
PATTERNS := $(sort $(notdir $(basename $(wildcard patterns/*/*.c))))
PITFALLS := $(patsubst patterns/%.c,%,$(wildcard patterns/pitfalls/*/*.c))
HEADER   := $(patsubst tests/%.c,%,$(wildcard tests/header/*.c))
STRESS   := $(patsubst tests/%.c,%,$(wildcard tests/stress/*.c))
TOOLS    := build/tools/limited build/tools/explore build/tools/trace-svg build/tools/seeds
FLAVOURS := asan tsan tsan-inside ubsan-clang clang musl lab plain fibers tsan-fibers asan-fibers
FOLDERS  := build $(FLAVOURS:%=build/%)

# The programs of NATS need its library. Without the library everything else is built. The
# flavour musl never has them, because the library needs the other C library, and neither
# has fibers, because a goroutine that waits in the library would hold up others.
ON_NATS  := $(filter nats-%,$(PATTERNS))
# If only files of build/ are made, as by the scripts, the compiler need not be asked.
ALL_ASKED := $(filter-out build/%,$(or $(MAKECMDGOALS),all))
HAS_NATS := $(if $(ALL_ASKED),$(shell printf '\043include <nats/nats.h>\n' | \
            $(CC) -E -o /dev/null - 2>/dev/null && echo yes))
BUILDABLE := $(if $(HAS_NATS),$(PATTERNS),$(filter-out $(ON_NATS),$(PATTERNS)))
PROGRAMS := $(foreach folder,$(FOLDERS),$(PATTERNS:%=$(folder)/%))
PITS     := $(foreach folder,$(FOLDERS),$(PITFALLS:%=$(folder)/%))
PROVERS  := $(foreach folder,$(FOLDERS),$(addprefix $(folder)/,$(HEADER) $(STRESS)))

ASAN     := -Werror -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
build/asan/%:  FLAVOUR := $(ASAN)
build/tsan/%:  FLAVOUR := -Werror -fsanitize=thread
build/asan-fibers/%: FLAVOUR := $(ASAN) -DCHAN_FIBERS
build/tsan-fibers/%: FLAVOUR := -Werror -DCHAN_FIBERS -fsanitize=thread
build/tsan-inside/%: FLAVOUR := -Werror -fsanitize=thread -DCHAN_TSAN_SEES_ALL
build/ubsan-clang/%: FLAVOUR := -Werror -fsanitize=undefined -fno-sanitize-recover=all
build/clang/% build/musl/%: FLAVOUR := -Werror
build/clang/% build/ubsan-clang/%: override CC := clang
build/musl/%:  override CC := musl-gcc

# The patterns contain the laboratory, except with fibers, which it runs in a way of
# its own, and under ThreadSanitizer: its notes would order racy accesses and hide them. The
# programs that prove the header do not contain it, and build/plain has programs as readers
# build their own. The laboratory is compiled once for each flavour. lab_of is the object
# that a program is linked with.
LABS     := $(FOLDERS:%=%/lab.o)
LINKED   := -DCHAN_LAB -DCHAN_LAB_LINKED
WITH_LAB := $(filter-out build/tsan/% build/plain/% build/fibers/% build/tsan-fibers/% \
               build/asan-fibers/%,$(PROGRAMS) $(PITS)) \
            $(filter build/lab/%,$(PROVERS))
lab_of    = $(firstword $(foreach f,$(FLAVOURS:%=build/%),$(if $(filter $f/%,$1),$f/lab.o)) \
            build/lab.o)
$(WITH_LAB): LAB := $(LINKED)
build/lab/%: FLAVOUR := -Werror
build/fibers/%: FLAVOUR := -Werror -DCHAN_FIBERS
$(foreach folder,$(FOLDERS),$(ON_NATS:%=$(folder)/%)): LIBRARY := -lnats

# common/chan_tsan.h announces to ThreadSanitizer the order that the header promises, and
# hides the implementation. In the stress programs, and in the header's tests once more
# in tsan-inside, ThreadSanitizer judges the header itself. In tsan-fibers it does not: the
# dice of a stress program are a thread-local, which the fibers of a worker share.
$(STRESS:%=build/tsan/%): LAB := -DCHAN_TSAN_SEES_ALL

.DELETE_ON_ERROR:
.SECONDEXPANSION:
.PHONY: all run test check soak bench bench-plot exercises docs pictures clean help FORCE

all: $(BUILDABLE:%=build/%) $(PITFALLS:%=build/%) $(TOOLS) ## build every pattern into build/

$(PROGRAMS): patterns/$$(@F)/$$(@F).c
$(PITS): patterns/pitfalls/$$(notdir $$(@D))/$$(@F).c
$(PROVERS): tests/$$(notdir $$(@D))/$$(@F).c
$(WITH_LAB): $$(call lab_of,$$@)

# SAMPLES lets a program find its sample input from any folder. HERE is the path of the
# tree, quoted for a string in C, and then for apostrophes of the shell.
HERE := $(subst ?,\?,$(subst ",\",$(subst \,\\,$(CURDIR))))
HERE := $(subst ','\'',$(HERE))
MADE_WITH := $(subst ','\'',$(CC) $(CFLAGS) $(LDFLAGS)) $(HERE)
# Each file is moved to its place when it is complete, because another make may build it
# too, or a script may be running it.
$(PROGRAMS) $(PITS) $(PROVERS): build/.made-with Makefile
	@mkdir -p $(@D)
	@echo '  $(CC) $@' >&2
	@$(CC) -std=c11 $(CFLAGS) $(WARNINGS) -pthread -Icommon $(LAB) $(FLAVOUR) \
	    -DSAMPLES='"$(HERE)/$(dir $(filter %.c,$^))"' -MMD -MP -MT $@ \
	    -MF $@.d -o $@.$$$$ $(filter %.c %.o,$^) $(LIBRARY) $(LDFLAGS) && mv -f $@.$$$$ $@

$(LABS): common/lab/lab.c build/.made-with Makefile
	@mkdir -p $(@D)
	@echo '  $(CC) $@' >&2
	@$(CC) -std=c11 $(CFLAGS) $(WARNINGS) -pthread $(LINKED) $(FLAVOUR) \
	    -MMD -MP -MT $@ -MF $@.d -c -o $@.$$$$ $< && mv -f $@.$$$$ $@

# The tools in C that scripts and tests use.
build/tools/limited: scripts/tools/limited.c
build/tools/explore: scripts/tools/explore.c $(wildcard scripts/tools/explore/*.[ch])
build/tools/trace-svg: scripts/tools/trace-svg.c $(wildcard scripts/tools/trace-svg/*.[ch])
build/tools/seeds: tests/seeds.c
build/tools/explore build/tools/trace-svg: $(wildcard scripts/tools/shared/*.[ch])
$(TOOLS):
	@mkdir -p $(@D)
	@echo '  $(CC) $@' >&2
	@$(CC) -std=c11 $(CFLAGS) $(WARNINGS) -o $@.$$$$ $(filter %.c,$^) $(LDFLAGS) && mv -f $@.$$$$ $@

# If the flags or the place of the tree have changed, everything is built again.
build/.made-with: FORCE
	@mkdir -p build
	@printf '%s\n' '$(MADE_WITH)' | cmp -s - $@ || printf '%s\n' '$(MADE_WITH)' >$@

-include $(wildcard build/*.d build/*/*.d build/*/*/*.d build/*/*/*/*.d)

run: ## run the programs of chapter 1
	@scripts/run

run-%: ## run one pattern: make run-fan-in ARGS="..."
	@scripts/run $* $(ARGS)

test: all $(HEADER:%=build/%) ## run every test, each pattern three times
	@tests/prove -w test $(TESTED)

test-%: $$(filter build/$$*,$$(PROGRAMS)) build/tools/seeds ## test one pattern: make test-fan-in
	@bats $(or $(wildcard tests/*/$*.bats),tests/patterns/$*.bats)

exercises: ## prove that each exercise refuses every wrong solution and passes each right one
	@scripts/check --prove
	@tests/prove exercises $(wildcard tests/exercises/*.bats)

include tests/check.mk

soak: all $(STRESS:%=build/%) $(addprefix build/fibers/,$(filter-out $(ON_NATS),$(PATTERNS))) ## test it for 15 minutes; SOAK=short for four minutes
	@tests/soak

bench: ## measure the header beside Go, and beside this machine
	@tests/bench/run

bench-plot: ## draw how cost grows: build/bench/curves.svg
	@tests/bench/run -c
	@tests/bench/plot build/bench

docs: ## redraw every derived block of the pages
	@scripts/book/docs

pictures: all ## redraw the picture of every page
	@scripts/book/pictures

clean: ## remove build/
	rm -rf build

help: ## this list
	@awk -F ':.*## ' '/^[a-z%-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' Makefile tests/check.mk
