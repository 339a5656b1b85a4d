# Every question of questions.sql, asked through each driver that test/clients/get
# has got: the same columns and values as in psql, in the types that doc/clients.md
# promises.

use strict;
use warnings;
use Cwd 'abs_path';
use File::Basename 'dirname';
use File::Temp;
use Test::More;
use CxServer;

my $here = abs_path(dirname(__FILE__));
my $top = abs_path("$here/../..");
my $drivers = "$top/build/clients";

my $server = CxServer->new('clients');
my $db = $server->create_samples('clients');
$server->run_ok('psql', '-Xq', '-v', 'ON_ERROR_STOP=1', '-d', $db, '-f', "$here/questions.sql");

my ($host, $port, $user, $bindir) = @{ $server->{environment} }{qw(PGHOST PGPORT PGUSER CX_BINDIR)};

# ---- Rules of the catalog ----

my $member = "JOIN pg_depend AS d ON d.classid = '%s'::regclass AND d.objid = o.oid JOIN pg_extension AS e ON d.refclassid = 'pg_extension'::regclass AND e.oid = d.refobjid AND extname = 'cx_metrics'";
is($server->psql($db, "SELECT o.oid::regoperator FROM pg_operator AS o " . sprintf($member, 'pg_operator') . " WHERE oprname ~ '[?%]'"), '', 'no operator has a character that drivers take for a parameter');
is($server->psql($db, "SELECT o.oid::regprocedure FROM pg_proc AS o " . sprintf($member, 'pg_proc') . " WHERE prorettype = 'record'::regtype AND (proargmodes IS NULL OR NOT 'o' = ANY (proargmodes))"), '', 'no function gives an anonymous record');

# ---- Questions ----

my @questions = map { [ split /\t/ ] } split /\n/, $server->psql($db, q{SELECT concat_ws(E'\t', name, query) FROM cx_client.question ORDER BY kind, name});
# Parameters, in each driver's own way: a number, and a summary as text.
my $stored = $server->psql($db, 'SELECT s FROM cx_sample.stored_nps_summary WHERE g = -1 ORDER BY s LIMIT 1');
push @questions, [ 'with parameters', 'SELECT (nps_interval(s, $1)).lower AS lower, r.* FROM nps_report($2::nps_summary) AS r, (SELECT s FROM cx_client.nps_summary WHERE i = 1) AS x', '0.9', $stored ];
# Types that reports of calendars have.
push @questions, [ 'calendar', "SELECT date '2025-03-03' AS day, timestamp '2025-03-03 09:30:00' AS local, timestamptz '2025-03-03 09:30:00+00' AS moment" ];
my $asked = File::Temp->new;
print $asked map { join("\t", @$_) . "\n" } @questions;
close $asked or die $!;

# What a client has printed: for each question its columns [name, server's type, client's type], and its rows.
sub parse
{
	my (%answers, $current);

	for my $line (split /\n/, $_[0])
	{
		if ($line =~ /^\?(.*)/) { $current = $answers{$1} = { columns => [], rows => [] } }
		elsif ($line =~ /^:(.*)/) { push @{ $current->{columns} }, [ split /\t/, $1, -1 ] }
		elsif ($line =~ /^!(.*)/) { $current->{error} = $1 }
		else { push @{ $current->{rows} }, [ split /\t/, $line, -1 ] }
	}
	return \%answers;
}

# psql's answers are those that the others are compared with.
my $script = join "\n", q{\pset null '\\\\N'}, q{\pset fieldsep '\t'}, map {
	my ($name, $query, @values) = @$_;
	$query =~ s/\$(\d)/'$values[$1 - 1]'/g;
	(qq(\\echo ?"$name"), '\echo @', "$query \\gdesc", '\echo .', "$query;")
} @questions;
my ($output) = $server->script($db, $script);
$output =~ s/^\?"(.*)"$/?$1/mg;
$output =~ s{^@\n(.*?)^\.\n}{ $1 =~ s/^(.*)$/:$1\ttext/mgr }msge;
my $expected = parse($output);
is(scalar keys %$expected, scalar @questions, 'psql: every question is answered');

