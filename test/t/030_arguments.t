# Every function and every aggregate of the extension, as the catalog lists them,
# with extreme arguments of each type in all kinds of combinations: a value or an
# error that blames the data, never NaN or an infinity, never the end of the server.

use strict;
use warnings;
use Cwd 'abs_path';
use File::Basename 'dirname';
use Test::More;
use CxServer;

srand(20240229);	# the same calls every time

my $server = CxServer->new('arguments', log_line_prefix => '%e ');
my $db = $server->createdb('arguments');
$server->psql($db, 'CREATE EXTENSION cx_metrics');

# cx_test: extreme summaries of each type, and where each figure must lie
$server->run_ok('psql', '-XAtq', '-v', 'ON_ERROR_STOP=1', '-v', 'included=1', '-d', $db, '-f', abs_path(dirname(__FILE__) . '/../pgtap/accessors.sql'));

sub shuffle
{
	my (@list) = @_;

	for my $i (reverse 1 .. $#list)
	{
		my $j = int rand $i + 1;
		@list[ $i, $j ] = @list[ $j, $i ];
	}
	return @list;
}


# ---- Values ----

my @eleven = (
	'{0,0,0,0,0,0,0,0,0,0,0}', '{1,0,0,0,0,0,0,0,0,0,1}', '{0,0,0,0,0,0,0,0,0,0,2147483647}', '{1,2,3,4,5,6,7,8,9,10,11}', '{1,NULL,3,4,5,6,7,8,9,10,11}', '{1,-2,3,4,5,6,7,8,9,10,11}',
	'[5:15]={1,2,3,4,5,6,7,8,9,10,11}', '{}', '{1}', '{1,2}', '{1,2,3,4,5}', '{1,2,3,4,5,6,7,8,9,10,11,12}', '{{1,2,3,4,5,6,7,8,9,10,11}}', '{{1,2},{3,4}}');
my @bigs = ('{9223372036854775807,0,0,0,0,0,0,0,0,0,0}', '{9223372036854775807,0,0,0,0,0,0,0,0,0,1}', '{9223372036854775807,9223372036854775807}', '{0,9223372036854775807,0,0,0}', '{-9223372036854775808,1,1}');
my @json = ('{}', '[]', 'null', '1', '"x"', '{"n": 0}', '{"n": null}', '{"n": 0, "nps": null}', '{"n": 0, "nps": 5}', '{"n": 1}', '[{"n": 0}]');
my %values = (
	smallint => [qw(0 -1 1 5 10 11 32767 -32768)],
	integer => [qw(0 -1 1 2 5 7 10 11 12 255 256 257 2147483647 -2147483648)],
	bigint => [qw(0 -1 1 2 10 11 4294967306 1000000000000 9223372036854775807 -9223372036854775808)],
	'double precision' => [
		qw(0 -0 1 -1 0.5 0.95 0.9999999999999999 5e-324 1e-320 1e-200 1e-100 1e-16 7.5 10 11 33 100 -100 200 2147483648 1e100 1.1e100 1e308 -1e308 NaN Infinity -Infinity)
	],
	numeric => [qw(0 -0.0 1 -1 5 10 10.000 7.5 11 0.1 10000 10001 1e100 1e1000 1e-1000 9223372036854775808 -9223372036854775809 NaN Infinity -Infinity)],
	'double precision[]' => [ '{}', '{0.5}', '{0,1,0.5,1e-300,0.04}', '{0.1,NULL,0.2}', '{NULL}', '{{0.1,0.2},{0.3,0.4}}', '[5:6]={0.01,0.5}', '{-1e-300}', '{1.1}', '{NaN}', '{Infinity}' ],
	text => [ 'BH', 'hommel', 'wald', 'adjusted_wald', 'score', 'wilson', 'clopper_pearson', '', 'Wald', 'wald ', 'x' x 3000 ],
	'text[]' => [ '{}', '{NULL}', '{all}', '{western_electric_1,nelson_8}', '{1,2,3,4}', '{"",x}', '{{a,b},{c,d}}' ],
	boolean => [qw(true false)],
	uuid => [ '00000000-0000-0000-0000-000000000000', 'ffffffff-ffff-ffff-ffff-ffffffffffff' ],
	date => [qw(2024-02-29 2024-03-01 2024-03-31 1999-12-31 4713-11-24BC 5874897-12-31 infinity -infinity)],
	'timestamp without time zone' => [ '2024-03-01', '2024-02-29 12:00', '1999-12-31', '4713-11-24 BC', '294276-12-31', 'infinity', '-infinity' ],
	'timestamp with time zone' => [ '2024-03-01', '2024-02-29 12:00', '1999-12-31', '294276-12-31', 'infinity', '-infinity' ],
	cx_test => [ '(,,,,,,)', '(1,1,1,,0.01,0.5,2)', '(-1,1,-1,5,0.01,-2,-0.5)', '(0,0,NaN,NaN,NaN,NaN,NaN)', '(1,1,1,1,-Infinity,1,Infinity)', '(1e308,1e308,1e308,1e308,1e308,1e308,1e308)' ],
	'bigint[]' => [ @eleven, @bigs ],
	'integer[]' => \@eleven,
	'numeric[]' => [ @eleven, @bigs, '{1.5,1}', '{NaN,1}', '{Infinity,1}', '{1e100,1}', '{1.000,2e0}', '{-0.0,0}' ],
	json => [@json],
	jsonb => [@json],
	cstring => [ @json, '', '{', '{"n": 1e999}', '{"n": 99999999999999999999}' ]);
for my $type (split /\n/, $server->psql($db, "SELECT DISTINCT type FROM cx_test.edges ORDER BY 1"))
{
	my @edges = split /\n/, $server->psql($db, "SELECT DISTINCT s COLLATE \"C\" FROM cx_test.edges WHERE type = '$type' ORDER BY 1");
	$values{$type} = [ '{"n": 0}', @edges ];
	push @{ $values{$_} }, (shuffle(@edges))[ 0 .. 20 ] for qw(json jsonb cstring);
}

# What arguments of these names are given more often than not, or all would fail.
my %likely = (
	level => [qw(5e-324 1e-16 0.5 0.95 0.9999 0.9999999999999999)],
	target => [qw(-100 0 1 2 50 100)],
	margin => [qw(1e-320 1e-200 1e-16 0.01 5 200)],
	population => [qw(1 1000000000000 9223372036854775807)],
	(map { $_ => [qw(1 2)] } qw(score before_score after_score boxes)),
	scale => [qw(2 5 7 11)],
	probability => [qw(0 1e-16 0.5 1)],
	correlation => [qw(0 0.3)],
	'p double precision' => [qw(0 1e-300 0.04 0.5 1)],
	q => [qw(0.05 0.5 0.999)],
	weight => [qw(0 0.1 3 1e-100 1e100)],
	season => [qw(2 3 4 7 12 52 60)],
	seasonal_window => [qw(7 13 99999)],
	horizon => [qw(1 2 12 10000)],
	model => [qw(auto ANN AAA)],
	responses => [qw(0 1 1000 9223372036854775807)],
	'period text' => [qw(day week month quarter year)]);

sub literal
{
	my ($type, $value) = @_;

	return "NULL::$type" unless defined $value;
	return "'" . $value =~ s/'/''/gr . "'::$type";
}

sub array_of
{
	my (@values) = @_;

	return '{' . join(',', map { defined $_ ? '"' . s/(["\\])/\\$1/gr . '"' : 'NULL' } @values) . '}';
}


# ---- Calls ----

sub write_script
{
	my ($script) = @_;

	my $file = $server->dir . '/script';
	open my $out, '>', $file or die $!;
	print $out $script;
	close $out or die $!;
	return $file;
}

sub one_of
{
	my ($argument) = @_;

	my $choice = rand;
	return undef if $choice < 0.04;
	my $values = $choice < 0.7 && ($likely{"$argument->{name} $argument->{type}"} || $likely{ $argument->{name} }) || $values{ $argument->{type} };
	return $values->[ int rand @$values ];
}

# Up to this many of the possible combinations of arguments, NULL among them.
sub combinations
{
	my ($most, @arguments) = @_;

	my $all = 1;
	$all *= 1 + @{ $values{ $_->{type} } } for @arguments;
	return map { [ map { literal($_->{type}, one_of($_)) } @arguments ] } 1 .. $most if $all > $most;

	my @chosen = ([]);
	for my $type (map { $_->{type} } @arguments)
	{
		@chosen = map { my $before = $_; map { [ @$before, literal($type, $_) ] } undef, @{ $values{$type} } } @chosen;
	}
	return @chosen;
}

my @functions = map {
	my ($name, $kind, $set, $result, @arguments) = split /\|/;
	{ name => $name, kind => $kind, set => $set eq 't', result => $result, arguments => [ map { /^(.*?):(.*)/ ? { name => $1, type => $2 } : () } @arguments ] }
} split /\n/, $server->psql($db, <<'END');
SELECT proname, prokind, proretset, prorettype::regtype, (SELECT string_agg(coalesce(proargnames[i], '') || ':' || t::regtype, '|' ORDER BY i) FROM unnest(proargtypes) WITH ORDINALITY AS x (t, i))
FROM pg_depend d JOIN pg_proc p ON p.oid = d.objid AND d.classid = 'pg_proc'::regclass JOIN pg_extension e ON e.oid = d.refobjid AND d.refclassid = 'pg_extension'::regclass
WHERE extname = 'cx_metrics'
ORDER BY proname, p.oid::regprocedure::text COLLATE "C"
END
# only the server itself can call those (see 010_fuzz_binary.t)
@functions = grep { !grep { $_->{type} eq 'internal' } @{ $_->{arguments} } } @functions;
cmp_ok(scalar(grep { $_->{kind} eq 'f' } @functions), '>', 250, 'there are hundreds of functions');
cmp_ok(scalar(grep { $_->{kind} eq 'a' } @functions), '>', 50, 'and dozens of aggregates');

# Summaries of types that accessors.sql knows nothing of are made by their own aggregates, of whatever these take.
my %made;
for my $type (split /\n/, $server->psql($db, "SELECT objid::regtype FROM pg_depend d JOIN pg_extension e ON e.oid = d.refobjid AND extname = 'cx_metrics' JOIN pg_type t ON t.oid = objid AND d.classid = 'pg_type'::regclass WHERE typtype = 'b' AND typcategory <> 'A' ORDER BY 1"))
{
	next if $values{$type};
	$made{$type} = 1;
	my $script = "\\set VERBOSITY sqlstate\n";
	for my $aggregate (grep { $_->{kind} eq 'a' && $_->{result} eq $type && !grep { $_->{type} eq $type } @{ $_->{arguments} } } @functions)
	{
		for my $row (combinations(40, @{ $aggregate->{arguments} }))
		{
			$script .= "SELECT $aggregate->{name}(" . join(', ', @$row) . ") FROM generate_series(1, " . (1 + int rand 3) . ");\n";
		}
	}
	my ($status, $output) = $server->run('psql', '-XAtq', '-d', $db, '-f', write_script($script));
	my %seen;
	$values{$type} = [ '{"n": 0}', (grep { length && !$seen{$_}++ } split /\n/, $output)[ 0 .. 40 ] ];
	@{ $values{$type} } = grep { defined } @{ $values{$type} };
	note("$type: " . @{ $values{$type} } . ' summaries');
	$values{"$type\[]"} = [ '{}', '{NULL}', map { array_of((shuffle(@{ $values{$type} }))[ 0 .. $_ % 5 ]) } 1 .. 20 ];
}
my %unknown = map { ($_ => 1) } grep { !$values{$_} } map { $_->{type} } map { @{ $_->{arguments} } } @functions;
is(join(', ', sort keys %unknown), '', 'for every type of argument there are values to try');

my @calls;
for my $function (@functions)
{
	my ($name, @arguments) = ($function->{name}, @{ $function->{arguments} });
	if ($function->{kind} eq 'f')
	{
		my $step = $name =~ /_(accum|inverse)$/;
		my $result = $function->{set} ? "(SELECT string_agg(r::text, ' ') FROM %s AS r)" : '%s::text';
		push @calls, map { { of => $name, sql => sprintf $result, "$name(" . join(', ', @$_) . ')' } } combinations($step ? 12 : 60, @arguments);
	}
	else
	{
		# over three rows, of which some are alike, and over a window that moves on by one
		for my $values (combinations($function->{kind} eq 'w' ? 200 : 7, @arguments, @arguments))
		{
			my @one = @$values[ 0 .. $#arguments ];
			my @other = @$values[ @arguments .. $#$values ];
			my @columns = map { "x$_" } 0 .. $#arguments;
			my $from = 'FROM (VALUES ' . join(', ', map { '(' . join(', ', @$_) . ')' } [ 1, @one ], [ 2, @one ], [ 3, @other ]) . ') AS v (' . join(', ', 'i', @columns) . ')';
			my $call = "$name(" . join(', ', @columns) . ')';
			push @calls, { of => $name, sql => "(SELECT $call\::text $from)" } if $function->{kind} eq 'a';
			push @calls, { of => $name, sql => "(SELECT string_agg(r, ' ') FROM (SELECT $call OVER (ORDER BY i ROWS 1 PRECEDING)::text AS r $from) y)" };
		}
	}
}
cmp_ok(scalar @calls, '>', 15000, 'there are thousands of calls');

my $script = "\\set VERBOSITY sqlstate\n" . join '', map { "SELECT $_, cx_test.possible('$calls[$_]{of}', r), r FROM (SELECT $calls[$_]{sql} AS r) x;\n" } 0 .. $#calls;
my ($status, $output, $errors) = $server->run('psql', '-XAtq', '-d', $db, '-f', write_script($script));
is($status, 0, scalar(@calls) . ' calls, one after the other, do not end the session');

my %states;
while ($errors =~ /^psql:[^\n]*script:(\d+): (?:ERROR|FATAL|PANIC):\s+(\w+)$/mg)
{
	$calls[ $1 - 2 ]{state} = $2;
	$states{$2}++;
}
for my $line (split /\n/, $output)
{
	my ($i, $possible, $result) = split /\|/, $line, 3;
	@{ $calls[$i] }{qw(possible result)} = ($possible, $result);
}

sub none_of
{
	my ($name, @wrong) = @_;

	my %seen;
	my @examples = grep { !$seen{ $_->{of} }++ } @wrong;
	ok(!@wrong, $name) or diag(join "\n", scalar(@wrong) . ' are wrong:', map { substr("SELECT $_->{sql};", 0, 1500) . "\n\t" . ($_->{state} // $_->{result} // 'no answer') } @examples[ 0 .. (@examples > 12 ? 11 : $#examples) ]);
	return;
}

note(join ', ', scalar(grep { defined $_->{result} } @calls) . ' results', map { "$states{$_} times $_" } sort keys %states);
none_of('each gives a result or an error', grep { !defined $_->{state} && !defined $_->{result} } @calls);
# 22: the data or the arguments are wrong; 54: there is too much of it
none_of('errors blame the data', grep { defined $_->{state} && $_->{state} !~ /^(22|54)/ } @calls);
none_of('no result is NaN or infinite', grep { defined $_->{result} && $_->{result} =~ /nan|infinity/i } @calls);
none_of('no result is off its scale', grep { defined $_->{result} && $_->{possible} ne 't' && $_->{result} !~ /nan|infinity/i } @calls);
my %answered = map { ($_->{of} => 1) } grep { defined $_->{result} && $_->{result} ne '' } @calls;
# but for taking one summary out of another, which is rarely a part of it, and for summaries made by chance
is(join(' ', grep { !$answered{$_} && !/_(minus|combine_inverse)$/ } map { $_->{name} } grep { !grep { $made{$_} } $_->{result}, map { $_->{type} } @{ $_->{arguments} } } @functions), '', 'every function has had arguments that it likes');

is($server->psql($db, 'SELECT nps(10)'), '100', 'the server answers');
my $log = do { local (@ARGV, $/) = "$server->{environment}{CX_DATA}/log"; <> };
unlike($log, qr/terminated by|PANIC|^XX|Assert/m, 'and never crashed');

done_testing();
