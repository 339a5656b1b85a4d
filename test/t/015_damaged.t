# A stored summary whose bytes went bad, on a disk without checksums or through a
# cast of a superuser: functions that read it name the damage, or answer, but never
# take the server down.  What is written out of it can be read in again.

use strict;
use warnings;
use Test::More;
use CxServer;

my $server = CxServer->new('damaged');
my $db = $server->create_samples('damaged');
# For longer by hand: CX_DAMAGE_ROUNDS=1000 CX_DAMAGE_OF=trend TESTS=015_damaged .ci/check server
my $rounds = $ENV{CX_DAMAGE_ROUNDS} // 40;
my $of = $ENV{CX_DAMAGE_OF} // '';

$server->psql($db, <<'END_SQL');
-- the bytes themselves
CREATE TYPE raw;
CREATE FUNCTION raw_in(cstring) RETURNS raw AS 'byteain' LANGUAGE internal STRICT IMMUTABLE;
CREATE FUNCTION raw_out(raw) RETURNS cstring AS 'byteaout' LANGUAGE internal STRICT IMMUTABLE;
CREATE TYPE raw (INPUT = raw_in, OUTPUT = raw_out, INTERNALLENGTH = variable, ALIGNMENT = double, STORAGE = plain);
DO $$
DECLARE
	type text;
BEGIN
	FOR type IN SELECT s.type FROM cx_sample.summary AS s LOOP
		EXECUTE format('CREATE CAST (raw AS %s) WITHOUT FUNCTION', type);
		EXECUTE format('CREATE CAST (%s AS raw) WITHOUT FUNCTION', type);
		-- its state begins with what was stored
		EXECUTE format('CREATE AGGREGATE plain_sum(%s) (SFUNC = %1$s_combine, STYPE = %1$s)', type);
	END LOOP;
END $$;

-- The shortest values, and the longest one, of everything that makes summaries of a type.
CREATE TABLE whole (type text, i bigint, bytes bytea, PRIMARY KEY (type, i));
DO $$
DECLARE
	type text;
BEGIN
	FOR type IN SELECT s.type FROM cx_sample.summary AS s LOOP
		EXECUTE format('INSERT INTO whole SELECT %L, row_number() OVER (ORDER BY made_by, place), s::raw::text::bytea FROM (
			SELECT s, made_by, row_number() OVER shortest AS place, count(*) OVER (PARTITION BY made_by) AS places FROM cx_sample.stored_%1$s
			WINDOW shortest AS (PARTITION BY made_by ORDER BY length(s::text))) AS x WHERE place < 3 OR place = places', type);
	END LOOP;
END $$;

-- Some bytes set to others, likelier near the beginning, or the end cut off.
CREATE FUNCTION damage(bytes bytea) RETURNS bytea LANGUAGE plpgsql AS $$
BEGIN
	IF random() < 0.1 THEN
		RETURN substr(bytes, 1, (random() * length(bytes))::int);
	END IF;
	FOR i IN 0 .. (random() * 3)::int LOOP
		bytes := set_byte(bytes, floor(random() ^ (1 + i) * length(bytes))::int, (ARRAY[0, 1, 127, 128, 255, floor(random() * 256)::int])[1 + floor(random() * 6)::int]);
	END LOOP;
	RETURN bytes;
END $$;

-- Calls something of damaged values of a type, in s, and says how often which SQLSTATE came of it.
CREATE FUNCTION try_damaged(type text, call text, rounds int) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	query text := format('SELECT count(x) FROM (SELECT $1::text::raw::%s AS s, $2::text::raw::%1$s AS whole) AS v, LATERAL %s AS x', type, call);
	states jsonb := '{}';
	values bytea[] := (SELECT array_agg(w.bytes) FROM whole AS w WHERE w.type = try_damaged.type);
	state text;
BEGIN
	PERFORM setseed(0.5);
	FOR round IN 1 .. rounds LOOP
		BEGIN
			EXECUTE query USING damage(values[1 + floor(random() * cardinality(values))::int]), values[1 + round % cardinality(values)];
			state := '00000';
		EXCEPTION WHEN OTHERS THEN
			state := SQLSTATE;
		END;
		states := jsonb_set(states, ARRAY[state], to_jsonb(coalesce((states ->> state)::int, 0) + 1));
	END LOOP;
	RETURN states;
END $$;
END_SQL