my %allowed = map { $_ => 1 } 'double precision', 'bigint', 'integer', 'numeric', 'text', 'boolean', 'date', 'timestamp without time zone', 'timestamp with time zone', 'double precision[]', 'text[]';
my %summary = map { $_ => 1 } split /\n/, $server->psql($db, 'SELECT type FROM cx_sample.summary');
my (%composite, @odd, @undefined, @empty, $values);
for my $name (sort keys %$expected)
{
	my $answer = $expected->{$name};
	$composite{ $answer->{columns}[0][1] } = 1 if $name =~ / as a whole$/;
	push @odd, map { "$name: $_->[0] is $_->[1]" } grep { !$allowed{ $_->[1] } && !$summary{ $_->[1] } && !($name =~ / as a whole$/ && $_->[1] !~ /^record$/) } @{ $answer->{columns} };
	push @undefined, $name if grep { grep { /\b(nan|infinity)\b/i } @$_ } @{ $answer->{rows} };
	push @empty, $name unless grep { grep { $_ ne '\N' } @$_ } @{ $answer->{rows} };
	$values += map { @$_ } @{ $answer->{rows} };
}
is("@odd", '', 'every column is of a type that every driver has');
is("@undefined", '', 'no NaN and no infinity');
note("$values values");
note("NULL for every sample: $_") for @empty;

# ---- Clients ----

# A command, with what it needs in the environment; or nothing where the driver is not there.
sub compile
{
	my ($name, $command) = @_;

	my $said = `$command 2>&1`;
	is($?, 0, "$name: it is compiled without a warning") or diag($said);
	return;
}

my %clients;
my $pg_config = $ENV{PG_CONFIG} // 'pg_config';
if (-f "$top/build/bindir")
{
	my ($include, $lib) = map { my $dir = `$pg_config --$_`; chomp $dir; $dir } 'includedir', 'libdir';
	compile('libpq', "cc -std=gnu11 -Wall -Wextra -Werror -Wno-unused-parameter -I$include -o $drivers/libpq $here/libpq.c -L$lib -lpq");
	$clients{'libpq, binary'} = [ {}, "$drivers/libpq", "host=$host port=$port user=$user dbname=$db" ];
}
if (-f "$drivers/jdbc/complete")
{
	my $jar = "$drivers/jdbc/usr/share/java/postgresql.jar";
	compile('JDBC', "javac -Xlint:all -Werror -d $drivers/jdbc $here/Jdbc.java");
	my @command = ('java', '-Xshare:auto', '-XX:TieredStopAtLevel=1', '-cp', "$jar:$drivers/jdbc", 'Jdbc', "$host/.s.PGSQL.$port", $user, $db);
	$clients{JDBC} = [ {}, @command, 5 ];
	$clients{'JDBC, binary'} = [ {}, @command, -1 ];
}
if (-f "$drivers/odbc/complete")
{
	my ($lib, $include) = map { glob "$drivers/odbc/usr/$_/*-linux-*" } 'lib', 'include';
	compile('ODBC', "cc -std=gnu11 -Wall -Wextra -Werror -Wno-unused-parameter -I$drivers/odbc/usr/include -I$include -o $drivers/odbc/ask $here/odbc.c -L$lib -l:libodbc.so.2 -Wl,-rpath-link,$lib");
	$clients{ODBC} = [ { LD_LIBRARY_PATH => $lib, ODBCSYSINI => "$drivers/odbc" }, "$drivers/odbc/ask", "Driver=$lib/odbc/psqlodbcw.so;Servername=$host;Port=$port;Username=$user;Database=$db" ];
}
if (-f "$drivers/psycopg/complete")
{
	my %environment = (PYTHONPATH => "$drivers/psycopg/usr/lib/python3/dist-packages");
	$clients{"psycopg, $_"} = [ \%environment, 'python3', "$here/psycopg3.py", $_, "host=$host port=$port user=$user dbname=$db" ] for 'text', 'binary';
}
if (-f "$drivers/node/complete")
{
	$clients{'node-postgres'} = [ { NODE_PATH => "$drivers/node/node_modules" }, 'node', "$here/node.js", $host, $port, $user, $db ];
}

# A timestamp, however a client writes it.
sub moment
{
	my ($text) = @_;

	$text =~ s/T| /_/;
	$text =~ s/(Z|\+00(:00)?)$//;
	$text =~ s/\.0+$//;
	return $text =~ /_/ ? $text : "${text}_00:00:00";
}

