# ALTER EXTENSION cx_metrics UPDATE: from every released version, the objects of
# a fresh installation, and stored summaries that read as before.
#
# A release leaves its script in sql/ (cx_metrics--VERSION.sql) when the next
# version begins, with an upgrade script beside it; both are installed.

use strict;
use warnings;
use Test::More;
use CxServer;

my $server = CxServer->new('update');

# Every object of the extension with all its properties and comments, as a dump for pg_upgrade has them, without their numbers.
sub objects
{
	my ($database) = @_;

	my $dump = $server->run_ok('pg_dump', '--schema-only', '--binary-upgrade', $database);
	return join "\n", grep { !/^(--|\s*$)|binary_upgrade|^\\(un)?restrict/ } split /\n/, $dump;
}

# The comparison sees what it should.
my $fresh = $server->createdb('fresh');
$server->psql($fresh, 'CREATE EXTENSION cx_metrics');
my $objects = objects($fresh);
for my $object ('CREATE FUNCTION public.nps_interval\(', 'CREATE AGGREGATE public.nps\(', 'CREATE TYPE public.nps_summary ', 'CREATE TYPE public.cx_interval AS', 'CREATE OPERATOR public.\+ ', 'CREATE OPERATOR CLASS public.nps_summary_hash_ops', 'CREATE CAST \(public.nps_summary AS json\)', 'COMMENT ON AGGREGATE public.nps\(')
{
	like($objects, qr/^$object/m, "objects are compared: $object");
}
for my $change ("COMMENT ON FUNCTION responses(nps_summary) IS 'another'", 'ALTER FUNCTION responses(nps_summary) COST 7', 'ALTER EXTENSION cx_metrics DROP CAST (nps_summary AS json); DROP CAST (nps_summary AS json)')
{
	my $changed = $server->createdb('changed');
	$server->psql($changed, [ 'CREATE EXTENSION cx_metrics', $change ]);
	isnt(objects($changed), $objects, "a change is seen: $change");
	$server->run_ok('dropdb', $changed);
}

my $current = $server->psql($fresh, "SELECT default_version FROM pg_available_extensions WHERE name = 'cx_metrics'");
my @released = grep { $_ ne $current } split /\n/, $server->psql($fresh, "SELECT version FROM pg_available_extension_versions WHERE name = 'cx_metrics'");
note("nothing was released before $current") unless @released;
for my $version (@released)
{
	my $database = $server->createdb("from $version");
	$server->psql($database, "CREATE EXTENSION cx_metrics VERSION '$version'");
	$server->load_samples($database);
	my $before = $server->samples($database);
	$server->psql($database, 'ALTER EXTENSION cx_metrics UPDATE');
	is($server->psql($database, "SELECT extversion FROM pg_extension WHERE extname = 'cx_metrics'"), $current, "$version is updated to $current");
	is($server->samples($database), $before, "$version: stored summaries are as they were");
	$server->psql($database, 'DROP SCHEMA cx_sample CASCADE');
	is(objects($database), $objects, "$version: the objects are those of a fresh installation");
}

done_testing();
