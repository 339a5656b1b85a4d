# Who may do what, and what others can do about it: functions and operators of a
# user's own that are named like ours, row level security, another schema.

use strict;
use warnings;
use Test::More;
use CxServer;

my $server = CxServer->new('trust');
my $db = $server->create_samples('trust');
my $members = "pg_depend AS d JOIN pg_extension AS e ON e.oid = d.refobjid AND d.refclassid = 'pg_extension'::regclass AND extname = 'cx_metrics' AND deptype = 'e'";
my @types = split /\n/, $server->psql($db, 'SELECT type FROM cx_sample.summary ORDER BY relation');
my @calls = map { [ split /\t/ ] } split /\n/, $server->psql($db, "SELECT concat_ws(E'\\t', call, source) FROM cx_sample.aggregate ORDER BY aggregate, source");

# Every aggregate, and everything that compares, hashes, merges and casts.
my @queries = (
	(map { "SELECT g, ($_->[0])::pg_catalog.text FROM $_->[1] GROUP BY g ORDER BY g" } @calls),
	map {
		my $stored = "cx_sample.stored_$_";
		my $equal = 'OPERATOR(%s.=)';
		(   "SELECT DISTINCT s FROM $stored ORDER BY s", "SELECT s, pg_catalog.count(*) FROM $stored GROUP BY s ORDER BY s",
			"SELECT pg_catalog.count(*) FROM $stored AS a JOIN $stored AS b ON a.s $equal b.s", "(SELECT s FROM $stored UNION SELECT s FROM $stored) ORDER BY 1",
			"SELECT s::pg_catalog.json AS j, s::pg_catalog.jsonb FROM $stored ORDER BY s, g",
			"CREATE TEMP TABLE mine (s %s.$_ UNIQUE)", "INSERT INTO mine SELECT s FROM $stored WHERE pg_catalog.pg_column_size(s) OPERATOR(pg_catalog.<) 2000 ON CONFLICT (s) DO NOTHING", 'SELECT s FROM mine ORDER BY s', 'DROP TABLE mine',
			"SELECT %s.rollup(s) OVER (PARTITION BY made_by ORDER BY g ROWS 2 PRECEDING) FROM $stored ORDER BY made_by COLLATE \"C\", g")
	} @types);

sub answers_in
{
	my ($schema, @settings) = @_;

	my ($output, $errors) = $server->script($db, join "\n", (map { "SET $_;" } @settings), map { s/\bpublic\b/$schema/gr =~ s/%s/$schema/gr . ';' } @queries);
	is($errors, '', "no errors in the schema $schema" . (@settings ? " with $settings[0]" : ''));
	return $output;
}