# The same value? Numbers of double precision are the same number, whatever their digits.
sub same
{
	my ($type, $one, $other) = @_;

	return 1 if $one eq $other;
	return 0 if $one eq '\N' || $other eq '\N';
	return moment($one) eq moment($other) if $type =~ /^timestamp/;
	return $one == $other if $type eq 'double precision' && $other =~ /^-?[\d.]+(e[-+]?\d+)?$/i;
	if ($type eq 'double precision[]')
	{
		my ($ones, $others) = map { [ /[^{},]+/g ] } $one, $other;
		return @$ones == @$others && !grep { $ones->[$_] != $others->[$_] } 0 .. $#$ones;
	}
	return $other eq { t => '1', f => '0' }->{$one} if $type eq 'boolean';
	return 1 if $other =~ /^\\x[0-9a-f]+$/ && !$allowed{$type};	# bytes as they are: libpq has read them
	return 0;
}

# The row of the table in doc/clients.md that a type belongs to.
sub row_of
{
	my ($type) = @_;

	return $summary{$type} ? 'a summary' : $composite{$type} ? 'a composite as a whole' : $type;
}

my %seen;	# {client}{row of the table}{type in the client}
for my $client (sort keys %clients)
{
	my ($environment, @command) = @{ $clients{$client} };
	local %ENV = (%ENV, %$environment, TZ => 'UTC');
	my $printed = `@{[ map { quotemeta } @command ]} < $asked`;
	is($?, 0, "$client: it can be asked");
	my $answers = parse($printed);
	my (@errors, @columns, @differences);
	my $same = 0;
	for my $question (@questions)
	{
		my $name = $question->[0];
		my ($right, $answer) = ($expected->{$name}, $answers->{$name} // { error => 'no answer', columns => [], rows => [] });
		if ($answer->{error})
		{
			push @errors, "$name: $answer->{error}";
			next;
		}
		push @columns, $name if join(',', map { $_->[0] } @{ $answer->{columns} }) ne join(',', map { $_->[0] } @{ $right->{columns} });
		push @differences, "$name: " . @{ $answer->{rows} } . ' rows for ' . @{ $right->{rows} } if @{ $answer->{rows} } != @{ $right->{rows} };
		for my $column (0 .. $#{ $right->{columns} })
		{
			my $type = $right->{columns}[$column][1];
			my $got = $answer->{columns}[$column][2];
			$seen{$client}{ row_of($type) }{$got} = 1 if $got;
			for my $row (0 .. $#{ $right->{rows} })
			{
				my ($is, $should) = map { $_->{rows}[$row][$column] // 'nothing' } $answer, $right;
				if (same($type, $should, $is)) { $same++ }
				else { push @differences, "$name, $right->{columns}[$column][0], row $row: $is, not $should" }
			}
		}
	}
	is(join("\n", @errors[ 0 .. ($#errors < 9 ? $#errors : 9) ]), '', "$client: no question is an error");
	is("@columns", '', "$client: the columns have their names");
	is(join("\n", @differences[ 0 .. ($#differences < 9 ? $#differences : 9) ]), '', "$client: $same values are the same");
}

# ---- The table of types ----

my @clients = ('libpq, binary', 'JDBC', 'ODBC', 'psycopg, text', 'psycopg, binary', 'node-postgres');
my @types = ('double precision', 'bigint', 'integer', 'numeric', 'text', 'boolean', 'date', 'timestamp without time zone', 'timestamp with time zone', 'double precision[]', 'text[]', 'a summary', 'a composite as a whole');
is_deeply($seen{'JDBC, binary'}, $seen{JDBC}, 'JDBC has the same types in both formats');
my $page = do { local (@ARGV, $/) = "$top/doc/clients.md"; <> };
my @lines;
for my $type (@types)
{
	my @cells = map { join ' or ', sort keys %{ $seen{$_}{$type} // {} } } @clients;
	next unless grep { $_ } @cells;
	my ($old) = $page =~ /^\| \Q$type\E \|(.*)\|$/m;
	my @old = map { s/^\s+|\s+$//gr } split /\|/, $old // '';
	# what was not asked stays as it is
	@cells = map { $clients{ $clients[$_] } ? $cells[$_] : $old[$_] // '' } 0 .. $#clients;
	push @lines, '| ' . join(' | ', $type, @cells) . ' |';
}
my $table = join "\n", '| In PostgreSQL | ' . join(' | ', @clients) . ' |', '|' . '---|' x (@clients + 1), @lines;
my ($documented) = $page =~ /^(\| In PostgreSQL .*?)\n\n/ms;
if ($ENV{ACCEPT} && $documented ne $table)
{
	$page =~ s/\Q$documented\E/$table/;
	open my $out, '>', "$top/doc/clients.md" or die $!;
	print $out $page;
	close $out or die $!;
}
else
{
	is($documented, $table, 'doc/clients.md says what each driver sees');
}

done_testing();
