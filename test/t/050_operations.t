# What a DBA does with stored summaries of every type: dumps, copies, a standby,
# a crash. All of them are as they were afterwards.

use strict;
use warnings;
use Test::More;
use CxServer;

my %wal = (wal_level => 'replica', max_wal_senders => 5);
my $server = CxServer->new('operations', %wal, full_page_writes => 'on', fsync => 'on', synchronous_commit => 'on');
my $db = $server->create_samples('operations');
my $samples = $server->samples($db);
my @types = split /\n/, $server->psql($db, 'SELECT type FROM cx_sample.summary ORDER BY relation');
my @relations = split /\n/, $server->psql($db, 'SELECT relation FROM cx_sample.summary ORDER BY relation');
cmp_ok(scalar @types, '>=', 9, 'there are samples of all types');

# Equal by the operator of the type, too: what differs between two relations.
sub difference
{
	my ($database, $one, $other) = @_;

	return $server->psql($database, "SELECT count(*) FROM $one AS a FULL JOIN $other AS b USING (made_by, g) WHERE NOT a.s = b.s OR (a.s IS NULL) <> (b.s IS NULL)");
}

# ---- Dump and restore ----

my $dump = $server->dir . '/dump';
$server->createdb('plain');
$server->run_ok('pg_dump', '-f', $dump, $db);
$server->run_ok('psql', '-Xq', '-v', 'ON_ERROR_STOP=1', '-d', 'plain', '-o', '/dev/null', '-f', $dump);
is($server->samples('plain'), $samples, 'a plain dump gives the same summaries');
$server->createdb('custom');
$server->run_ok('pg_dump', '-Fc', '-f', $dump, $db);
$server->run_ok('pg_restore', '--exit-on-error', '-d', 'custom', $dump);
is($server->samples('custom'), $samples, 'and so does a custom one');

# ---- COPY ----

for my $i (0 .. $#types)
{
	my $file = $server->dir . '/copy';
	for my $format ('binary', 'text', 'csv')
	{
		$server->psql($db, [ "CREATE TABLE copied (LIKE $relations[$i])" ]);
		$server->psql($db, "\\copy $relations[$i] TO '$file' (FORMAT $format)");
		$server->psql($db, "\\copy copied FROM '$file' (FORMAT $format)");
		is(difference($db, $relations[$i], 'copied'), '0', "$types[$i]: COPY as $format gives the same summaries");
		$server->psql($db, 'DROP TABLE copied');
	}
}

# ---- A standby ----

my $standby = CxServer->new('standby', %wal, primary => $server);
$server->psql($db, [ map { "INSERT INTO $_ SELECT 'later', g, s FROM $_ WHERE s IS NOT NULL" } @relations ]);
my $later = $server->samples($db);
my $reached = $server->psql($db, 'SELECT pg_current_wal_lsn()');
my $caught_up;
for (1 .. 100)
{
	last if $caught_up = $standby->psql($db, "SELECT pg_last_wal_replay_lsn() >= '$reached'") eq 't';
	select undef, undef, undef, 0.1;
}
ok($caught_up, 'the standby has followed');
is($standby->psql($db, 'SELECT pg_is_in_recovery()'), 't', 'it is one');
is($standby->samples($db), $later, 'it has the same summaries');
my $answers = join ' UNION ALL ', map { "SELECT '$_', made_by, rollup(s)::text FROM $_ WHERE made_by <> 'later' GROUP BY made_by" } @relations;
$answers .= ' ORDER BY 1, 2';
my $answer = $server->psql($db, $answers);
is($standby->psql($db, $answers), $answer, 'and gives the same answers');
$standby->stop;

# ---- A crash ----

# Batches are committed one by one while the postmaster is killed: what was
# reported as committed is there, whole, and nothing that was not.
my $log = $server->dir . '/committed';
my $batches = join "\n", map {
	my $n = $_;
	("BEGIN;", (map { "INSERT INTO $_ SELECT 'batch $n', g, s FROM $_ WHERE made_by = 'later';" } @relations), "COMMIT;", "\\echo $n");
} 1 .. 2000;
my $script = $server->dir . '/batches';
open my $out, '>', $script or die $!;
print $out $batches;
close $out or die $!;
my $loader = fork // die $!;
if (!$loader)
{
	local %ENV = (%ENV, %{ $server->{environment} });
	open STDOUT, '>', $log or die $!;
	open STDERR, '>', '/dev/null' or die $!;
	exec "$server->{environment}{CX_BINDIR}/psql", '-XAtq', '-v', 'ON_ERROR_STOP=1', '-d', $db, '-f', $script or exit 1;
}
for (1 .. 200)
{
	last if -s $log && -s $log > 20;
	select undef, undef, undef, 0.05;
}
my $data = "$server->{environment}{CX_DATA}/data";
open my $pidfile, '<', "$data/postmaster.pid" or die $!;
chomp(my $postmaster = <$pidfile>);
ok(kill('KILL', $postmaster), 'the server is killed in the middle of a load');
waitpid $loader, 0;
ok($? != 0, 'which thereby ends');
$server->restart;
my @committed = do { local @ARGV = $log; map { chomp; $_ } <> };
cmp_ok(scalar @committed, '>', 0, 'some of it had been committed');
for my $i (0 .. $#types)
{
	my $whole = "SELECT count(*) FROM $relations[$i] WHERE made_by = 'later'";
	my $there = $server->psql($db, "SELECT string_agg(DISTINCT n::text, ',' ORDER BY n::text) FROM (SELECT made_by, count(*) AS n FROM $relations[$i] WHERE made_by LIKE 'batch %' GROUP BY made_by) AS x");
	is($there, $server->psql($db, $whole), "$types[$i]: every batch is there as a whole");
	my $count = $server->psql($db, "SELECT count(DISTINCT made_by) FROM $relations[$i]  WHERE made_by LIKE 'batch %'");
	# the last one may have been committed without its having been said
	ok($count == @committed || $count == @committed + 1, "$types[$i]: all that was committed is there, $count batches");
}
$server->psql($db, [ map { "DELETE FROM $_ WHERE made_by LIKE 'batch %'" } @relations ]);
is($server->samples($db), $later, 'and all else is as it was');

done_testing();