# Thousands of lines: the first that differs says enough.
sub same_lines
{
	my ($got, $expected, $name) = @_;

	my @got = split /\n/, $got;
	my @expected = split /\n/, $expected;
	my ($line) = grep { ($got[$_] // '') ne ($expected[$_] // '') } 0 .. (@got > @expected ? $#got : $#expected);
	is(defined $line ? $got[$line] : 'the same', defined $line ? $expected[$line] : 'the same', $name);
	return;
}

# ---- A hostile search_path ----

$server->psql($db, <<"END_SQL");
CREATE SCHEMA hostile;
DO \$do\$
DECLARE
	f record;
	o record;
BEGIN
	-- every function of ours, under its own name; and functions that PostgreSQL has
	FOR f IN
		SELECT proname, (SELECT string_agg(t::regtype::text, ', ' ORDER BY i) FROM unnest(proargtypes) WITH ORDINALITY AS x (t, i)) AS types, prorettype::regtype AS result
		FROM pg_proc AS p
		WHERE (oid IN (SELECT objid FROM $members WHERE classid = 'pg_proc'::regclass) AND prokind = 'f' OR pronamespace = 'pg_catalog'::regnamespace AND proname ~ '^(numeric|float8|int8|array)_' AND prokind = 'f')
			AND NOT EXISTS (SELECT FROM pg_type AS t WHERE typtype = 'p' AND t.oid = ANY (prorettype || proargtypes::oid[]))
	LOOP
		EXECUTE format('CREATE FUNCTION hostile.%I(%s) RETURNS %s LANGUAGE plpgsql AS %L', f.proname, f.types, f.result, 'BEGIN RAISE EXCEPTION ''impostor''; END');
	END LOOP;
	FOR o IN
		SELECT oprname, type, CASE WHEN oprname IN ('+', '-', '*', '/') THEN type ELSE 'boolean' END AS result, 'operator_' || md5(oprname) AS function
		FROM unnest('{=,<>,<,<=,>,>=,+,-,*,/}'::text[]) AS oprname,
			(SELECT type FROM cx_sample.summary UNION ALL SELECT unnest('{bigint,integer,smallint,float8,numeric,text,date}'::text[])) AS x (type)
	LOOP
		EXECUTE format('CREATE FUNCTION hostile.%s(%s, %s) RETURNS %s LANGUAGE plpgsql AS %L', o.function, o.type, o.type, o.result, 'BEGIN RAISE EXCEPTION ''impostor''; END');
		EXECUTE format('CREATE OPERATOR hostile.%s (LEFTARG = %s, RIGHTARG = %s, FUNCTION = hostile.%s)', o.oprname, o.type, o.type, o.function);
	END LOOP;
END \$do\$;
END_SQL
my $hostile = 'search_path = hostile, pg_catalog, public';
like($server->psql_fails($db, [ "SET $hostile", "SELECT s = s FROM cx_sample.stored_$_ LIMIT 1" ]), qr/impostor/, "$_: there is an impostor") for @types;

for my $plan ('enable_hashagg = on', 'enable_hashagg = off')
{
	same_lines(answers_in('public', $plan, $hostile), answers_in('public', $plan), "impostors change nothing, $plan");
}

# ---- Another schema ----

my $expected = answers_in('public');
$server->psql($db, [ 'CREATE SCHEMA elsewhere', 'ALTER EXTENSION cx_metrics SET SCHEMA elsewhere' ]);
same_lines(answers_in('elsewhere', "search_path = ''"), $expected, 'moved to another schema, with an empty search_path: the same answers');
$server->psql($db, 'ALTER EXTENSION cx_metrics SET SCHEMA public');

# ---- Row level security ----

$server->psql($db, [ 'CREATE ROLE analyst LOGIN', 'GRANT USAGE ON SCHEMA cx_sample TO analyst', 'GRANT SELECT ON ALL TABLES IN SCHEMA cx_sample TO analyst', map { ("ALTER TABLE $_ ENABLE ROW LEVEL SECURITY", "CREATE POLICY own ON $_ TO analyst USING (g = 3)") } 'cx_sample.row', map { "cx_sample.stored_$_" } @types ]);
my @whole = map { "SELECT ($_->[0])::text FROM $_->[1]" } @calls;
my @allowed = map { "$_ WHERE g = 3" } @whole;
my ($seen) = $server->script($db, join "\n", 'SET ROLE analyst;', map { "$_;" } @whole);
my ($own) = $server->script($db, join "\n", map { "$_;" } @allowed);
my ($all) = $server->script($db, join "\n", map { "$_;" } @whole);
same_lines($seen, $own, 'every aggregate sees the rows that the policy allows');
ok($seen ne $all, 'which are not all');
# a function that reads what it is not shown would have to be leakproof to run before the policy
is($server->psql($db, "SELECT count(*) FROM pg_proc WHERE oid IN (SELECT objid FROM $members WHERE classid = 'pg_proc'::regclass) AND (proleakproof OR prosecdef)"), '0', 'no function runs before the policy, or with the rights of another');

# ---- Who may install and drop it ----

$server->createdb('free');
$server->psql('free', [ 'CREATE ROLE owner LOGIN', 'CREATE ROLE guest LOGIN', 'GRANT CREATE ON DATABASE free TO owner' ]);
$server->psql('free', [ 'CREATE SCHEMA "Any schema"', 'CREATE EXTENSION cx_metrics SCHEMA "Any schema"' ], user => 'owner');
like($server->psql_fails('free', 'DROP EXTENSION cx_metrics', user => 'guest'), qr/^42501/, 'another user may not drop what one has installed');
like($server->psql_fails('free', 'ALTER EXTENSION cx_metrics UPDATE', user => 'guest'), qr/^42501/, 'nor update it');
$server->psql('free', 'DROP EXTENSION cx_metrics', user => 'owner');
is($server->psql('free', "SELECT count(*) FROM pg_proc WHERE probin LIKE '%cx_metrics%'"), '0', 'its owner drops it, and nothing is left');

# Stored summaries hold it: a drop needs CASCADE, which takes the columns.
like($server->psql_fails($db, 'DROP EXTENSION cx_metrics'), qr/^2BP01/, 'with summaries stored it is not dropped by accident');
$server->psql($db, [ 'DROP EXTENSION cx_metrics CASCADE', 'CREATE EXTENSION cx_metrics' ]);
is($server->psql($db, "SELECT count(*) FROM pg_attribute WHERE attrelid = 'cx_sample.stored_$types[0]'::regclass AND attname = 's'"), '0', 'CASCADE takes the columns');

done_testing();
