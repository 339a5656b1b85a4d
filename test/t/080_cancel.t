# Ctrl-C works: whatever is being computed, the server stops within a second of
# being asked to. Each function that reads a summary runs in an endless query over
# the samples of its type, each aggregate over endless rows, until they are cancelled.

use strict;
use warnings;
use Test::More;
use CxServer;

my $server = CxServer->new('cancel');
my $db = $server->create_samples('cancel');
my $timeout = 40;	# ms; enough to be in the middle of a long call

# The longest there are: summaries that take the most work.
$server->psql($db, <<'END_SQL');
INSERT INTO cx_sample.stored_risk_summary
SELECT 'longest', i, (SELECT risk_agg(250 + n % 5, 0.001 * (n % 900 + 50), 0.3) FROM generate_series(1, 256) AS n) FROM generate_series(1, 20) AS i;
END_SQL
my @longest = (
	'SELECT loss_shortfall(s, 0.99) FROM cx_sample.stored_risk_summary, endless WHERE made_by = \'longest\'',
	'SELECT survival_curve(survival_agg(i, true)) FROM generate_series(1, 1000000) AS i, endless WHERE endless < 3',
	'SELECT logrank_test(array_agg(s)) FROM (SELECT i % 500, survival_agg(i % 1009, i % 3 > 0) AS s FROM generate_series(1, 100000) AS i GROUP BY 1) AS x, endless',
	'SELECT p_adjust(array_agg(random()), \'BH\') FROM generate_series(1, 20000000)');

# What arguments without a default are given.
my %given = map { split /\t/ } split /\n/, $server->psql($db, q{SELECT argument || E'\t' || value FROM cx_sample.given});

my %type = map { $_ => 1 } split /\n/, $server->psql($db, 'SELECT type FROM cx_sample.summary');
my @functions = split /\n/, $server->psql($db, <<'END_SQL');
SELECT p.oid::regprocedure || E'\t' || proname || (SELECT string_agg(E'\t' || coalesce(proargnames[i], '') || ':' || type::regtype, '' ORDER BY i)
	FROM unnest(proargtypes) WITH ORDINALITY AS x (type, i) WHERE i <= pronargs - pronargdefaults)
FROM pg_proc AS p JOIN pg_depend AS d ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid
	JOIN pg_extension AS e ON d.refclassid = 'pg_extension'::regclass AND e.oid = d.refobjid AND extname = 'cx_metrics'
WHERE prokind = 'f' AND proargtypes::oid[] && (SELECT array_agg(type::regtype::oid) FROM cx_sample.summary)
	AND p.oid NOT IN (SELECT unnest(ARRAY[aggtransfn, aggminvtransfn]) FROM pg_aggregate) ORDER BY 1
END_SQL
my (@queries, @unknown);
for my $function (@functions)
{
	my ($signature, $name, @arguments) = split /\t/, $function;
	my ($type) = grep { $type{$_} } map { /:(.*)/ } @arguments;
	next unless $type;	# a guess that may be left out, for a sample size
	my @values = map { my ($argument, $of) = /(.*?):(.*)/; $type{$of} ? 's' : $given{$argument} // $given{$of} // do { push @unknown, "$argument of $signature"; 'NULL' } } @arguments;
	push @queries, [ $signature, "SELECT count(x) FROM cx_sample.stored_$type, endless, LATERAL $name(" . join(', ', @values) . ') AS x WHERE s IS NOT NULL' ];
}
is("@unknown", '', 'there is a value for every argument');
# A series ends by itself, after 100,000 rows at most.
push @queries, map { [ (split /\t/)[ 0, 1 ] ] } split /\n/, $server->psql($db, q{SELECT DISTINCT ON (name) aggregate || E'\t' || format('SELECT (%s)::text FROM %s, endless', call, source) FROM cx_sample.aggregate WHERE result <> 'trend_summary' ORDER BY name, aggregate});
push @queries, map { [ $_, $_ ] } @longest;

my $script = join "\n", "SET statement_timeout = $timeout;", '\timing on', map { s/\bendless\b/generate_series(1, 1000000000) AS endless/r . ';' } map { $_->[1] } @queries;
my ($output, $errors) = $server->script($db, $script);
my @times = $output =~ /^Time: ([\d.]+) ms/mg;
my %said;
push @{ $said{ $1 - 2 } }, $2 while $errors =~ /^psql:\S+?:(\d+): ERROR:  (.*)/mg;
is(scalar @times, scalar @queries, 'each query was timed');
for my $i (0 .. $#queries)
{
	is($said{ $i + 1 }[0], 'canceling statement due to statement timeout', "$queries[$i][0] is cancelled");
	cmp_ok($times[$i], '<', $timeout + 1000, "$queries[$i][0]: within a second");
}
like($server->psql($db, 'SELECT nps(9)'), qr/^100$/, 'and the server goes on');

done_testing();
