# make check runs the same programs with every tool, and the tests of the maintainers' tools.
# It runs every test that make test does not run, so a new bats file needs no line here.

TESTED    := $(sort $(wildcard $(addsuffix /*.bats,tests/patterns tests/book tests/args tests/faults)) \
             $(addprefix tests/,header/header.bats lab/lab.bats tools/scripts.bats))
APART     := tests/header/compile.bats tests/stress/stress.bats
CHECKED   := $(filter-out $(TESTED) $(APART),$(sort $(wildcard tests/*/*.bats)))

# The tests of the programs and the header, which hold in every build.
PROVED    := $(wildcard $(PATTERNS:%=tests/patterns/%.bats)) tests/header/header.bats \
             tests/book/pitfalls.bats

LINTED    := $(addprefix check-,format header locals shell cppcheck commands prose)
SANITIZED := check-asan check-tsan check-clang check-musl check-fibers
STRESSED  := check-tsan-fibers check-asan-fibers
CHECKS    := $(LINTED) check-compile check-model check-lab $(SANITIZED) $(STRESSED) check-valgrind check-tools
.PHONY: $(CHECKS) check-tsan-inside check-ubsan-clang tested checked
$(CHECKS): export COOKBOOK_LIMIT := 60
$(CHECKS): export COOKBOOK_SEEDS := 5
$(CHECKS): export COOKBOOK_FILE_LIMIT := 2400
# Another compiler or engine needs no repetition: make test and the soak repeat.
check-clang check-musl check-fibers: export COOKBOOK_RUNS := 1

# A program that SIGPIPE ends leaves its threads behind, which is no leak.
VALGRIND  := valgrind -q --suppressions=$(CURDIR)/tests/check/valgrind.supp --error-exitcode=99 \
             --fair-sched=yes --max-threads=3000 --leak-check=full \
             --show-leak-kinds=definite,indirect --errors-for-leak-kinds=definite,indirect

check: $(CHECKS) ## prove it with every tool
check-%: ## with one: format header locals shell cppcheck commands prose compile model lab asan tsan clang musl fibers tsan-fibers asan-fibers valgrind tools

# The files that make test runs, and those that only make check does.
tested:
	@printf '%s\n' $(TESTED)
checked:
	@printf '%s\n' $(CHECKED) $(APART)

$(LINTED):
	@tests/lint $(@:check-%=%)

$(SANITIZED): $$(addprefix build/$$(subst check-,,$$@)/,$$(filter-out $$(if $$(filter %-musl %-fibers,$$@),$$(ON_NATS)), \
             $$(BUILDABLE)) $$(PITFALLS) $$(HEADER))
	@COOKBOOK_BUILD=build/$(@:check-%=%) tests/prove -q $@ $(PROVED)

# The random programs on fibers, for a second each. The soak plays them for longer.
$(STRESSED): $$(addprefix build/$$(subst check-,,$$@)/,$$(STRESS))
	@COOKBOOK_BUILD=build/$(@:check-%=%) tests/prove -q $@ tests/stress/stress.bats

# AddressSanitizer's flavour has gcc's UBSan in it. clang's UBSan finds more, for example an
# offset from a null pointer.
check-asan: check-ubsan-clang
check-ubsan-clang: $(HEADER:%=build/ubsan-clang/%)
	@COOKBOOK_BUILD=build/ubsan-clang tests/prove -q $@ tests/header/header.bats

# ThreadSanitizer judges the header itself, which is hidden from it in check-tsan.
check-tsan: check-tsan-inside
check-tsan-inside: $(HEADER:%=build/tsan-inside/%)
	@COOKBOOK_BUILD=build/tsan-inside tests/prove -q $@ tests/header/header.bats

# This builds no program of the book. But tests/prove must not mistake a build at the same
# time for a rebuild.
check-compile: build/.made-with
	@COOKBOOK_STRICT=1 tests/prove -q $@ tests/header/compile.bats

check-model:
	@tests/model/check -q

# The laboratory reports nothing in correct programs: all of the header's tests run with it.
# Its own programs run with other compilers and sanitizers, on fibers, and with musl as a
# reader compiles them, all in one file.
check-lab: $(HEADER:%=build/lab/%)
	@COOKBOOK_BUILD=build/lab tests/prove -q $@ tests/header/header.bats
	@for cc in 'gcc -fsanitize=thread' 'clang -fsanitize=address' 'gcc -DCHAN_FIBERS'; do \
	    COOKBOOK_CC="$$cc" tests/prove -q "$@, $$cc" tests/lab/lab.bats || exit 1; \
	done
	@COOKBOOK_CC=musl-gcc COOKBOOK_LAB=whole tests/prove -q "$@, musl-gcc" tests/lab/lab.bats

check-valgrind: all $(HEADER:%=build/%)
	@COOKBOOK_WRAP='$(VALGRIND)' COOKBOOK_RUNS=1 COOKBOOK_SEEDS=1 tests/prove -q $@ $(PROVED)

check-tools: all
	@COOKBOOK_STRICT=check tests/prove -q $@ $(CHECKED)