my %given = map { split /\t/ } split /\n/, $server->psql($db, q{SELECT argument || E'\t' || value FROM cx_sample.given});
my %type = map { $_ => 1 } split /\n/, $server->psql($db, 'SELECT type FROM cx_sample.summary');
my @functions = split /\n/, $server->psql($db, <<'END_SQL');
SELECT p.oid::regprocedure || E'\t' || prokind::text || E'\t' || proname || (SELECT string_agg(E'\t' || coalesce(proargnames[i], '') || ':' || type::regtype, '' ORDER BY i)
	FROM unnest(proargtypes) WITH ORDINALITY AS x (type, i) WHERE i <= pronargs - pronargdefaults)
FROM pg_proc AS p JOIN pg_depend AS d ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid
	JOIN pg_extension AS e ON d.refclassid = 'pg_extension'::regclass AND e.oid = d.refobjid AND extname = 'cx_metrics'
WHERE prokind IN ('f', 'a') AND proargtypes::oid[] && (SELECT array_agg(type::regtype::oid) FROM cx_sample.summary) ORDER BY 1
END_SQL

# A call for every function, and for every summary among its arguments; what goes out of a damaged value comes in again.
my $parts = '(VALUES (s, 0), (whole, 60), (s, 90)) AS parts (part, day)';
my @calls = map { ([ "input of $_", $_, "(SELECT s::text::$_)" ], [ "plain_sum($_)", $_, "(SELECT plain_sum(part)::text FROM $parts)" ]) } sort keys %type;
for my $function (@functions)
{
	my ($signature, $kind, $name, @arguments) = split /\t/, $function;
	my ($type) = grep { $type{$_} } map { /:(.*)/ } @arguments;
	next unless $type;
	my $place = 0;
	my $value = $kind eq 'a' ? 'part' : 's';
	my @values = map { my ($argument, $of) = /(.*?):(.*)/; $of eq $type ? ($place++ ? 'whole' : $value) : $type{$of} ? "NULL::$of" : $kind eq 'a' && $of =~ /^(date|time)/ ? "(date '2024-01-01' + day)::$of" : $given{$argument} // $given{$of} // 'NULL' } @arguments;
	my $call = "$name(" . join(', ', @values) . ')';
	if ($kind eq 'a')
	{
		push @calls, [ $signature, $type, "(SELECT $call\::text FROM $parts)" ];
		push @calls, [ $signature, $type, "(SELECT $call OVER (ORDER BY day ROWS 1 PRECEDING)::text FROM $parts ORDER BY day DESC LIMIT 1)" ];
		next;
	}
	push @calls, [ $signature, $type, $call ];
	push @calls, [ $signature, $type, "$name(" . join(', ', map { $_ eq 's' ? 'whole' : $_ eq 'whole' ? 's' : $_ } @values) . ')' ] if $place > 1;
}
@calls = grep { $_->[1] =~ /$of/ } @calls;

# All in one session; where the server goes down, from there on in another one.
my (%bad, %seen);
for (my $at = 0; $at < @calls;)
{
	my $script = "\\set ON_ERROR_STOP on\nSET statement_timeout = '60s';\n" . join '', map { "SELECT try_damaged('$_->[1]', \$call\$$_->[2]\$call\$, $rounds);\n" } @calls[$at .. $#calls];
	my ($output, $errors) = $server->script_anyway($db, $script);
	for my $states (split /\n/, $output)
	{
		my ($signature) = @{ $calls[$at++] };
		my $allowed = $signature =~ /^input of/ ? 'XX001|54000' : '22\w+|XX001|54\w+|0A000|21000';
		$seen{$1} += $2 while $states =~ /"(\w+)": (\d+)/g;
		$bad{$signature} = $states if $states !~ /\A\{("(00000|$allowed)": \d+(, )?)+\}\z/;
	}
	last if $at == @calls;
	$bad{ $calls[$at++][0] } = $errors;
	select undef, undef, undef, 0.1 until eval { $server->psql($db, 'SELECT 1') };
}
cmp_ok(scalar @calls, '>', $of ? 2 : 100, 'every function that reads summaries is called');
cmp_ok($seen{XX001} // 0, '>', ($seen{'00000'} // 0) / 2, 'damage is seen mostly') or diag(explain(\%seen));
is(join("\n", map { "$_: $bad{$_}" } sort keys %bad), '', 'damage is named, and ends nothing');

done_testing();
