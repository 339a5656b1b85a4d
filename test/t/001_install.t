# Installing and moving, as a DBA does it.

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

done_testing();
