# Corrupt binary input of the summaries of money, segments, series, cohorts and survival: mutations of
# what the send functions give are refused with SQLSTATE 22P03 (22021 where a
# segment or a time zone is no text), or are a summary that is sent as the same bytes again
# (segments in order) and that every accessor can read.

use strict;
use warnings;
use Test::More;
use CxServer;

srand(20250303);	# the same mutations every time

my $server = CxServer->new('money', log_line_prefix => '%e ');
my $db = $server->createdb('money');
my $dir = $server->dir;
chmod 0755, $dir;	# the server reads the files itself, so that psql knows the SQLSTATE
$server->psql($db, 'CREATE EXTENSION cx_metrics');

# Some summaries of each type: empty, one row, many.
my $rows = '(SELECT i, i % 11 AS score, i * 10.25 AS revenue, (i % 10) / 10.0::float8 AS p FROM generate_series(1, n) AS i) AS x';
my %agg = (
	account_value_summary => 'account_value_agg(nullif(score, 3), revenue)',
	churn_summary => 'churn_agg(nullif(score, 3), i % 3 = 0)',
	risk_summary => 'risk_agg(revenue, p)',
	'risk_summary correlated' => 'risk_agg(revenue, nullif(p, 0.5), 0.25)',
	score_value_summary => 'score_value_agg(score, revenue::float8)',
	survival_summary => 'survival_agg(score / 2.0, score % 2 = 0)',
	trend_summary => q{trend_agg(date '2024-01-01' + i::int, revenue::float8)},
	'trend_summary answers' => q{trend_agg(date '2024-01-01' + i::int, nps_summary(array_fill(1, ARRAY[10]) || score::int))},
	activity_summary => q{activity_agg(timestamptz '2024-01-01 12:00+00' + i * interval '9 days', 'week')},
	'activity_summary money' => q{activity_agg(date '2024-01-01' + i::int * 9, revenue, 'month')},
	cohort_summary => q{cohorts(customer_activity_agg(i % 5, date '2024-01-01' + i::int * 9, revenue, 'month'))},
	customer_activity_summary => q{customer_activity_agg(i % 5, date '2024-01-01' + i::int * 9, revenue, 'month')},
	'survival_summary late' => 'survival_agg(score, score + i % 17 + 1, score % 2 = 0)',
	nps_segment_summary => q{nps_segment_agg(nullif('segment ' || i % 4, 'segment 3'), nullif(score, 3))},
	csat_segment_summary => q{csat_segment_agg(CASE WHEN i % 3 > 0 THEN repeat('é', i % 3) END, csat_summary(ARRAY[i % 2, score, 1, i % 9]))});

