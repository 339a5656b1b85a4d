# The same answers whatever the plan: parallel workers, partitions, hashing that
# spills to disk, cursors, prepared statements, aggregates of one's own.

use strict;
use warnings;
use Test::More;
use CxServer;

my $server = CxServer->new('plans', log_line_prefix => '%e ', max_parallel_workers_per_gather => 4);
my $db = $server->createdb('plans');

# 36,000 answers of 200 groups in partitions; the weights are eighths, so that their sums are exact in any order
$server->psql($db, [ <<'END', 'ANALYZE answer' ]);
CREATE EXTENSION cx_metrics;
CREATE TABLE answer (id int, part int, grp int, score smallint, later numeric, weight float8, odd_weight float8, times bigint) PARTITION BY LIST (part);
CREATE TABLE answer_0 PARTITION OF answer FOR VALUES IN (0);
CREATE TABLE answer_1 PARTITION OF answer FOR VALUES IN (1);
CREATE TABLE answer_2 PARTITION OF answer FOR VALUES IN (2);
INSERT INTO answer
SELECT i, i % 3, (h >> 8 & 1023) % 200, CASE WHEN h & 15 > 0 THEN (h >> 20 & 1023) % 11 END, (h >> 30 & 1023) % 11, (h >> 40 & 31) / 8.0, 0.1 * (h >> 40 & 31), h >> 45 & 7
FROM generate_series(1, 36000) AS i, LATERAL (SELECT hashint8extended(i, 1) & x'7fffffffffffffff'::bigint) AS x (h);
END

# everything that can be asked of the answers in one pass, as text: floats to the last digit
my $aggregates = join ', ', map { "($_)::text" } (
	'nps(score)', 'nps_agg(score)', 'nps_agg(later)', 'nps_weighted(score, weight)', 'nps_weighted_agg(score, weight)', 'nps_counts_agg(score, times)', 'nps_counts_agg(score, times * 700000000)', 'nps_paired_agg(score::int, later::int)',
	'csat(score + 1, 11)', 'csat_agg(score + 1, 11, 4)', 'csat_weighted_agg(score % 5 + 1, weight)', 'csat_counts_agg(score::float8 + 1, times, 11)',
	'ces(score::bigint % 7 + 1)', 'ces_agg(score % 5 + 1, 5, true)', 'ces_weighted_agg(score % 7 + 1, weight, 7)', 'ces_counts_agg(score % 7 + 1, times)', 'nps_agg(DISTINCT score)', 'nps_agg(score) FILTER (WHERE weight > 2)');
(my $mergeable = $aggregates) =~ s/, \(nps_agg\(DISTINCT score\)\)::text//;	# which has no partial form
my %queries = (
	'the whole' => "SELECT $mergeable FROM answer",
	'groups' => "SELECT grp, $mergeable FROM answer GROUP BY grp ORDER BY grp",
	'grouping sets' => "SELECT part, grp, $aggregates FROM answer WHERE grp < 10 GROUP BY GROUPING SETS ((part, grp), (grp), ()) ORDER BY part, grp",
	'summaries of summaries' => 'SELECT part, rollup(s)::text, nps(rollup(s)) FROM (SELECT part, grp, nps_agg(score) AS s FROM answer GROUP BY part, grp) x GROUP BY part ORDER BY part');

my @serial = ('SET max_parallel_workers_per_gather = 0', 'SET enable_partitionwise_aggregate = off', 'SET enable_hashagg = off');
my @parallel = ('SET parallel_setup_cost = 0', 'SET parallel_tuple_cost = 0', 'SET min_parallel_table_scan_size = 0', 'SET max_parallel_workers_per_gather = 4');

sub answers
{
	my ($settings, $query) = @_;

	return $server->psql($db, [ @$settings, $query ]);
}
sub plan_of
{
	my ($settings, $query) = @_;

	return answers($settings, "EXPLAIN (ANALYZE, COSTS off, TIMING off) $query");
}

my %expected = map { $_ => answers(\@serial, $queries{$_}) } keys %queries;
my ($whole) = split /\|/, $expected{'the whole'};
is($whole, $server->psql($db, 'SELECT (100.0 * (count(*) FILTER (WHERE score >= 9) - count(*) FILTER (WHERE score <= 6)) / count(score))::float8 FROM answer'), 'the serial answer is what plain SQL says');
unlike(plan_of(\@serial, $queries{groups}), qr/Gather|HashAggregate/, 'the serial plan has neither workers nor hashing');

