# Random queries over everything in the catalog: every function, aggregate, operator
# and cast, with arguments at the edge of their types, composed as analysts compose
# them. None ends the server, fails for a reason inside of it, or answers with NaN.
#
# The seed is printed; the same seed makes the same queries of the same catalog.

use strict;
use warnings;
use Cwd 'abs_path';
use File::Basename 'dirname';
use List::Util qw(shuffle uniq min);
use Test::More;
use CxServer;

my $seed = $ENV{SEED} // 20240229;
my $wanted = $ENV{QUERIES} // 10000;
my $longest = $ENV{LONGEST} // 10_000;	# milliseconds that a query may take
srand($seed);
diag("seed $seed, $wanted queries");

my $here = abs_path(dirname(__FILE__));
my $server = CxServer->new('queries', log_line_prefix => '%e ', restart_after_crash => 'on');
my $db = $server->create_samples('queries');
$server->run_ok('psql', '-Xq', '-v', 'ON_ERROR_STOP=1', '-d', $db, '-f', "$here/run.sql");

sub pick { return $_[ int rand @_ ] }
sub chance { return rand() < $_[0] }

# Runs a script; returns its status, output (fields and rows parted by control characters) and errors.
sub psql_file
{
	my ($script) = @_;

	my $file = $server->dir . '/script';
	open my $out, '>', $file or die $!;
	print $out $script;
	close $out or die $!;
	return $server->run('psql', '-XAtq', '-F', "\x1f", '-R', "\x1e", '-v', 'ON_ERROR_STOP=1', '-d', $db, '-f', $file);
}

