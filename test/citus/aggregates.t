# Every aggregate of the catalog over distributed tables, with all that Citus
# cannot push down switched off: what works is computed on the workers. The
# answers are those of the same rows in a local table.

use strict;
use warnings;
use Cwd 'abs_path';
use File::Basename 'dirname';
use File::Temp;
use Test::More;
use CxAnswer qw(same);

my $samples = abs_path(dirname(__FILE__) . '/../lib/samples.sql');

# Runs a script in one session; returns its lines, or dies of its first error.
sub script
{
	my ($script) = @_;

	my $file = File::Temp->new;
	print $file $script;
	close $file or die $!;
	open my $psql, '-|', 'psql', '-XAtq', '-v', 'ON_ERROR_STOP=1', '-d', $ENV{CITUS_URL}, '-f', $file->filename or die "psql: $!\n";
	chomp(my @lines = <$psql>);
	close $psql or die "psql failed\n";
	return @lines;
}

END { script("SET client_min_messages = warning;\nDROP SCHEMA IF EXISTS cx_sample CASCADE;") if $ENV{CITUS_URL} }
script("SET client_min_messages = warning;\nDROP SCHEMA IF EXISTS cx_sample CASCADE;\nCREATE EXTENSION IF NOT EXISTS cx_metrics;\n\\i $samples");

my @calls = map { [ split /\t/ ] } script("SELECT concat_ws(E'\\t', aggregate, call, source) FROM cx_sample.aggregate ORDER BY aggregate, source");
my @relations = ('cx_sample.row', script('SELECT relation FROM cx_sample.summary ORDER BY relation'));

# Over everything, by the column that the rows are distributed by, by another, and
# summarised first and merged outside, as grouping sets have to be.
my @queries;
for my $call (@calls)
{
	my ($name, $aggregate, $source) = @$call;
	my $by = sub { my ($what) = @_; "SELECT string_agg(answer, E'\\t' ORDER BY k) FROM (SELECT $what AS k, coalesce(($aggregate)::text, '') AS answer FROM $source GROUP BY $what) AS x" };
	push @queries, [ $name, 'whole', "SELECT coalesce(($aggregate)::text, '') FROM $source" ];
	push @queries, [ $name, 'by the distribution column', $by->('g') ], [ $name, 'by another', $by->('g % 3') ];
	push @queries, [ $name, 'with a reference table', "SELECT coalesce(($aggregate)::text, '') FROM $source JOIN cx_sample.chosen USING (g)" ];
	push @queries, [ $name, 'FILTER', "SELECT coalesce(($aggregate FILTER (WHERE g > 5))::text, '') FROM $source" ];
}

sub answers
{
	my (@settings) = @_;

	return script(join "\n", @settings, map { "$_->[2];" } @queries);
}
script('CREATE TABLE cx_sample.chosen AS SELECT g FROM generate_series(0, 40, 2) AS g');
my @local = answers();
script(join "\n", "SELECT create_reference_table('cx_sample.chosen');", map { "SELECT create_distributed_table('$_', 'g', shard_count => 8);" } @relations);
my @distributed = answers("SET citus.coordinator_aggregation_strategy = 'disabled';");
is(scalar @distributed, scalar @queries, 'every query was answered');
for my $i (0 .. $#queries)
{
	my @one = split /\t/, $local[$i], -1;
	my @other = split /\t/, $distributed[$i] // 'nothing', -1;
	my $wrong = @one != @other || grep { !same($one[$_], $other[$_]) } 0 .. $#one;
	ok(!$wrong, "$queries[$i][0], $queries[$i][1]: the same answer") or diag("$queries[$i][2]\nlocal:       $local[$i]\ndistributed: $distributed[$i]");
}

# What is stored distributed comes back as it was.
my ($copied) = script("CREATE TABLE cx_sample.copy AS SELECT made_by, g, s FROM $relations[1];\nSELECT count(*) FROM cx_sample.copy AS c JOIN (SELECT * FROM $relations[1] OFFSET 0) AS d USING (made_by, g) WHERE c.s IS DISTINCT FROM d.s");
is($copied, '0', 'summaries travel between the nodes as they are');

done_testing();
