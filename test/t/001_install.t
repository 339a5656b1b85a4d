# Installing, moving, dumping and restoring, as a DBA does it.

use strict;
use warnings;
use Test::More;
use CxServer;

my $server = CxServer->new('install');
my $schema_of = "SELECT n.nspname FROM pg_extension e JOIN pg_namespace n ON n.oid = extnamespace WHERE extname = 'cx_metrics'";

# trusted: a user who may create in the database needs no superuser
my $db = $server->createdb('install');
$server->psql($db, [ 'CREATE ROLE analyst LOGIN', 'CREATE ROLE guest LOGIN', "GRANT CREATE ON DATABASE $db TO analyst" ]);
like($server->psql_fails($db, 'CREATE EXTENSION cx_metrics', user => 'guest'), qr/^42501/, 'a guest may not install it');
$server->psql($db, [ 'CREATE SCHEMA metrics', 'CREATE EXTENSION cx_metrics SCHEMA metrics' ], user => 'analyst');
is($server->psql($db, $schema_of), 'metrics', 'a user who may create in the database installs it into a schema of his own');
is($server->psql($db, 'SELECT metrics.nps(x) FROM unnest(ARRAY[10, 9, 8, 0]) AS x', user => 'analyst'), '25', 'and calls it there');

# relocatable: nothing in it depends on search_path
$server->psql($db, [ 'CREATE SCHEMA elsewhere', 'ALTER EXTENSION cx_metrics SET SCHEMA elsewhere' ]);
is($server->psql($db, $schema_of), 'elsewhere', 'it moves to another schema');
is( $server->psql($db, [ "SET search_path = ''", 'SELECT elsewhere.nps(elsewhere.rollup(s)) FROM (SELECT elsewhere.nps_agg(x) AS s FROM unnest(ARRAY[10, 9, 8, 0]) AS x) y' ]),
	'25', 'and answers there, with an empty search_path');

$server->psql($db, 'DROP EXTENSION cx_metrics');
is($server->psql($db, "SELECT count(*) FROM pg_proc WHERE probin LIKE '%cx_metrics%'"), '0', 'dropping it leaves nothing behind');
$server->psql($db, 'CREATE EXTENSION cx_metrics');
is($server->psql($db, $schema_of), 'public', 'and it comes back');

# stored summaries live through dump and restore, and through binary copies
$server->psql($db, 'CREATE TABLE daily AS SELECT d, nps_agg((i * d) % 11) AS s FROM generate_series(1, 40) AS d, generate_series(0, d * 7) AS i GROUP BY d');
$server->psql($db, 'INSERT INTO daily VALUES (0, NULL)');
my $contents = 'SELECT d, s FROM daily ORDER BY d';
my $before = $server->psql($db, $contents);

my $restored = $server->createdb('restored');
my $dump = $server->dir . '/dump';
$server->run_ok('pg_dump', '-Fc', '-f', $dump, $db);
$server->run_ok('pg_restore', '--exit-on-error', '-d', $restored, $dump);
is($server->psql($restored, $contents), $before, 'pg_dump and pg_restore give the same summaries');

my $file = $server->dir . '/daily.bin';
$server->psql($db, "\\copy daily TO '$file' (FORMAT binary)");
$server->psql($db, [ 'CREATE TABLE copied (LIKE daily)', "\\copy copied FROM '$file' (FORMAT binary)" ]);
is($server->psql($db, $contents =~ s/daily/copied/r), $before, 'a binary copy gives the same summaries');
is($server->psql($db, 'SELECT count(*) FROM daily JOIN copied USING (d) WHERE daily.s IS DISTINCT FROM copied.s'), '0', 'equal by their operator, too');

done_testing();
