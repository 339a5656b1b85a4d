# Every aggregate of the catalog: a plan with parallel workers is possible, and
# gives the answer of the serial one. Counts and money to the last digit, sums of
# double precision to 1e-12. As distributed servers merge partial results in the
# same way, the rules that make that possible are checked here as well.

use strict;
use warnings;
use Test::More;
use CxAnswer qw(same);
use CxServer;

my $server = CxServer->new('aggregates');
my $db = $server->create_samples('aggregates');

# ---- Rules, read from the catalog ----

my %rules = (
	'an aggregate has a combine function, and is parallel safe' => "aggcombinefn = 0 OR proparallel <> 's'",
	'its state is a concrete type that can be sent as text' => "aggtranstype = 'internal'::regtype OR typtype <> 'b'",
	'nothing is polymorphic' => "EXISTS (SELECT FROM unnest(ARRAY[aggtranstype::oid, prorettype] || proargtypes::oid[]) AS x (type) JOIN pg_type AS a ON a.oid = type WHERE a.typtype = 'p')",
	'the first state is there, and is the identity' => "agginitval IS DISTINCT FROM '{\"n\": 0}'",
	'its arguments are positional: no defaults, no VARIADIC' => "pronargdefaults > 0 OR provariadic <> 0 OR aggkind <> 'n'",
	'the final function changes nothing' => "aggfinalmodify <> 'r' AND aggfinalfn <> 0",
	'its name is not one that Citus takes for another' => "proname ~ '^(avg|sum|min|max|count|any_value|every|(array|json|jsonb|json_object|jsonb_object)_agg|(bit|bool)_(and|or)|(hll|topn)_(add|union)_agg|stddev.*|var.*|tdigest.*)\$'");
for my $rule (sort keys %rules)
{
	is($server->psql($db, "SELECT DISTINCT aggregate FROM cx_sample.aggregate JOIN pg_aggregate ON aggfnoid = aggregate::regprocedure JOIN pg_proc AS p ON p.oid = aggfnoid JOIN pg_type AS t ON t.oid = aggtranstype WHERE $rules{$rule}"), '', $rule);
}

# ---- Answers ----

ok(same('{"a": 1, "w": 0.3, "w_low": 1e-17}', '{"a": 1, "w": 0.30000000000000004, "w_low": -2e-17}'), 'what is compared may differ in the last bits of sums');
ok(!same('{"a": 1}', '{"a": 2}') && !same('{"a": 0.5}', '{"a": 0.50000000001}') && !same('{"a": 1}', '{"b": 1}') && !same('1', ''), 'and in nothing else');

my @calls = map { [ split /\t/ ] } split /\n/, $server->psql($db, "SELECT concat_ws(E'\\t', aggregate, call, source) FROM cx_sample.aggregate ORDER BY aggregate, source");

# Each is called over all rows, and over the rows of each group; the answers in one line, parted by tabs.
my @queries = map {
	my (undef, $call, $source) = @$_;
	(   "SELECT coalesce(($call)::text, '') FROM $source",
		"SELECT string_agg(answer, E'\\t' ORDER BY g) FROM (SELECT g < 20 AS g, coalesce(($call)::text, '') AS answer FROM $source GROUP BY g < 20) AS x")
} @calls;
my @parallel = map { "SET $_;" } 'parallel_setup_cost = 0', 'parallel_tuple_cost = 0', 'min_parallel_table_scan_size = 0', 'max_parallel_workers_per_gather = 2', 'parallel_leader_participation = off';

# The answers of all queries, one a line; and for each the plan, in one line.
sub answers_of
{
	my ($first, @statements) = @_;

	my ($output, $errors) = $server->script($db, join "\n", @$first, map { "$_;" } @statements);
	die $errors if $errors;
	return split /\n/, $output, -1;
}
my @serial = answers_of([ 'SET max_parallel_workers_per_gather = 0;' ], @queries);
my @answers = answers_of(\@parallel, @queries);
my $plans = join "\n", answers_of(\@parallel, map { ("\\echo next", "EXPLAIN (COSTS off) $_") } @queries);
my (undef, @plans) = split /^next;?\n/m, $plans;
is(scalar @plans, scalar @queries, 'as many plans as queries');

my (%unplanned, %different);
for my $i (0 .. $#queries)
{
	my ($name) = @{ $calls[ int $i / 2 ] };
	$unplanned{$name} = "$queries[$i]\n$plans[$i]" unless $plans[$i] =~ /Finalize .*Gather.*Partial /s;
	my @one = split /\t/, $serial[$i], -1;
	my @other = split /\t/, $answers[$i], -1;
	my @wrong = grep { !same($one[$_], $other[$_] // '') } 0 .. $#one;
	$different{$name} = "$queries[$i]\nserial:   $one[$wrong[0]]\nparallel: $other[$wrong[0]]" if @wrong || @one != @other;
}
my %names = map { $_->[0] => 1 } @calls;
is(scalar keys %names, $server->psql($db, "SELECT count(*) FROM pg_aggregate JOIN pg_depend ON classid = 'pg_proc'::regclass AND objid = aggfnoid AND deptype = 'e' JOIN pg_extension AS e ON e.oid = refobjid AND extname = 'cx_metrics'"), 'every aggregate is called');
for my $name (sort keys %names)
{
	ok(!$unplanned{$name}, "$name: the plan is partial and parallel") or diag($unplanned{$name});
	ok(!$different{$name}, "$name: the same answer") or diag($different{$name});
}

done_testing();