sub fields { return map { [ split /\x1f/, s/\n\z//r, -1 ] } split /\x1e/, $_[0] }

# Rows of a query, each a list of its columns.
sub rows_of
{
	my ($sql) = @_;

	my ($status, $output, $errors) = psql_file("$sql;\n");
	die $errors if $status;
	return fields($output);
}


# ---- What there is ----

my $members = "JOIN pg_depend AS d ON d.deptype = 'e' JOIN pg_extension AS e ON e.oid = d.refobjid AND d.refclassid = 'pg_extension'::regclass AND extname = 'cx_metrics' WHERE d.classid =";

# functions of all kinds; defaults counts the arguments at the end that may be left out
my @functions = map {
	my ($name, $signature, $kind, $set, $result, $defaults, $names, $types) = @$_;
	my @names = split /,/, $names, -1;
	my @types = split /,/, $types, -1;
	{ name => $name, signature => $signature, kind => $kind, set => $set eq 't', result => $result, defaults => $defaults, arguments => [ map { { name => $names[$_] // '', type => $types[$_] } } 0 .. $#types ] }
} rows_of(<<"END");
SELECT proname, p.oid::regprocedure, prokind, proretset, prorettype::regtype, pronargdefaults, array_to_string(proargnames[:pronargs], ',', ''),
	(SELECT string_agg(t::regtype::text, ',' ORDER BY i) FROM unnest(proargtypes) WITH ORDINALITY AS x (t, i))
FROM pg_proc AS p $members 'pg_proc'::regclass AND d.objid = p.oid ORDER BY p.oid::regprocedure::text COLLATE "C"
END
# only the server itself can call those
@functions = grep { !grep { $_->{type} eq 'internal' } @{ $_->{arguments} } } @functions;
my @operators = map { my ($name, $left, $right, $result) = @$_; { name => $name, result => $result, types => [ $left, $right ] } } rows_of(<<"END");
SELECT oprname, oprleft::regtype, oprright::regtype, oprresult::regtype FROM pg_operator AS o $members 'pg_operator'::regclass AND d.objid = o.oid
	AND oprleft <> 0 ORDER BY o.oid::regoperator::text COLLATE "C"
END
my @casts = map { { from => $_->[0], to => $_->[1] } } rows_of(<<"END");
SELECT castsource::regtype, casttarget::regtype FROM pg_cast AS c $members 'pg_cast'::regclass AND d.objid = c.oid ORDER BY 1, 2
END
my @summaries = map { $_->[0] } rows_of('SELECT type FROM cx_sample.summary ORDER BY type');
my %is_summary = map { ($_ => 1) } @summaries;
# calls of aggregates over columns of cx_sample.row
my %calls;
push @{ $calls{ $_->[0] } }, { name => $_->[1], columns => $_->[2] =~ /\((.*)\)/ ? [ split /, /, $1 ] : [], result => $_->[3], source => $_->[4] }
	for rows_of('SELECT aggregate, name, call, result, source FROM cx_sample.aggregate ORDER BY aggregate, source');
my %fields;	# of composite types
push @{ $fields{ $_->[0] } }, $_->[1] for rows_of(<<"END");
SELECT t.oid::regtype, attname FROM pg_attribute JOIN pg_type AS t ON attrelid = typrelid AND attnum > 0 $members 'pg_type'::regclass AND d.objid = t.oid ORDER BY t.oid::regtype::text, attnum
END
# words that a comment quotes: most arguments of type text are one of a few
my %words = map { $_->[0] => [ $_->[1] =~ /'(\w+)'/g ] } rows_of(<<"END");
SELECT p.oid::regprocedure, concat(obj_description(p.oid, 'pg_proc'), pg_get_function_arguments(p.oid)) FROM pg_proc AS p $members 'pg_proc'::regclass AND d.objid = p.oid
END


# ---- Values ----

my @counts = ('{}', '{0}', '{1,NULL,3}', '{0,0,0,0,0,0,0,0,0,0,0}', '{1,2,3,4,5,6,7,8,9,10,11}', '{1,2,3,4,5}', '{5,4,3,2,1,0,7}', '{-1,1,1,1,1}', '{{1,2},{3,4}}', '[5:15]={1,2,3,4,5,6,7,8,9,10,11}');
my @moments = qw(2024-01-01 2024-02-29 2023-12-31 1900-01-01 0001-01-01 9999-12-31 infinity -infinity);
my %values = (
	smallint => [qw(0 1 -1 2 5 7 10 11 32767 -32768)],
	integer => [qw(0 1 -1 2 3 5 7 10 11 12 100 255 256 1000000 2147483647 -2147483648)],
	bigint => [qw(0 1 -1 2 10 1000 4294967306 9223372036854775807 -9223372036854775808)],
	real => [qw(0 1 -1 0.95 1e-38 3e38 NaN Infinity)],
	'double precision' => [qw(0 -0 1 -1 0.5 0.95 0.99 2 5 7 10 0.9999999999999999 1e-16 5e-324 -5e-324 1e-308 1e-100 100 -100 1e15 9007199254740993 1e100 1e154 1.7976931348623157e308 -1.7976931348623157e308 NaN Infinity -Infinity)],
	numeric => [qw(0 -0.00 1 -1 5 10 7.5 0.1 99.99 1000000.01 10000 1e15 1e30 9223372036854775808 1e100 1e1000 1e-30 1e-1000 NaN Infinity -Infinity), '9' x 60],
	text => [ '', 'a', 'label 1', 'label 2', 'x' x 100, 'x' x 3000, "\xc3\xa9\xe2\x82\xac", '"', '\\', '{"n": 0}', 'NULL' ],
	boolean => [qw(true false)],
	date => [ @moments, '4713-01-01 BC', '5874897-12-31' ],
	'timestamp without time zone' => [ @moments, '2024-02-29 23:59:59.999999', '4713-01-01 BC', '294276-12-31 23:59:59.999999' ],
	'timestamp with time zone' => [ @moments, '2024-03-31 02:30:00+02', '4713-01-01 BC', '294276-12-31 23:59:59.999999' ],
	interval => [ '0', '1 day', '7 days', '1 month', '1 year', '1 second', '-1 day', '1 mon -30 days', '178000000 years', '1 microsecond' ],
	'integer[]' => \@counts,
	'smallint[]' => \@counts,
	'bigint[]' => [ @counts, '{9223372036854775807,0,0,0,0,0,0,0,0,0,0}', '{9223372036854775807,9223372036854775807}' ],
	'numeric[]' => [ @counts, '{1.5,1}', '{NaN,1}', '{1e100,-1e100,0}', '{0.01,99.99}' ],
	'double precision[]' => [ @counts, '{0.5}', '{0,1,0.5,1e-300,0.04}', '{0.1,NULL,0.2}', '{NaN}', '{Infinity,0}', '{1e308,1e308,-1e308}', '{5e-324,5e-324}' ],
	'text[]' => [ '{}', '{a}', '{a,b,NULL}', '{a,a}', '{{a,b}}' ],
	uuid => [qw(00000000-0000-0000-0000-000000000000 ffffffff-ffff-ffff-ffff-ffffffffffff 12345678-9abc-def0-1234-56789abcdef0)],
	'boolean[]' => [ '{}', '{true,false,NULL}' ],
	'date[]' => [ '{}', '{2024-01-01,2024-02-29}', '{2024-01-01,NULL,infinity}' ]);

# What is given more often than not to arguments of these names.
my %likely = (level => [qw(0 1 -1 5e-324 1e-16 0.5 0.95 0.9999999999999999)]);

# For arguments of aggregates, and of the steps they are made of, what the samples have.
for my $signature (sort keys %calls)
{
	my ($sample) = grep { $_->{source} eq 'cx_sample.row' } @{ $calls{$signature} } or next;
	my ($aggregate) = grep { $_->{signature} eq $signature } @functions;
	for my $i (0 .. $#{ $sample->{columns} })
	{
		my $argument = $aggregate->{arguments}[$i];
		my $of = "$argument->{name} $argument->{type}";
		$likely{$of} //= [ map { $_->[0] } rows_of("SELECT DISTINCT $sample->{columns}[$i]::text COLLATE \"C\" FROM cx_sample.row WHERE $sample->{columns}[$i] IS NOT NULL ORDER BY 1 LIMIT 6") ];
		$values{ $argument->{type} } //= $likely{$of};	# of a type that has no edges above
	}
}

# A number in a text becomes another, or a part of it is lost, doubled or NULL.
sub mutate
{
	my ($text) = @_;
	my @numbers;

	push @numbers, [ $-[0], $+[0] - $-[0] ] while $text =~ /-?\d+(\.\d+)?(e[-+]?\d+)?/g;
	for (1 .. pick(1, 1, 1, 2, 3))
	{
		last if !@numbers;
		my $at = pick(@numbers);
		substr($text, $at->[0], $at->[1], pick(qw(0 1 2 -1 0.5 -0.0 10 1e-300 1e300 1e308 9223372036854775807 4611686018427387904 1000000000000 99999999999999999999), substr($text, $at->[0], $at->[1]) . '0', '-' . substr($text, $at->[0], $at->[1])));
		@numbers = grep { $_->[0] < $at->[0] } @numbers;
	}
	return $text if chance(0.8);
	return $text =~ s/("[^"]*"): [^,{}\[\]]*/$1: null/r if chance(0.3);
	return $text =~ s/(\[[^\[\]]*\])/$1, $1/r if chance(0.5);
	return substr $text, 0, int rand length $text;
}

sub literal
{
	my ($type, $value) = @_;

	return "NULL::$type" unless defined $value;
	return "'" . $value =~ s/'/''/gr . "'::$type";
}

# Summaries of each type that samples are not, but that are possible: what is accepted of thousands of mutations.
for my $type (@summaries)
{
	my @samples = map { $_->[0] } rows_of("SELECT s::text FROM (SELECT DISTINCT ON (g, made_by) s, made_by, g FROM cx_query.\"stored_$type\" WHERE g < 4 AND length(s::text) < 20000) AS x ORDER BY made_by, g");
	my @mutants = map { mutate(pick(@samples)) } 1 .. 400;
	my @accepted = uniq map { $_->[0] } rows_of("SELECT cx_query.accepted('$type', ARRAY[" . join(', ', map { literal('text', $_) } @mutants) . '])');
	@samples = grep { length $_ < 2000 } @samples;
	$values{$type} = [ (grep { length $_ < 5000 } (shuffle @accepted)[ 0 .. min(60, $#accepted) ]), @samples[ 0 .. min(10, $#samples) ] ];
	cmp_ok(scalar @{ $values{$type} }, '>', 5, "$type has values");
	my @texts = (pick(@samples), pick(@{ $values{$type} }), map { mutate(pick(@{ $values{$type} })) } 1 .. 4);
	push @{ $values{$_} }, @texts for qw(json jsonb cstring);
}
push @{ $values{cstring} }, '', '{', '{"n": 0}';
push @{ $values{$_} }, '{"n": 0}', '{}', '[]', 'null', '1' for qw(json jsonb);
$values{$_} = [ map { $_->[0] } rows_of("SELECT cx_query.accepted('$_', ARRAY[" . join(', ', map { literal('text', $_) } @{ $values{$_} }) . '])') ] for qw(json jsonb);

# A value of a composite type is put together of its columns.
my %columns;
push @{ $columns{ $_->[0] } }, $_->[1] for rows_of(<<"END");
SELECT t.oid::regtype, atttypid::regtype FROM pg_attribute JOIN pg_type AS t ON attrelid = typrelid AND attnum > 0 $members 'pg_type'::regclass AND d.objid = t.oid ORDER BY t.oid::regtype::text, attnum
END

my %no_values;

# An expression of a type, without columns.
sub value
{
	my ($type, $depth, $argument, $function) = @_;

	return literal($type, undef) if chance(0.04);
	if ($columns{$type} && chance(0.5))
	{
		return 'ROW(' . join(', ', map { value($_, 0) } @{ $columns{$type} }) . ")::$type";
	}
	if ($is_summary{$type})
	{
		my $stored = "cx_query.\"stored_$type\"";
		return "(SELECT s FROM $stored WHERE i = " . int(rand 40) . ')' if chance(0.3);
		return "(SELECT rollup(s) FROM $stored WHERE g BETWEEN " . int(rand 4) . ' AND ' . int(rand 7) . (chance(0.7) ? " AND made_by = (SELECT min(made_by) FROM $stored)" : '') . ')' if chance(0.15);
	}
	if ($depth > 0 && chance(0.4))
	{
		my @makers = grep { $_->{kind} eq 'f' && !$_->{set} && $_->{result} eq $type && $_->{name} !~ /_(in|accum|inverse)$/ } @functions;
		return call(pick(@makers), $depth - 1) if @makers && chance(0.6);
		my @joined = grep { $_->{result} eq $type } @operators;
		return operation(pick(@joined), $depth - 1) if @joined;
	}
	my $likely = $argument && ($likely{"$argument $type"} || $likely{$argument});
	# text and JSON that are read: of the type that is made of them
	$likely = $values{ $function->{result} } if $function && $is_summary{ $function->{result} } && $type =~ /^(cstring|jsonb?)$/;
	return literal($type, pick(@$likely)) if $likely && chance(0.6);
	if ($type eq 'text' && $function && @{ $words{ $function->{signature} } // [] } && chance(0.8))
	{
		return literal($type, pick(@{ $words{ $function->{signature} } }));
	}
	if (!$values{$type} && $type =~ /^(.*)\[\]$/)
	{
		return 'ARRAY[' . join(', ', map { value($1, $depth - 1) } 1 .. pick(0 .. 4)) . "]::$type";
	}
	if (!$values{$type})
	{
		$no_values{$type} = 1 unless $columns{$type};
		return literal($type, undef);
	}
	return literal($type, pick(@{ $values{$type} }));
}

# A call of a function whose first summary, if it takes one, is the given one. Arguments that have a default may be left out, or named.
sub call
{
	my ($function, $depth, $given, $given_type) = @_;
	my @arguments = @{ $function->{arguments} };
	my $needed = @arguments - $function->{defaults};
	my @written;

	for my $i (0 .. $#arguments)
	{
		my $argument = $arguments[$i];
		next if $i >= $needed && chance(0.3);
		my $value = defined $given && $argument->{type} eq $given_type && (!@written || chance(0.3)) ? $given : value($argument->{type}, $depth, $argument->{name}, $function);
		push @written, [ $i, $argument->{name}, $value ];
	}
	my $named = grep { $written[$_][0] != $_ } 0 .. $#written;
	return "$function->{name}(" . join(', ', map { ($named && $_->[0] >= $needed ? "$_->[1] => " : '') . $_->[2] } @written) . ')';
}

sub operation
{
	my ($operator, $depth, $given) = @_;
	my ($left, $right) = map { value($_, $depth) } @{ $operator->{types} };

	$left = $given if defined $given;
	return "($left $operator->{name} $right)";
}


# ---- Questions of a summary ----

my @plain = grep { $_->{kind} eq 'f' && !$_->{set} && $_->{name} !~ /_(accum|inverse)$/ } @functions;
my @sets = grep { $_->{kind} eq 'f' && $_->{set} } @functions;
my (%readers, %set_readers);
for my $function (@plain, @sets)
{
	my $to = $function->{set} ? \%set_readers : \%readers;
	push @{ $to->{$_} }, $function for grep { $is_summary{$_} || $columns{$_} } uniq map { $_->{type} } @{ $function->{arguments} };
}

# What is asked of an expression of a type: by functions, operators, casts and columns, one after the other.
sub question
{
	my ($expression, $type, $depth) = @_;

	for (1 .. 3)
	{
		if ($columns{$type} && chance(0.6))
		{
			return "($expression)." . pick(@{ $fields{$type} });
		}
		if ($readers{$type} && chance(0.85))
		{
			my $reader = pick(@{ $readers{$type} });
			$expression = call($reader, $depth, $expression, $type);
			$type = $reader->{result};
		}
		elsif ($is_summary{$type})
		{
			if (chance(0.5))
			{
				my $cast = pick(grep { $_->{from} eq $type } @casts) // return $expression;
				return "($expression)::$cast->{to}";
			}
			my $operator = pick(grep { $_->{types}[0] eq $type } @operators);
			$expression = operation($operator, $depth, $expression);
			$type = $operator->{result};
		}
		last unless $is_summary{$type} || $columns{$type};
		last if chance(0.2);
	}
	return $expression;
}


# ---- Queries ----

# A call of an aggregate over rows: its arguments are mostly what they should be, or have an edge in some rows.
my %aggregates = map { ($_->{signature} => $_) } grep { $_->{kind} eq 'a' } @functions;
my @aggregate_names = uniq sort map { $_->{name} } values %aggregates;

sub aggregation
{
	my $name = pick(@aggregate_names);
	my $aggregate = pick(grep { $_->{name} eq $name && $calls{ $_->{signature} } } map { $aggregates{$_} } sort keys %aggregates) // return;
	my $sample = pick(@{ $calls{ $aggregate->{signature} } });
	my @arguments;
	for my $i (0 .. $#{ $sample->{columns} })
	{
		my $column = $sample->{columns}[$i];
		my $argument = $aggregate->{arguments}[$i];
		my $choice = rand;
		$column = value($argument->{type}, 1, $argument->{name}) if $choice < 0.08;
		$column = 'CASE WHEN g = ' . int(rand 5) . ' THEN ' . value($argument->{type}, 0, $argument->{name}) . " ELSE $column END" if $choice > 0.75;
		push @arguments, $column;
	}
	my $order = chance(0.1) ? ' ORDER BY ' . pick('g', @arguments) . pick('', ' DESC', ' NULLS FIRST') : '';
	my $distinct = !$order && chance(0.1) ? 'DISTINCT ' : '';
	my $call = "$aggregate->{name}($distinct" . join(', ', @arguments) . "$order)";
	return { call => $call, plain => !$order && !$distinct, result => $aggregate->{result}, source => $sample->{source}, function => $aggregate };
}

sub rows_for
{
	my ($aggregation, $few) = @_;
	my $source = $aggregation->{source};

	return $source =~ s/^\(SELECT (.*)\) AS merged$/(SELECT $1 AND g < $few) AS merged/r if $source =~ /^\(/;
	return "(SELECT * FROM $source WHERE g < $few) AS r";
}

my @frames = ('', 'ROWS 1 PRECEDING', 'ROWS BETWEEN 2 PRECEDING AND 1 FOLLOWING', 'ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW EXCLUDE CURRENT ROW', 'RANGE BETWEEN 1 PRECEDING AND CURRENT ROW', 'GROUPS BETWEEN 1 PRECEDING AND 1 FOLLOWING EXCLUDE TIES', 'ROWS BETWEEN 3 FOLLOWING AND 5 FOLLOWING');
my @groupings = ('g', 'ROLLUP (g, g % 2)', 'CUBE (g % 2, g % 3)', 'GROUPING SETS ((g), ())', 'GROUPING SETS ((g), (g % 2), ())', 'g % 2', 'g > 100');

my %shapes = (
	call => sub {
		my $name = pick(uniq map { $_->{name} } grep { $_->{kind} eq 'f' } @functions);
		my $function = pick(grep { $_->{name} eq $name && $_->{kind} eq 'f' } @functions);
		return ($function, 'SELECT ' . ($function->{set} ? '* FROM ' : '') . call($function, 2) . ($function->{set} ? ' AS r' : ''));
	},
	operation => sub { return (undef, 'SELECT ' . operation(pick(@operators), 2)) },
	total => sub {
		my $a = aggregation();
		my $filter = chance(0.15) ? ' FILTER (WHERE g ' . pick('= 1', '> 100', 'IS NULL', '<> 0') . ')' : '';
		return ($a->{function}, 'SELECT ' . question("$a->{call}$filter", $a->{result}, 1) . ' FROM ' . rows_for($a, pick(0, 1, 2, 3, 10)));
	},
	groups => sub {
		my $a = aggregation();
		my $asked = question($a->{call}, $a->{result}, 0);
		return ($a->{function}, "SELECT $asked FROM " . rows_for($a, pick(1, 3, 5)) . ' GROUP BY ' . pick(@groupings) . (chance(0.2) ? " HAVING $a->{call} IS NOT NULL" : '') . (chance(0.2) ? ' ORDER BY count(*) DESC' : ''));
	},
	window => sub {
		my $a = aggregation();
		$a = aggregation() until $a->{plain};
		my $window = 'OVER (' . pick('', 'PARTITION BY g % 2 ') . 'ORDER BY g ' . pick(@frames) . ')';
		return ($a->{function}, 'SELECT ' . question("$a->{call} $window", $a->{result}, 0) . ' FROM (SELECT * FROM ' . rows_for($a, 3) . ' LIMIT ' . pick(3, 12, 40) . ') AS few');
	},
	lateral => sub {
		my $type = pick(sort keys %set_readers);
		my $function = pick(@{ $set_readers{$type} });
		my $call = call($function, 0, 's', $type);
		my $few = "(SELECT * FROM cx_query.\"stored_$type\" ORDER BY i * " . pick(1, 3, 5, 7) . ' % 31, i LIMIT ' . pick(1, 2, 5) . ') AS t';
		return ($function, "SELECT r.* FROM $few" . (chance(0.5) ? ", LATERAL $call AS r" : " LEFT JOIN LATERAL $call AS r ON true"));
	},
	merged => sub {
		my $a = aggregation();
		$a = aggregation() until $is_summary{ $a->{result} };
		return ($a->{function}, 'SELECT ' . question('rollup(x.s)', $a->{result}, 1) . " FROM (SELECT g, $a->{call} AS s FROM " . rows_for($a, pick(1, 3, 8)) . ' GROUP BY g) AS x' . (chance(0.5) ? ' GROUP BY ' . pick(map { s/g/x.g/gr } grep { !/ROLLUP|SETS|CUBE/ } @groupings) : ''));
	},
	both => sub {	# to a set, of an aggregate in the same query
		my $a = aggregation();
		$a = aggregation() until $is_summary{ $a->{result} };
		return shape_of('merged') unless $set_readers{ $a->{result} };
		my $function = pick(@{ $set_readers{ $a->{result} } });
		return ($function, 'SELECT r.* FROM (SELECT ' . "$a->{call} AS s FROM " . rows_for($a, pick(1, 3)) . ') AS x, LATERAL ' . call($function, 1, 'x.s', $a->{result}) . ' AS r');
	},
	stored => sub {
		my $type = pick(@summaries);
		my $from = "cx_query.\"stored_$type\"";
		my $where = 'made_by = (SELECT min(made_by) FROM ' . $from . ') AND g < ' . pick(4, 5, 7);
		return (undef, pick("SELECT DISTINCT s FROM $from WHERE g < 4 ORDER BY s DESC", "SELECT count(*), max(g) FROM $from GROUP BY s", "SELECT count(*) FROM $from AS a JOIN $from AS b USING (s) WHERE a.g < 4",
			'SELECT ' . question('s', $type, 1) . " FROM $from WHERE $where", 'SELECT ' . question('rollup(s)', $type, 1) . " FROM $from WHERE $where GROUP BY " . pick(@groupings),
			'SELECT ' . question('rollup(s) OVER (ORDER BY g ' . pick(@frames) . ')', $type, 0) . " FROM $from WHERE $where AND g < 4",
			"SELECT array_agg(s ORDER BY i), jsonb_agg(s), to_json(s) FROM $from WHERE $where AND g < 2 GROUP BY s", "SELECT s IN (SELECT s FROM $from) FROM $from WHERE $where AND g < 4", "SELECT r.* FROM $from AS r WHERE r.s >= " . value($type, 1)));
	},
	round_trip => sub {
		my $type = pick(@summaries);
		my $made = value($type, 2);
		my $way = pick('x.s::text::T', 'x.s::json::T', 'x.s::jsonb::T', 'x.s::json::jsonb::T', '(x.s + rollup_of.nothing)', '(rollup_of.nothing + x.s)') =~ s/\bT\b/$type/r;
		return (undef, "/* holds */ SELECT $way = x.s FROM (SELECT $made AS s) AS x, (SELECT rollup(NULL::$type) AS nothing) AS rollup_of WHERE x.s IS NOT NULL");
	});
# and how often each is asked
my @shapes = ((map { ($_) x 5 } qw(call total groups)), (map { ($_) x 3 } qw(window merged lateral stored)), qw(both both operation round_trip));

sub shape_of { return $shapes{ $_[0] }->() }

my @queries;
while (@queries < $wanted)
{
	my $shape = pick(@shapes);
	my ($function, $sql) = shape_of($shape);
	push @queries, { shape => $shape, of => $function ? $function->{name} : $shape, sql => $sql } if length $sql < 100_000;
}


# ---- Answers ----

# Runs queries in one session, those of a batch in one statement. Returns whether the session lived.
sub ask
{
	my (@batch) = @_;

	my $script = 'SELECT * FROM cx_query.run(ARRAY[' . join(",\n", map { "\$query\$$_->{sql}\$query\$" } @batch) . "]);\n";
	my $plans = join '', map { "SET $_;\n" } "statement_timeout = '300 s'", pick('enable_hashagg = off', 'enable_sort = off', "work_mem = '64kB'", 'enable_material = off');
	my ($status, $output, $errors) = psql_file("$plans$script");
	for my $row (fields($output))
	{
		my ($number, @result) = @$row;
		@{ $batch[ $number - 1 ] }{qw(state milliseconds detail)} = @result;
	}
	return $status ? $errors : '';
}

# what would be found if it were there
my @known = map { { sql => $_ } } "SELECT 'NaN'::float8, 1", '/* holds */ SELECT false', 'SELECT 1 / 0', "SELECT count(*) FROM pg_get_keywords() WHERE pg_relation_filepath('pg_class') IS NOT NULL", 'SELECT NULL, NULL', 'SELECT no_such_function()';
ask(@known);
is(join(' ', map { $_->{state} } @known), 'undefined false 22012 answer null 42883', 'answers and errors are told apart');

for (my $i = 0; $i < @queries; $i += 500)
{
	my @batch = @queries[ $i .. min($i + 499, $#queries) ];
	my $died = ask(@batch) or next;
	# one by one, to know which it was
	for my $query (@batch)
	{
		my $errors;
		for (1 .. 40)
		{
			$errors = ask($query);
			last unless $errors =~ /recovery mode|starting up|could not connect|shutting down/;
			select undef, undef, undef, 0.25;
		}
		@{$query}{qw(state detail)} = ('crash', $errors =~ s/\s+/ /gr) if $errors;
	}
	diag("a batch of queries did not come to its end: $died");
}

sub none_of
{
	my ($name, @wrong) = @_;

	my %seen;
	my @examples = grep { !$seen{"$_->{of} " . ($_->{detail} // '')}++ } @wrong;
	ok(!@wrong, $name) or diag(join "\n", scalar(@wrong) . ' are wrong:', map { substr("$_->{sql};", 0, 3000) . "\n\t" . join ' ', map { $_ // '' } @{$_}{qw(state milliseconds detail)} } @examples[ 0 .. min(20, $#examples) ]);
	return;
}

my %states;
$states{ $_->{state} // 'none' }++ for @queries;
diag(join ', ', map { "$_: $states{$_}" } sort { $states{$b} <=> $states{$a} } keys %states);
my ($slowest) = sort { ($b->{milliseconds} // 0) <=> ($a->{milliseconds} // 0) } @queries;
diag("slowest, $slowest->{milliseconds} ms: " . substr $slowest->{sql}, 0, 200);
none_of('no query ends the server', grep { ($_->{state} // 'crash') eq 'crash' } @queries);
# 22: the data or the arguments are wrong; 54: there is too much of it
none_of('errors blame the data', grep { ($_->{state} // '') =~ /^[0-9A-Z]{5}$/ && $_->{state} !~ /^(22|54)/ } @queries);
none_of('nothing is NaN or infinite', grep { ($_->{state} // '') eq 'undefined' } @queries);
none_of('a summary is the same by way of text, JSON, and + nothing', grep { ($_->{state} // '') eq 'false' } @queries);
none_of("none takes longer than $longest ms", grep { ($_->{milliseconds} // 0) > $longest } @queries);
is(join(', ', sort keys %no_values), '', 'for every type of argument there are values to try');

# How much of the catalog was reached, in answers
my %answered = map { ($_ => 1) } map { $_->{sql} =~ /\b(\w+)\(/g } grep { ($_->{state} // '') eq 'answer' } @queries;
my @silent = grep { !$answered{$_} } uniq sort map { $_->{name} } @functions;
diag('no answer yet of: ' . join ' ', @silent) if @silent;
cmp_ok(scalar @silent, '<', 0.2 * uniq(sort map { $_->{name} } @functions), 'four functions of five have answered');
cmp_ok($states{answer} // 0, '>', 0.4 * @queries, 'many of the queries have an answer');

my $log = do { local (@ARGV, $/) = "$server->{environment}{CX_DATA}/log"; <> };
unlike($log, qr/terminated by|PANIC|^XX|Assert/m, 'the server never crashed');

done_testing();
