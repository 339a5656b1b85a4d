# What the scripts of this house share. Sourced, not run: it brings the shell to
# the top of the checkout and fixes what must not depend on whoever runs it.

set -euo pipefail
cd -P "$(dirname "${BASH_SOURCE[0]}")/.."
mkdir -p build/log 2>/dev/null && [ -w build/log ] || {
	echo "build/ belongs to another user: remove it first." >&2
	exit 1
}

# Printed answers are compared: the same in every language and time zone.
export LC_ALL=C PGCLIENTENCODING=UTF8 PGTZ=UTC PGDATESTYLE="ISO, MDY" PSQL_PAGER= PAGER=cat

# The make that called us keeps its options to itself: our own calls of make
# are outside its job server.  Variables given to it (COPT=-O0) still pass.
MAKEFLAGS=$(printf '%s' "${MAKEFLAGS-}" | sed -E 's/(^| )-j[0-9]*//g; s/ ?--jobserver-[a-z]+=[^ ]*//g')
export MAKEFLAGS

say()  { printf '%s\n' "$*" >&2; }
fail() { say "$*"; exit 1; }

# Asks the person at the terminal; without one (or in CI) the answer is no.
has_terminal() { [ -z "${CI-}" ] && [ -t 0 ] && [ -t 2 ]; }
ask() {
	local answer
	has_terminal || return 1
	read -r -p "$1 [y/N] " answer && [[ $answer == [yY]* ]]
}

# step NAME COMMAND...: shows one line for a long command and keeps its noise in
# build/log/FIRSTWORD.log, whose end is shown if the command fails.
step() {
	local name=$1 log=build/log/${1%% *}.log start=$SECONDS
	shift
	printf '%s ... ' "$name" >&2
	if interruptible "$@" >"$log" 2>&1 </dev/null; then
		say "done ($((SECONDS - start)) s)"
	else
		say "failed; the end of $log:"
		tail -n 40 "$log" >&2
		return 1
	fi
}

# Runs a command as a process group of its own and waits for it.  Bash delays a
# trap until the command in the foreground ends; like this a signal to the
# script ends it at once, together with everything the command has started.
child=
interruptible() {
	local status=0
	set -m
	"$@" <&0 &
	child=$!
	set +m
	wait "$child" || status=$?
	child=
	return "$status"
}
end_child() {
	[ -n "$child" ] || return 0
	kill -TERM -- "-$child" 2>/dev/null || true
	wait "$child" 2>/dev/null || true
}

# on_exit FUNCTION: runs it once, however the script ends.
on_exit() {
	trap "trap '' INT TERM HUP PIPE; end_child; $1" EXIT
	trap 'exit 130' INT
	trap 'exit 143' TERM
	trap 'exit 129' HUP
	trap 'exit 141' PIPE
}

# copy_checkout DIRECTORY: the working files as they are, to build them otherwise;
# what was built of them there before stays.
copy_checkout() {
	mkdir -p "$1"
	find "$1" -path "$1/build" -prune -o -type f ! -name '*.o' ! -name '*.so' -exec rm {} +
	tar -c --exclude=./build --exclude=./.git --exclude='*.o' --exclude='*.bc' --exclude='*.so' . | tar -x -C "$1"
}

# Waits for the server that the environment names to come back, after a crash.
await_server() {
	local tries
	for tries in $(seq 300); do
		! psql -Xq -d postgres -c 'SELECT 1' >/dev/null 2>&1 || return 0
		sleep 0.2
	done
	fail "the server has not come back within a minute"
}

# run_suites SUITE...: runs test/run-SUITE of the directory we are in, and adds
# what passed and failed up in $passed and $failed.
run_suites() {
	local suite log
	for suite; do
		log=build/log/check-$suite.log
		interruptible bash -c "test/run-$suite 2>&1 | tee $log" || true
		if [[ "$(tail -n 1 "$log")" =~ ^([0-9]+)\ passed,\ ([0-9]+)\ failed$ ]]; then
			passed=$((passed + BASH_REMATCH[1])) failed=$((failed + BASH_REMATCH[2]))
		else
			failed=$((failed + 1))
		fi
	done
}