# Every accessor of a summary alone, so that nothing that is read misbehaves later.
$server->psql($db, <<'END');
CREATE FUNCTION faults(type regtype, value text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	f regprocedure;
	fault text := '';
	answer text;
BEGIN
	FOR f IN SELECT p.oid FROM pg_proc p JOIN pg_depend d ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e'
		WHERE p.prokind = 'f' AND p.proargtypes[0] = type AND p.pronargs - p.pronargdefaults = 1 AND p.proname !~ '_(out|send)$'
	LOOP
		BEGIN
			EXECUTE format('SELECT string_agg(x::text, '' '') FROM %s($1::%s) AS x', f::regproc, type) INTO answer USING value;
			IF answer ~* '(nan|infinity)' THEN
				fault := fault || format('%s gives %s; ', f, answer);
			END IF;
		EXCEPTION WHEN OTHERS THEN
			-- a series may reach over more periods than can be listed
			IF SQLSTATE !~ '^22' AND NOT (type = 'trend_summary'::regtype AND SQLSTATE = '54000') THEN
				fault := fault || format('%s: %s %s; ', f, SQLSTATE, SQLERRM);
			END IF;
		END;
	END LOOP;
	RETURN fault;
END $$;
END

my @doubles = map { pack 'H*', $_ } qw(
	0000000000000000 8000000000000000 0000000000000001 7fefffffffffffff 7ff0000000000000 7ff8000000000000
	fff0000000000000 ffffffffffffffff 7fffffffffffffff 3ff0000000000000 bff0000000000000 0000000100000000);

sub mutate
{
	my ($bytes) = @_;
	my $kind = int rand 6;

	if ($kind < 2) { vec($bytes, int rand 8 * length $bytes, 1) ^= 1 for 1 .. 1 + int rand 3 }
	elsif ($kind == 2) { substr($bytes, int rand length $bytes, 1) = chr int rand 256 }
	elsif ($kind == 3) { $bytes = substr $bytes, 0, int rand length $bytes }
	elsif ($kind == 4) { $bytes .= chr(int rand 256) x (1 + int rand 40) }
	elsif (length $bytes > 12) { substr($bytes, 2 + int rand(length($bytes) - 9), 8) = $doubles[ rand @doubles ] }
	return $bytes;
}

# A number of -0 is read as 0: in fields of 8 bytes behind version and kind (and the number of customers and a flag).
sub without_negative_zeros
{
	my ($bytes, $type) = @_;

	for (my $at = $type eq 'survival_summary' ? 11 : 2; $at + 8 <= length $bytes; $at += 8)
	{
		substr($bytes, $at, 8) = "\0" x 8 if substr($bytes, $at, 8) eq "\x80" . "\0" x 7;
	}
	return $bytes;
}

# Whether a value is sent as it was read, with its segments in order.
sub the_same
{
	my ($type, $sent, $read) = @_;

	return join('', sort split //, $sent) eq join('', sort split //, $read) if $type =~ /segment/;
	return $sent eq without_negative_zeros($read, $type) || $sent eq $read;
}

sub copy_file
{
	my ($name, $bytes) = @_;

	open my $file, '>:raw', "$dir/$name" or die "$name: $!\n";
	print $file "PGCOPY\n\377\r\n\0", pack('NN', 0, 0), pack('nN', 1, length $bytes), $bytes, pack('n', 0xffff);
	close $file or die $!;
}

for my $name (sort keys %agg)
{
	my ($type) = split / /, $name;
	my @valid = map { pack 'H*', $_ } split /\n/, $server->psql($db,
		join ' UNION ALL ', map { "SELECT encode(${type}_send((SELECT $agg{$name} FROM " . ($rows =~ s/\bn\b/$_/r) . ")), 'hex')" } 0, 1, 7, 30, 300);
	my @cases = map { my $v = $_; map { mutate($v) } 1 .. 120 } @valid;
	my $script = "SET client_min_messages = error;\n\\set VERBOSITY sqlstate\nCREATE TEMP TABLE v (s $type);\nCREATE TABLE IF NOT EXISTS read_$type (i int, s $type);\n";

	for my $i (0 .. $#cases)
	{
		copy_file("case$i", $cases[$i]);
		$script .= "TRUNCATE v;\nCOPY v FROM '$dir/case$i' (FORMAT binary);\n\\echo case $i :SQLSTATE\nINSERT INTO read_$type SELECT $i, s FROM v;\n";
	}
	open my $file, '>', "$dir/script.sql" or die $!;
	print $file $script;
	close $file or die $!;
	my ($status, $output) = $server->run('psql', '-XAtq', '-d', $db, '-f', "$dir/script.sql");
	my %state = $output =~ /^case (\d+) (\w+)$/mg;

	is(scalar(keys %state), scalar(@cases), "$name: each of the mutations was tried");
	my %states;
	$states{$_}++ for values %state;
	note(join ', ', map { "$_: $states{$_}" } sort keys %states);
	is(join(' ', grep { !/^(00000|22P03)$/ && !($_ eq '22021' && $type =~ /segment|activity|cohort/) } sort keys %states), '', "$name: what is refused is refused with 22P03");
	cmp_ok($states{'22P03'} // 0, '>', 100, "$name: many are refused");

	my %sent = $server->psql($db, "SELECT i, encode(${type}_send(s), 'hex') FROM read_$type") =~ /^(\d+)\|(\w+)$/mg;
	is(join(' ', grep { !the_same($type, pack('H*', $sent{$_}), $cases[$_]) } sort keys %sent),
		'', "$name: what is read is sent as the same bytes");
	is($server->psql($db, "SELECT i, s FROM read_$type WHERE s::text::$type IS DISTINCT FROM s OR s::jsonb::$type IS DISTINCT FROM s LIMIT 3"), '', "$name: and survives text and jsonb");
	is($server->psql($db, "SELECT i, faults('$type', s::text), s FROM read_$type WHERE faults('$type', s::text) <> '' LIMIT 3"), '', "$name: and every accessor reads it");
	$server->psql($db, "TRUNCATE read_$type");
}

my $log = do { local (@ARGV, $/) = "$server->{environment}{CX_DATA}/log"; <> };
unlike($log, qr/terminated by|PANIC|^XX|Assert/m, 'the server never crashed');

done_testing();