# ---- Parallel workers ----

for my $leader ('on', 'off')
{
	my @settings = (@parallel, "SET parallel_leader_participation = $leader");
	for my $name ('the whole', 'groups')
	{
		my $plan = plan_of(\@settings, $queries{$name});
		like($plan, qr/Partial (Hash|Group)?Aggregate/, "$name, leader $leader: the plan is partial");
		like($plan, qr/Workers Launched: [1-9]/, "$name, leader $leader: and has workers");
		is(answers(\@settings, $queries{$name}), $expected{$name}, "$name, leader $leader: the same answers");
	}
}
is(answers(\@parallel, $queries{$_}), $expected{$_}, "$_: the same answers") for 'grouping sets', 'summaries of summaries';

# Weights whose sums are rounded: the same to twelve digits, and the same counts.
my $close = <<'END';
SELECT count(*), bool_and(responses(a.s) = b.n AND abs(nps(a.s) - b.nps) <= 1e-10 AND abs(effective_responses(a.s) / b.kish - 1) <= 1e-12)
FROM (SELECT grp, nps_weighted_agg(score, odd_weight) AS s FROM answer GROUP BY grp) a
	JOIN (SELECT grp, count(score) AS n, 100 * (sum(w) FILTER (WHERE score >= 9) - sum(w) FILTER (WHERE score <= 6)) / sum(w) AS nps, sum(w) ^ 2 / sum(w * w) AS kish
		FROM (SELECT grp, score, odd_weight::numeric AS w FROM answer WHERE score IS NOT NULL) x GROUP BY grp) b USING (grp)
END
is(answers(\@parallel, $close), '200|t', 'weighted groups, in parallel: what plain SQL says in numeric');

# ---- Partitions ----

my @partitionwise = (@serial, 'SET enable_partitionwise_aggregate = on', 'SET enable_hashagg = on');
like(plan_of(\@partitionwise, $queries{groups}), qr/Partial (Hash|Group)?Aggregate.*Partial (Hash|Group)?Aggregate/s, 'partitionwise: the plan aggregates each partition');
is(answers(\@partitionwise, $queries{$_}), $expected{$_}, "partitionwise, $_: the same answers") for sort keys %queries;
my @both = (@parallel, 'SET enable_partitionwise_aggregate = on');
is(answers(\@both, $queries{$_}), $expected{$_}, "partitionwise and parallel, $_: the same answers") for sort keys %queries;

# ---- Little memory ----

