# cx_metrics: customer experience metrics for PostgreSQL.
#
#   make && make install      build and install into the server pg_config names
#   make demo                 see it answer questions over a realistic customer database
#   make dashboard            the same as a dashboard in the browser
#   make check                run every test against a private throwaway server
#   make bench                measure it side by side with built-ins and hand-written SQL
#   make dist, make deb       pack the committed files for PGXN; build Debian packages of them

EXTENSION   = cx_metrics
EXTVERSION  = $(shell sed -n "s/^default_version *= *'\(.*\)'/\1/p" cx_metrics.control)
MODULE_big  = cx_metrics
OBJS        = $(patsubst %.c,%.o,$(sort $(wildcard src/*.c src/*/*.c)))

# One SQL file a family, in the order in which they build on each other.  Beside them lie upgrade scripts,
# and the scripts of released versions.
SQL_PARTS   = $(patsubst %,sql/%.sql,types p_adjust nps csat ces revenue account_value churn risk score_value segments trend season activity cohorts retention survival)
SQL_SCRIPT  = build/$(EXTENSION)--$(EXTVERSION).sql
DATA_built  = $(SQL_SCRIPT)
DATA        = $(wildcard sql/$(EXTENSION)--*.sql)

PG_CPPFLAGS = -I$(srcdir)/src
PG_CFLAGS   = -std=c11 -Wall -Wextra -Wno-unused-parameter -Wno-sign-compare \
              -Wno-declaration-after-statement -Wno-missing-field-initializers $(if $(WERROR),-Werror)
SHLIB_LINK  = -lm
EXTRA_CLEAN = build

# make installcheck TESTS="nps csat" runs these against the server that PGHOST and PGPORT name.
REGRESS      = $(or $(TESTS),$(sort $(basename $(notdir $(wildcard test/sql/*.sql)))))
REGRESS_OPTS = --inputdir=build/regress --outputdir=build/regress --load-extension=$(EXTENSION) \
               --encoding=UTF8 --no-locale
REGRESS_PREP = regress-input

# These are done by scripts, which get PostgreSQL where it is missing and then call make again.
# For them alone PGXS stays outside: it may not be there yet, and has a "check" of its own.
HOUSE        = demo demo-stop dashboard bench check check-% %-accept dist deb

PG_CONFIG   ?= pg_config
ifneq ($(filter-out $(HOUSE),$(or $(MAKECMDGOALS),all)),)
PGXS        := $(wildcard $(shell $(PG_CONFIG) --pgxs 2>/dev/null))
ifeq ($(PGXS),)
$(error $(PG_CONFIG) finds no headers of a PostgreSQL server: install them (Debian: postgresql-server-dev-NN) or run .ci/packages)
endif
include $(PGXS)
endif

$(SQL_SCRIPT): $(SQL_PARTS) $(wildcard sql/*.template) sql/expand.awk cx_metrics.control
	@mkdir -p $(@D)
	awk -f sql/expand.awk $(SQL_PARTS) > $@.tmp && mv $@.tmp $@

$(OBJS) $(OBJS:.o=.bc): $(wildcard src/*/*.h)

clean: demo-stop

# pg_regress wants tests and expected answers in one place, and an answer for every test.
.PHONY: regress-input
regress-input:
	@rm -rf build/regress && mkdir -p build/regress/expected
	@ln -s ../../test/sql build/regress/sql
	@for test in $(REGRESS); do cat expected/$$test.out >build/regress/expected/$$test.out 2>/dev/null || true; done

.PHONY: print-compile-flags
print-compile-flags:
	@echo $(PG_CFLAGS) $(CPPFLAGS)

.PHONY: demo demo-stop dashboard bench check
demo:
	@demo/run
demo-stop:
	@if [ -f build/server/demo.env ]; then .ci/server stop demo && echo "The demo server is stopped."; fi
dashboard:
	@demo/dashboard/run
bench:
	@bench/run
ifneq ($(filter check,$(MAKECMDGOALS)),)
check:
	@.ci/check
endif

# One suite: check-clang, check-math, check-regress, check-pgtap, check-server, check-docs; TESTS="nps csat" narrows it.
# check-clients: what JDBC, ODBC and other drivers read; check-dashboard: what a browser shows of demo/dashboard;
# check-cube: what Cube answers with the model in demo/cube.
# check-matrix: the other versions of PostgreSQL; MATRIX="17 18" narrows that.
# check-lint: cppcheck and clang-tidy; in 'make check' without the analyzer of paths.
# check-queries: random queries over the catalog; QUERIES=100000 asks that many, SEED=n others.
# check-sanitizers: the suite regress under ASan and UBSan; SUITES="regress pgtap server queries" chooses suites.
# check-debug: in a PostgreSQL with assertions, built of Debian's source; check-valgrind: the same under valgrind.
# check-fuzz: libFuzzer on all input and receive functions; SECONDS_EACH=60, TYPES="nps_summary" narrow it.
# check-citus: distributed tables, where CITUS_URL names a coordinator.
check-%:
	@.ci/check $*
# What was printed becomes what is expected: docs-accept, regress-accept. To be read before it is committed.
%-accept:
	@ACCEPT=1 .ci/check $*

# What is committed, as PGXN takes it; and as Debian packages, one for each PostgreSQL that
# postgresql-server-dev-all brings (it takes debhelper, too).
.PHONY: dist deb
RELEASE      = $(EXTENSION)-$(EXTVERSION)
dist:
	@mkdir -p build
	git archive --format=zip --prefix=$(RELEASE)/ -o build/$(RELEASE).zip HEAD
deb:
	@rm -rf build/deb && mkdir -p build/deb/$(RELEASE)
	git archive HEAD | tar -x -C build/deb/$(RELEASE)
	cd build/deb/$(RELEASE) && pg_buildext updatecontrol && dpkg-buildpackage -us -uc -b
