# Private servers for the tests in test/t: a thin layer over .ci/server.
#
#   my $server = CxServer->new('install', max_connections => 10);
#   is($server->psql('postgres', 'SELECT 1'), '1', 'it answers');
#   like($server->psql_fails('postgres', 'SELECT 1/0'), qr/22012/, 'it refuses');
#
# A server ends with the object, or with the test.

package CxServer;

use strict;
use warnings;
use Cwd 'abs_path';
use File::Basename 'dirname';
use File::Temp;

my $top = abs_path(dirname(__FILE__) . '/../..');

# An interrupted test must run its destructors.
$SIG{INT} = $SIG{TERM} = $SIG{HUP} = sub { exit 1 };

# Starts a server; the settings are lines of its postgresql.conf.  With the setting primary, another server, it is a standby of that one; bindir names other programs.
sub new
{
	my ($class, $name, %settings) = @_;
	my $primary = delete $settings{primary};
	my $bindir = delete $settings{bindir};
	my $self = bless { name => "check-$name", dir => File::Temp->newdir }, $class;

	local $ENV{CX_SERVER_CONF} = join "\n", map { "$_ = '$settings{$_}'" } sort keys %settings;
	local $ENV{CX_SERVER_PRIMARY} = $primary ? $primary->{environment}{PGHOST} : '';
	local $ENV{CX_SERVER_BINDIR} = $bindir // '';
	my $environment = `"$top/.ci/server" start "$self->{name}"`;
	die "no server for $name\n" if $?;
	for my $variable (qw(PGHOST PGPORT PGUSER CX_BINDIR CX_DATA))
	{
		$self->{environment}{$variable} = `$environment printf %s "\$$variable"`;
	}
	return $self;
}

sub DESTROY
{
	my ($self) = @_;

	$self->stop;
}

sub stop
{
	my ($self) = @_;

	local $?;
	`"$top/.ci/server" stop "$self->{name}"` unless $self->{stopped}++;
	return;
}

# Runs one of PostgreSQL's programs as the owner of the server, where its data/ is.  Returns whether it succeeded, and what it said.
sub as_owner
{
	my ($self, @command) = @_;

	my $said = `"$top/.ci/server" as "$self->{name}" @command 2>&1`;
	return ($? == 0, $said);
}

# Starts the server again on the data it has.
sub restart
{
	my ($self) = @_;

	my ($started, $said);
	for (1 .. 20)
	{
		($started, $said) = $self->as_owner('pg_ctl start -w -s -D data -l log');
		return if $started;
		select undef, undef, undef, 0.25;	# what a killed one has left ends by itself
	}
	die "$self->{name} does not start again:\n$said";
}

# A directory for the files of a test, which vanishes with the server.
sub dir
{
	my ($self) = @_;

	return $self->{dir}->dirname;
}

# Runs one of PostgreSQL's programs; returns its exit status, output and errors.
sub run
{
	my ($self, $program, @arguments) = @_;
	my $errors = File::Temp->new;

	local %ENV = (%ENV, %{ $self->{environment} });
	my $pid = open(my $pipe, '-|') // die "fork: $!";
	if (!$pid)
	{
		open STDERR, '>&', $errors or die $!;
		open STDIN, '<', '/dev/null' or die $!;
		exec "$self->{environment}{CX_BINDIR}/$program", @arguments or die "$program: $!\n";
	}
	my $output = do { local $/; <$pipe> } // '';
	close $pipe;
	my $status = $?;
	open my $in, '<', $errors->filename or die $!;
	return ($status, $output, do { local $/; <$in> } // '');
}

# The same for a program that must succeed: returns its output.
sub run_ok
{
	my ($self, $program, @arguments) = @_;

	my ($status, $output, $errors) = $self->run($program, @arguments);
	die "$program @arguments\n$errors" if $status;
	return $output;
}

sub psql_arguments
{
	my ($database, $sql, %options) = @_;

	return ('-XAtq', '-v', 'ON_ERROR_STOP=1', '-d', $database,
		$options{user} ? ('-U', $options{user}) : (),
		map { ('-c', $_) } ref $sql ? @$sql : $sql);
}

# Runs SQL, one string or a list of them (each a transaction of its own), as
# postgres or another user => '...'; returns the rows, columns parted by |.
sub psql
{
	my ($self, @arguments) = @_;

	my $output = $self->run_ok('psql', psql_arguments(@arguments));
	chomp $output;
	return $output;
}

# Runs SQL that must fail; returns the message, which begins with the SQLSTATE.
sub psql_fails
{
	my ($self, @arguments) = @_;

	my ($status, $output, $errors) = $self->run('psql', '-v', 'VERBOSITY=verbose', psql_arguments(@arguments));
	die "this should have failed:\n$arguments[1]\n$output" unless $status;
	return $errors =~ s/\AERROR:\s*//r;
}

# A database with the extension and the samples of test/lib/samples.sql.
sub create_samples
{
	my ($self, $database) = @_;

	$self->createdb($database);
	$self->psql($database, 'CREATE EXTENSION cx_metrics');
	$self->load_samples($database);
	return $database;
}

sub load_samples
{
	my ($self, $database) = @_;

	$self->run_ok('psql', '-Xq', '-v', 'ON_ERROR_STOP=1', '-d', $database, '-f', "$top/test/lib/samples.sql");
	return;
}

# What is stored in the samples: a line for each type, which changes with any byte of its text.
sub samples
{
	my ($self, $database) = @_;

	my @relations = split /\n/, $self->psql($database, 'SELECT relation FROM cx_sample.summary ORDER BY relation');
	return $self->psql($database, [ map { "SELECT '$_', count(*), md5(string_agg(line, '' ORDER BY line COLLATE \"C\")) FROM (SELECT concat_ws('|', made_by, g, s) FROM $_) AS x (line)" } @relations ]);
}

# Runs a script of many statements in one session; returns its output, and its errors.
sub script
{
	my ($self, @arguments) = @_;

	my ($output, $errors, $status) = $self->script_anyway(@arguments);
	die $errors if $status;
	return ($output, $errors);
}

# The same if the session may end early: returns how psql ended as well.
sub script_anyway
{
	my ($self, $database, $script) = @_;

	my $file = File::Temp->new;
	print $file $script;
	close $file or die $!;
	my ($status, $output, $errors) = $self->run('psql', '-XAtq', '-d', $database, '-f', $file->filename);
	return ($output, $errors, $status);
}

sub createdb
{
	my ($self, $database) = @_;

	$self->run_ok('createdb', $database);
	return $database;
}

1;
