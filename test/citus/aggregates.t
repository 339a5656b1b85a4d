# Every aggregate of the catalog over distributed and reference tables, with all
# that Citus cannot push down switched off: what works is computed on the workers.
# The answers are those of the same rows in a local table.

use strict;
use warnings;
use Cwd 'abs_path';
use File::Basename 'dirname';
use File::Temp;
use Test::More;
use CxAnswer qw(same);

my $samples = abs_path(dirname(__FILE__) . '/../lib/samples.sql');
my $disabled = "SET citus.coordinator_aggregation_strategy = 'disabled';";

# What psql prints of a script that it runs in one session.
sub psql
{
	my ($script, @command) = @_;

	my $file = File::Temp->new;
	print $file "SET client_min_messages = warning;\n$script";
	close $file or die $!;
	open my $psql, '-|', @command, '-XAtq', '-d', $ENV{CITUS_URL}, '-f', $file->filename or die "psql: $!\n";
	chomp(my @lines = <$psql>);
	close $psql or die "psql failed\n";
	return @lines;
}

# Of a script that has to succeed.
sub script { return psql($_[0], 'psql', '-v', 'ON_ERROR_STOP=1') }

# What each of the queries answers: lines of rows, or of the error that it ends with.
sub answers
{
	my ($settings, @queries) = @_;

	my $marked = join "\n", $settings, map { "\\echo == next\n$_;\n\\if :ERROR\n\\echo ERROR: :LAST_ERROR_MESSAGE\n\\endif" } @queries;
	my @answers;
	for my $line (psql($marked, 'sh', '-c', 'exec psql "$@" 2>/dev/null', 'psql'))
	{
		if ($line eq '== next') { push @answers, [] }
		else { push @{ $answers[-1] }, $line }
	}
	return @answers;
}

END { script('DROP SCHEMA IF EXISTS cx_sample CASCADE;') if $ENV{CITUS_URL} }
script("DROP SCHEMA IF EXISTS cx_sample CASCADE;\nCREATE EXTENSION IF NOT EXISTS cx_metrics;\n\\i $samples\nCREATE TABLE cx_sample.chosen AS SELECT g FROM generate_series(0, 40, 2) AS g;");

my @calls = map { [ split /\t/ ] } script("SELECT concat_ws(E'\\t', aggregate, call, source) FROM cx_sample.aggregate ORDER BY aggregate, source");
my @stored = script('SELECT relation FROM cx_sample.summary ORDER BY relation');

my (@queries, @refused);
for my $call (@calls)
{
	my ($name, $aggregate, $source) = @$call;
	my $text = "coalesce(($aggregate)::text, '')";
	my $by = sub { my ($what) = @_; "SELECT $what, $text FROM $source GROUP BY 1 ORDER BY 1" };
	push @queries, [ $name, 'whole', "SELECT $text FROM $source" ];
	push @queries, [ $name, 'by the distribution column', $by->('g') ], [ $name, 'by another', $by->('g % 3') ];
	push @queries, [ $name, 'with a reference table', "SELECT $text FROM $source JOIN cx_sample.chosen USING (g)" ];
	push @queries, [ $name, 'FILTER', "SELECT coalesce(($aggregate FILTER (WHERE g > 5))::text, '') FROM $source" ];
	push @queries, [ $name, 'of no rows', "SELECT $text FROM $source WHERE g > 1000" ];
	push @queries, [ $name, 'HAVING', "SELECT g % 7 FROM $source GROUP BY 1 HAVING $text <> '' ORDER BY 1" ];
	push @queries, [ $name, 'DISTINCT by the distribution column', $by->('g') =~ s/\Q$aggregate/distinct_of($aggregate)/er ] if $source eq 'cx_sample.row';
	push @refused, [ $name, 'DISTINCT', 'SELECT ' . distinct_of($aggregate) . " FROM $source" ];
}
sub distinct_of { return $_[0] =~ s/\(/(DISTINCT /r }

my @local = answers('', map { $_->[2] } @queries);
my $summaries = join ' UNION ALL ', map { "SELECT '$_' AS relation, made_by, g, s::text FROM $_" } @stored;
my @before = script("SELECT * FROM ($summaries) AS x ORDER BY 1, 2, 3");

# Compares the answers of the queries with those of the local tables.
sub same_answers
{
	my ($tables, @which) = @_;

	my @answers = answers($disabled, map { $queries[$_][2] } @which);
	for my $n (0 .. $#which)
	{
		my ($name, $kind, $query) = @{ $queries[ $which[$n] ] };
		my ($one, $other) = ($local[ $which[$n] ], $answers[$n] // ['nothing']);
		my @one = map { split /\|/, $_, -1 } @$one;
		my @other = map { split /\|/, $_, -1 } @$other;
		my $wrong = @one != @other || grep { /^ERROR/ || !same($_, shift @other) } @one;
		ok(!$wrong, "$tables: $name, $kind: the same answer") or diag(join "\n", $query, 'local:', @$one, "$tables:", @$other);
	}
}

script(join "\n", "SELECT create_reference_table('cx_sample.chosen');", map { "SELECT create_distributed_table('$_', 'g', shard_count => 8);" } 'cx_sample.row', @stored);
same_answers('distributed', 0 .. $#queries);

my @errors = answers($disabled, map { $_->[2] } @refused);
for my $n (0 .. $#refused)
{
	like(join("\n", @{ $errors[$n] // [] }), qr/^ERROR: (cannot compute aggregate|unsupported aggregate)/, "distributed: $refused[$n][0], $refused[$n][1]: refused");
}

# What is stored distributed comes back as it was, after it is distributed by another column, too.
is_deeply([ script("SELECT * FROM ($summaries) AS x ORDER BY 1, 2, 3") ], \@before, 'stored summaries travel from the nodes as they are');
for my $relation (@stored)
{
	my $again = "SELECT '$relation', made_by, g, s::text FROM cx_sample.again ORDER BY 1, 2, 3";
	is_deeply([ script("CREATE TABLE cx_sample.again (LIKE $relation);\nSELECT FROM create_distributed_table('cx_sample.again', 'made_by', shard_count => 4);\nINSERT INTO cx_sample.again SELECT * FROM $relation;\n$again;\nDROP TABLE cx_sample.again") ],
		[ grep /^\Q$relation\E\|/, @before ], "$relation: and between the nodes");
}

script(join "\n", map { "SELECT undistribute_table('$_');\nSELECT create_reference_table('$_');" } 'cx_sample.row', @stored);
same_answers('reference table', grep { $queries[$_][1] =~ /^(whole|by another)$/ } 0 .. $#queries);

done_testing();
