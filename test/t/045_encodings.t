# Segments in databases of other encodings: the same map, in the order of other
# bytes, by way of text and of binary; and what cannot be said there is refused.

use strict;
use warnings;
use Test::More;
use CxServer;

$ENV{PGCLIENTENCODING} = 'UTF8';
my $server = CxServer->new('encodings');
my $from = $server->createdb('utf8');
my $dir = $server->dir;
chmod 0777, $dir;
$server->psql($from, 'CREATE EXTENSION cx_metrics');

# UTF-8 has the letters of Cyrillic in the order of the alphabet, KOI8-R has not.
my $map = q{SELECT nps_segment_agg(segment, s) AS s FROM (SELECT segment, nps_counts_agg(9, n) AS s FROM unnest(ARRAY['юг', 'восток', 'запад', NULL, 'ёж', 'north'], ARRAY[1, 2, 3, 4, 5, 6]) AS x (segment, n) GROUP BY segment) AS y};
my $rows = q{SELECT segment, responses(summary) FROM t, segment_summaries(s) ORDER BY 2};
$server->psql($from, "CREATE TABLE t AS $map");
my $expected = $server->psql($from, $rows);
my $order = q{SELECT string_agg(segment, ' ' ORDER BY place) FROM t, segment_summaries(s) WITH ORDINALITY AS x (segment, summary, place)};
is($server->psql($from, $order), 'north восток запад юг ёж', 'the order of bytes in UTF-8');

for my $format (qw(text binary))
{
	$server->psql($from, "COPY t TO '$dir/$format' (FORMAT $format)");
	for my $encoding (qw(KOI8R WIN1251 ISO_8859_5))
	{
		my $to = lc "${format}_$encoding";
		$server->psql('postgres', "CREATE DATABASE $to TEMPLATE template0 ENCODING '$encoding' LOCALE 'C'");
		$server->psql($to, 'CREATE EXTENSION cx_metrics');
		$server->psql($to, "CREATE TABLE t (s nps_segment_summary); COPY t FROM '$dir/$format' (FORMAT $format)");
		is($server->psql($to, $rows), $expected, "$encoding: the same segments, by way of $format");
		isnt($server->psql($to, $order), $server->psql($from, $order), "$encoding: in another order") if $encoding eq 'KOI8R';
		is($server->psql($to, "SELECT s = ($map) FROM t"), 't', "$encoding: as it would be made there");
	}
	$server->psql('postgres', "CREATE DATABASE latin_$format TEMPLATE template0 ENCODING 'LATIN1' LOCALE 'C'");
	$server->psql("latin_$format", 'CREATE EXTENSION cx_metrics');
	like($server->psql_fails("latin_$format", "CREATE TABLE t (s nps_segment_summary); COPY t FROM '$dir/$format' (FORMAT $format)"),
		qr/has no equivalent/, "LATIN1 has no such letters, by way of $format");
}

# Blocks are for encodings that have them.
is($server->psql('latin_text', q(SELECT sparkline('{1,2,NULL,3}'::float8[]))), '15.8', 'LATIN1: a sparkline of digits');

done_testing();
