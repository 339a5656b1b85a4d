# Makes the extension's script of the families' SQL files.
#
# Aggregates take every number type without a cast, and SQL has no way to say
# so once.  In the families' files,
#
#	--@ each number
#		repeats the lines up to the matching --@ end for every number type;
#		@number@ stands for its SQL name, @c@ for its name in C
#	--@ for a / b in a1 / b1 | a2 / b2
#		repeats them with @a@ and @b@ replaced by each pair of values
#	--@ include FILE a=a1 b=b1
#		stands for the lines of FILE, with @a@ and @b@ replaced too
#
# and all of these may be nested.

BEGIN {
	NUMBERS = "number / c in smallint / int2 | integer / int4 | bigint / int8 | numeric / numeric | double precision / float8"
	print "-- Made from sql/*.sql by sql/expand.awk: change those."
	print "\\echo Use \"CREATE EXTENSION cx_metrics\" to load this file. \\quit"
}

{ line[++lines] = $0 }

END { expand(1, lines) }

function die(message) {
	print message > "/dev/stderr"
	exit 1
}

function trim(s) {
	gsub(/^ +| +$/, "", s)
	return s
}

# Replaces every @name@ that is set; values may hold anything.
function replace(s,    name, at, out) {
	for (name in value) {
		out = ""
		while ((at = index(s, "@" name "@")) > 0) {
			out = out substr(s, 1, at - 1) value[name]
			s = substr(s, at + length(name) + 2)
		}
		s = out s
	}
	return s
}

# The line of the --@ end that closes the block opened in line 'from'.
function end_of(from, to,    i, depth) {
	for (i = from; i <= to; i++) {
		if (line[i] ~ /^--@ (each|for) /)
			depth++
		else if (line[i] ~ /^--@ end/ && --depth == 0)
			return i
	}
	die("no --@ end for: " line[from])
}

function expand(from, to,    i, last) {
	for (i = from; i <= to; i++) {
		if (line[i] ~ /^--@ (each|for) /) {
			last = end_of(i, to)
			repeat(line[i] == "--@ each number" ? NUMBERS : substr(line[i], 9), i + 1, last - 1)
			i = last
		}
		else if (line[i] ~ /^--@ include /)
			include(replace(line[i]))
		else
			print replace(line[i])
	}
}

function repeat(list, from, to,    at, names, alternatives, values, n, count, i, j) {
	at = index(list, " in ")
	n = split(substr(list, 1, at - 1), names, "/")
	count = split(substr(list, at + 4), alternatives, "|")
	for (i = 1; i <= count; i++) {
		split(alternatives[i], values, "/")
		for (j = 1; j <= n; j++)
			value[trim(names[j])] = replace(trim(values[j]))
		expand(from, to)
	}
	for (j = 1; j <= n; j++)
		delete value[trim(names[j])]
}

function include(directive,    words, n, i, text, from) {
	n = split(directive, words, " ")
	for (i = 4; i <= n; i++)
		value[substr(words[i], 1, index(words[i], "=") - 1)] = substr(words[i], index(words[i], "=") + 1)
	from = lines + 1
	while ((getline text < words[3]) > 0)
		line[++lines] = text
	close(words[3])
	expand(from, lines)
	for (i = 4; i <= n; i++)
		delete value[substr(words[i], 1, index(words[i], "=") - 1)]
}