# 210,000 groups of one or two answers, in 64 kB, a few hundred times too little
$server->psql($db, [ <<'END', 'ANALYZE many' ]);
CREATE TABLE many AS SELECT i % 210000 AS k, ((i::bigint * 7919) % 11)::smallint AS score FROM generate_series(1, 300000) AS i;
END
my $many = 'SELECT count(*), sum(responses(s)), sum(nps), sum(nps_summary_hash_extended(s, k)), sum(nps_summary_hash_extended(w, k)) FROM (SELECT k, nps_agg(score) AS s, nps_weighted_agg(score, 0.5) AS w, nps(score) FROM many GROUP BY k OFFSET 0) x';
my @little = ('SET max_parallel_workers_per_gather = 0', 'SET enable_sort = off', "SET work_mem = '64kB'", 'SET hash_mem_multiplier = 1');
my @ample = (@serial, "SET work_mem = '200MB'");
my ($batches) = plan_of(\@little, $many) =~ /HashAggregate.*?Batches: (\d+)/s;
cmp_ok($batches // 0, '>', 10, '210,000 groups in 64 kB: the plan spills to disk');
my $ample = answers(\@ample, $many);
is($ample =~ s/(\|[^|]*){2}$//r, $server->psql($db, 'SELECT 210000, 300000, sum(nps) FROM (SELECT 100.0 * (count(*) FILTER (WHERE score >= 9) - count(*) FILTER (WHERE score <= 6)) / count(*) AS nps FROM many GROUP BY k) x') =~ s/\.0+$//r, 'sorted in memory: what plain SQL says');
is(answers(\@little, $many), $ample, 'spilled: the same answers');
is(answers([ @parallel, "SET work_mem = '64kB'" ], $many), $ample, 'and in parallel');
is(answers(\@little, $queries{groups}), $expected{groups}, 'groups in 64 kB: the same answers');

# ---- Cursors ----

# What a cursor has given must stay as it was while the aggregate goes on.
my $window = 'SELECT id, nps_agg(score) OVER (ORDER BY id ROWS 40 PRECEDING) AS s, nps_weighted_agg(score, weight) OVER (ORDER BY id ROWS 4 PRECEDING) AS w FROM answer WHERE id <= 3000';
$server->psql($db, <<"END");
CREATE TABLE fetched (id int, s nps_summary, w nps_summary);
DO \$\$
DECLARE
	rows CURSOR FOR $window;
	row record;
	kept fetched[];
BEGIN
	OPEN rows;
	LOOP
		FETCH rows INTO row;
		EXIT WHEN NOT FOUND;
		kept := kept || ROW(row.id, row.s, row.w)::fetched;
		IF cardinality(kept) >= 100 THEN
			INSERT INTO fetched SELECT * FROM unnest(kept);
			kept := '{}';
		END IF;
	END LOOP;
END \$\$;
END
is($server->psql($db, "SELECT (SELECT count(*) FROM fetched), count(*) FROM (TABLE fetched EXCEPT ($window)) x"), '3000|0', 'a window through a cursor, row by row: the same summaries');
is($server->psql($db, [ 'BEGIN', "DECLARE c SCROLL CURSOR FOR $queries{groups}", 'MOVE 150 IN c', 'MOVE BACKWARD ALL IN c', 'FETCH ALL FROM c' ]), $expected{groups}, 'groups through a scrolling cursor: the same answers');

# ---- Prepared statements ----

# A generic plan is kept and run again, with what functions remember of a plan.
my $report = 'SELECT grp, (nps_report(nps_agg(score), $2)).*, nps_interval(nps_agg(score), $2, $3) AS i, (csat_compare(csat_agg(score + 1, $4), csat_agg(later + 1, $4), $2)).p_value FROM answer WHERE grp < $1 GROUP BY grp ORDER BY grp';
my @prepared = ("PREPARE report (int, float8, text, int) AS $report", map { ("EXECUTE report ($_)") } ("3, 0.95, 'wald', 11") x 3, "2, 0.8, 'score', 11");
my $custom = $server->psql($db, [ "SET plan_cache_mode = force_custom_plan", @prepared ]);
is($server->psql($db, [ "SET plan_cache_mode = force_generic_plan", @prepared ]), $custom, 'generic plans give the same answers as custom ones');
(my $written = $report) =~ s/\$(\d)/{ 1 => 2, 2 => '0.8', 3 => "'score'", 4 => 11 }->{$1}/ge;
is(join("\n", (split /\n/, $custom)[ -2, -1 ]), $server->psql($db, $written), 'and as the statement without parameters');
is($server->psql($db, [ 'SET plan_cache_mode = force_generic_plan', 'PREPARE read (nps_summary) AS SELECT nps($1), ($1 + $1)::text, $1 - $1', map { ("EXECUTE read ('$_')") } ('{"n": 0}', '{"n": 0}') ]),
	join("\n", ('|{"n": 0}|{"n": 0}') x 2), 'a parameter may be a summary');

# ---- Aggregates of one's own ----

$server->psql($db, <<'END');
CREATE AGGREGATE own_nps (smallint) (SFUNC = nps_accum, STYPE = nps_summary, INITCOND = '{"n": 0}');
CREATE AGGREGATE own_moving (smallint) (SFUNC = nps_accum, STYPE = nps_summary, INITCOND = '{"n": 0}', FINALFUNC = nps,
	MSFUNC = nps_accum, MINVFUNC = nps_inverse, MSTYPE = nps_summary, MINITCOND = '{"n": 0}', MFINALFUNC = nps);
CREATE AGGREGATE own_parallel (smallint) (SFUNC = nps_accum, STYPE = nps_summary, INITCOND = '{"n": 0}', COMBINEFUNC = nps_summary_combine, PARALLEL = SAFE);
-- without a state to begin with: the first summary is it
CREATE AGGREGATE own_merge (nps_summary) (SFUNC = nps_summary_combine, STYPE = nps_summary, COMBINEFUNC = nps_summary_combine, PARALLEL = SAFE);
-- with answers in it from the beginning
CREATE AGGREGATE own_prior (smallint) (SFUNC = nps_accum, STYPE = nps_summary,
	INITCOND = '{"n": 1, "scale": 10, "weighted": false, "counts": {"0": 1, "1": 0, "2": 0, "3": 0, "4": 0, "5": 0, "6": 0, "7": 0, "8": 0, "9": 0, "10": 0}}');
-- a step that is called by another function, which is no aggregate's
CREATE FUNCTION own_step(state nps_summary, score smallint) RETURNS nps_summary LANGUAGE plpgsql STRICT AS 'DECLARE before text := state::text; after nps_summary := nps_accum(state, score); BEGIN ASSERT state::text = before; RETURN after; END';
CREATE AGGREGATE own_wrapped (smallint) (SFUNC = own_step, STYPE = nps_summary, INITCOND = '{"n": 0}');
-- the state is read between the steps, and by a final function that would not mind changing it
CREATE FUNCTION own_end(state nps_summary) RETURNS text LANGUAGE sql AS 'SELECT concat_ws('' '', nps(state), nps_accum(state, 10) <> state, nps(state + state) = nps(state), state::text)';
CREATE AGGREGATE own_ended (smallint) (SFUNC = nps_accum, STYPE = nps_summary, INITCOND = '{"n": 0}', FINALFUNC = own_end);
CREATE AGGREGATE own_csat (smallint, int, int) (SFUNC = csat_accum, STYPE = csat_summary, INITCOND = '{"n": 0}', FINALFUNC = csat);
END
my $own = 'SELECT grp, own_nps(score)::text, own_moving(score), own_parallel(score)::text, own_wrapped(score)::text, own_prior(score)::text, own_csat((score + 1)::smallint, 11, 4) FROM answer WHERE grp < 20 GROUP BY grp ORDER BY grp';
my $ours = 'SELECT grp, nps_agg(score)::text, nps(score), nps_agg(score)::text, nps_agg(score)::text, (nps_agg(score) + nps_summary(ARRAY[1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]))::text, csat(score + 1, 11, 4) FROM answer WHERE grp < 20 GROUP BY grp ORDER BY grp';
is($server->psql($db, $own), $server->psql($db, $ours), 'aggregates of one\'s own over our functions give the same answers');
like(plan_of(\@parallel, 'SELECT own_parallel(score) FROM answer'), qr/Partial Aggregate/, 'one may be parallel');
is(answers(\@parallel, 'SELECT own_parallel(score)::text FROM answer'), answers(\@serial, 'SELECT nps_agg(score)::text FROM answer'), 'and gives the same answer');
is($server->psql($db, 'SELECT own_merge(s)::text = rollup(s)::text, own_merge(s) FILTER (WHERE false) IS NULL FROM (SELECT nps_agg(score) AS s FROM answer GROUP BY grp) x'), 't|t', 'one without an initial state begins with the first summary');
is($server->psql($db, 'SELECT count(*), count(DISTINCT own) FROM (SELECT id, own_moving(score) OVER w AS own, nps(score) OVER w AS ours, own_ended(score) OVER w AS ended, nps_agg(score) OVER w AS s FROM answer WHERE id <= 2000 WINDOW w AS (ORDER BY id ROWS 9 PRECEDING)) x'
			. " WHERE own IS NOT DISTINCT FROM ours AND ended = concat_ws(' ', ours, 't', CASE WHEN ours IS NOT NULL THEN 't' END, s::text)") =~ /^2000\|[1-9]/ ? 1 : 0, 1, 'as a window, with a final function that calls steps on the state');
is($server->psql($db, 'SELECT own_ended(score) = nps(score) || \' t t \' || nps_agg(score)::text FROM answer'), 't', 'a final function that calls steps changes nothing');

my $log = do { local (@ARGV, $/) = "$server->{environment}{CX_DATA}/log"; <> };
unlike($log, qr/terminated by|PANIC|^XX|Assert/m, 'the server never crashed');

done_testing();
