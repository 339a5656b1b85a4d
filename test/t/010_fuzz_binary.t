# Corrupt binary input: thousands of mutations of what the send functions give
# are refused with SQLSTATE 22P03, or are a summary that is sent as the same
# bytes again and on which every accessor works.  Nothing ends the server.

use strict;
use warnings;
use Cwd 'abs_path';
use File::Basename 'dirname';
use Test::More;
use CxServer;

srand(20240229);	# the same mutations every time

my $server = CxServer->new('binary', log_line_prefix => '%e ');
my $db = $server->createdb('binary');
my $dir = $server->dir;
my @types = qw(nps_summary csat_summary ces_summary nps_pair_summary revenue_summary);

# cx_test: extreme summaries of each type, and what is wrong with a summary
$server->psql($db, 'CREATE EXTENSION cx_metrics');
$server->run_ok('psql', '-XAtq', '-v', 'ON_ERROR_STOP=1', '-v', 'included=1', '-d', $db, '-f', abs_path(dirname(__FILE__) . '/../pgtap/accessors.sql'));


# ---- Files in the format of COPY BINARY ----

sub write_file
{
	my ($name, $contents) = @_;

	open my $file, '>:raw', "$dir/$name" or die "$name: $!\n";
	print $file $contents;
	close $file or die $!;
	return "$dir/$name";
}

# A row is a list of fields, each either bytes or [length that is claimed, bytes].
sub copy_format
{
	my (@rows) = @_;

	my $file = "PGCOPY\n\xff\r\n\0" . pack('NN', 0, 0);
	for my $row (@rows)
	{
		$file .= pack('n', scalar @$row);
		$file .= ref $_ ? pack('N', $_->[0] & 0xffffffff) . $_->[1] : pack('N', length $_) . $_ for @$row;
	}
	return $file . pack('n', 0xffff);
}


# Copies each case, a file of its own, into the table PREFIX_TYPE (id, s), all in one session; notes the
# SQLSTATE of those that are refused.  A function makes the rows of the case with a given number.
sub copy_each
{
	my ($prefix, $column, $cases, $rows_of) = @_;

	my $script = "\\set VERBOSITY sqlstate\n" . join '', map { "CREATE TABLE ${prefix}_$_ (id int, s $_$column);\n" } @types;
	my $heading = 1 + @types;
	for my $i (0 .. $#$cases)
	{
		my $file = write_file("$prefix$i", copy_format($rows_of->($i, $cases->[$i])));
		$script .= "\\copy ${prefix}_$cases->[$i]{type} FROM '$file' (FORMAT binary)\n";
	}
	my ($status, undef, $errors) = $server->run('psql', '-XAtq', '-d', $db, '-f', write_file('script', $script));
	is($status, 0, @$cases . " times binary input, as $prefix, and the session goes on");
	$cases->[ $1 - $heading - 1 ]{state} = $2 while $errors =~ /^psql:[^\n]*script:(\d+): ERROR:\s+(\w+)$/mg;
	return;
}

sub show
{
	my ($case) = @_;

	return "$case->{type} ($case->{kind}), " . ($case->{state} // 'accepted') . ': ' . unpack 'H*', $case->{bytes};
}

sub none_of
{
	my ($name, @wrong) = @_;

	ok(!@wrong, $name) or diag(join "\n", scalar(@wrong) . ' are wrong:', map { show($_) } @wrong[ 0 .. (@wrong > 5 ? 4 : $#wrong) ]);
	return;
}


# ---- Mutations ----

sub pick { return $_[ int rand @_ ] }

# Where the 8-byte fields of a summary begin: n, and all that follow the short ones.
sub slots
{
	my ($type, $bytes) = @_;
	my @slots;

	if ($type eq 'revenue_summary')
	{
		# seven times customers, decimals and 24 bytes of money; closing money; then ten sums of products
		@slots = ((map { my $part = 10 + 33 * $_; ($part, $part + 9, $part + 17, $part + 25) } 0 .. 6),
			(map { 10 + 7 * 33 + 1 + 8 * $_ } 0 .. 2), map { 10 + 7 * 33 + 25 + 8 * $_ } 0 .. 9);
	}
	else
	{
		my $short = { nps_summary => 2, csat_summary => 3, ces_summary => 3, nps_pair_summary => 0 }->{$type};
		@slots = map { 10 + $short + 8 * $_ } 0 .. 60;
	}
	return (2, grep { $_ + 8 <= length $bytes } @slots);
}

# Where those begin that are double precision.
sub real_slots
{
	my ($type, $bytes) = @_;

	my (undef, @slots) = slots($type, $bytes);
	return @slots == 41 ? @slots[ 31 .. 40 ] : () if $type eq 'revenue_summary';
	my $scale = $type eq 'nps_summary' ? 11 : $type eq 'nps_pair_summary' ? 99 : ord substr $bytes, 10, 1;
	return @slots == 3 * $scale + 2 ? @slots[ $scale .. $#slots ] : ();
}

# A weight of -0 is a weight of 0.
sub without_negative_zeros
{
	my ($type, $bytes) = @_;

	for my $slot (real_slots($type, $bytes))
	{
		substr($bytes, $slot, 8) = "\0" x 8 if substr($bytes, $slot, 8) eq "\x80" . "\0" x 7;
	}
	return $bytes;
}

my @odd_doubles = map { pack 'H*', $_ } qw(
	0000000000000000 8000000000000000 0000000000000001 000fffffffffffff 0010000000000000 8000000000000001
	7fefffffffffffff ffefffffffffffff 7ff0000000000000 fff0000000000000 7ff8000000000000 7ff0000000000001 ffffffffffffffff
	3ff0000000000000 bff0000000000000 4000000000000000 2b2bff2ee48e0530 2b2bff2ee48e052f 54b249ad2594c37d 54b249ad2594c37e);
my @odd_counts = map { pack 'q>', $_ } -1, 0, 1, 2, 3, 10, 255, 256, 2**32, 2**53, 9223372036854775806, 9223372036854775807, -9223372036854775807 - 1, -2;

my %mutations = (
	flip => sub {
		my ($type, $bytes) = @_;
		vec($bytes, int rand 8 * length $bytes, 1) ^= 1 for 1 .. 1 + int rand 3;
		return $bytes;
	},
	byte => sub {
		my ($type, $bytes) = @_;
		substr($bytes, int rand length $bytes, 1) = chr pick(0, 1, 2, 5, 10, 11, 12, 127, 128, 255, int rand 256);
		return $bytes;
	},
	head => sub {
		my ($type, $bytes) = @_;
		return $bytes if length $bytes < 14;
		substr($bytes, pick(0, 1, 9, 10, 11, 12, 18), 1) = chr pick(0 .. 12, 66 .. 82, 255);
		return $bytes;
	},
	cut => sub {
		my ($type, $bytes) = @_;
		return substr($bytes, 0, int rand length $bytes);
	},
	extend => sub {
		my ($type, $bytes) = @_;
		return $bytes . join '', map { chr pick(0, 0, 0, int rand 256) } 1 .. pick(1, 2, 8, 16, 80, 192, 1000);
	},
	number => sub {
		my ($type, $bytes) = @_;
		substr($bytes, pick(slots($type, $bytes)), 8) = pick(@odd_doubles, @odd_counts);
		return $bytes;
	},
	# another distribution of the same number of answers
	move => sub {
		my ($type, $bytes) = @_;
		my (undef, @slots) = slots($type, $bytes);
		my $from = pick(@slots) // return $bytes;
		my $to = pick(@slots);
		my $step = pick(1, 1, 2, 1000);
		substr($bytes, $from, 8) = pack 'q>', unpack('q>', substr $bytes, $from, 8) - $step;
		substr($bytes, $to, 8) = pack 'q>', unpack('q>', substr $bytes, $to, 8) + $step;
		return $bytes;
	},
	# weights in another unit, not always exactly
	unit => sub {
		my ($type, $bytes) = @_;
		my $shift = pick(-1, 1, 10, -300, 300, 600);
		my @reals = real_slots($type, $bytes);
		for my $i (0 .. $#reals)
		{
			my $squared = $type eq 'revenue_summary' || $i >= $#reals - 1;
			my $number = unpack 'd>', substr $bytes, $reals[$i], 8;
			$number *= 2**($shift / 2) * 2**($shift / 2) for 0 .. $squared;
			substr($bytes, $reals[$i], 8) = pack 'd>', $number * pick(1, 1, 1, 1, 1, 1, 1, 1, 1, 1 + 1e-12, 1 + 1e-8);
		}
		return $bytes;
	},
	swap => sub {
		my ($type, $bytes) = @_;
		my @slots = slots($type, $bytes);
		my ($one, $other) = (pick(@slots), pick(@slots));
		my $kept = substr $bytes, $one, 8;
		substr($bytes, $one, 8) = substr $bytes, $other, 8;
		substr($bytes, $other, 8) = $kept;
		return $bytes;
	},
	noise => sub {
		my ($type, $bytes) = @_;
		return substr($bytes, 0, pick(0, 2, 10, 12)) . join '', map { chr int rand 256 } 1 .. pick(0, 1, 8, 90, 280);
	});
my @kinds = qw(flip flip flip byte byte head cut extend number number number number move move move unit unit swap noise);


# ---- Values, one a file ----

my %valid;
for my $type (@types)
{
	my $made = {
		nps_summary => 'SELECT nps_agg((i * i + ds) % 11) FROM x GROUP BY ds UNION ALL SELECT nps_weighted_agg((i * i + ds) % 11, 0.1 * (i % 7)) FROM x GROUP BY ds',
		csat_summary => 'SELECT csat_agg(1 + (i * i) % (2 + ds), 2 + ds) FROM x GROUP BY ds UNION ALL SELECT csat_weighted_agg(1 + (i * i) % (2 + ds), 0.1 * (i % 7), 2 + ds) FROM x GROUP BY ds',
		ces_summary => 'SELECT ces_agg(1 + (i * i) % (2 + ds), 2 + ds, ds % 2 = 0) FROM x GROUP BY ds UNION ALL SELECT ces_weighted_agg(1 + (i * i) % (2 + ds), 0.1 * (i % 7), 2 + ds) FROM x GROUP BY ds',
		nps_pair_summary => 'SELECT nps_paired_agg((i * i + ds) % 11, (i * ds) % 11) FROM x GROUP BY ds',
		revenue_summary => 'SELECT revenue_agg((i * ds) % 3 * 10.5, (i * i) % 4 * 0.99, CASE i % 3 WHEN 0 THEN true WHEN 1 THEN false END) FROM x GROUP BY ds'
	}->{$type};
	$valid{$type} = [ map { pack 'H*', $_ } split /\n/, $server->psql($db,
			"WITH x AS (SELECT ds, i FROM generate_series(0, 9) AS ds, generate_series(1, 5 * ds + 3) AS i) SELECT DISTINCT encode(${type}_send(s), 'hex') FROM ($made UNION ALL SELECT s::$type FROM cx_test.edges WHERE type = '$type') AS y (s) ORDER BY 1") ];
	cmp_ok(scalar @{ $valid{$type} }, '>=', 30, "there are enough valid forms of $type");
}

my @cases;
for my $type (@types)
{
	my $per_value = int(900 / @{ $valid{$type} }) + 1;
	for my $bytes (@{ $valid{$type} })
	{
		push @cases, { type => $type, bytes => $bytes, kind => 'none' };
		for (1 .. $per_value)
		{
			my $kind = pick(@kinds);
			my $mutated = $mutations{$kind}->($type, $bytes);
			$mutated = $mutations{ pick(qw(flip number move)) }->($type, $mutated) if length $mutated > 20 && rand() < 0.15;
			push @cases, { type => $type, bytes => $mutated, kind => $kind };
		}
		# the bytes of another type
		my $other = pick(grep { $_ ne $type } @types);
		push @cases, { type => $other, bytes => $bytes, kind => 'foreign' };
	}
}

copy_each('value', '', \@cases, sub { my ($i, $case) = @_; return [ pack('N', $i), $case->{bytes} ] });
for my $type (@types)
{
	for my $line (split /\n/, $server->psql($db, "SELECT id, encode(${type}_send(s), 'hex') FROM value_$type"))
	{
		my ($i, $hex) = split /\|/, $line;
		$cases[$i]{sent} = $hex;
	}
}

my @read = grep { defined $_->{sent} } @cases;
my @refused = grep { defined $_->{state} } @cases;
note(scalar(@read) . ' of ' . @cases . ' were read, ' . @refused . ' refused');
is(@read + @refused, scalar @cases, 'each was either read or refused');
cmp_ok(scalar(grep { $_->{kind} ne 'none' } @read), '>', 300, 'hundreds of mutations were read');
cmp_ok(scalar @refused, '>', 2000, 'thousands were refused');
none_of('what was sent is received', grep { $_->{kind} eq 'none' && defined $_->{state} } @cases);
none_of('no type takes another for its own', grep { $_->{kind} eq 'foreign' && !defined $_->{state} } @cases);
none_of('what is refused is refused with 22P03', grep { $_->{state} ne '22P03' } @refused);
none_of('what is read is sent as the same bytes', grep { $_->{sent} ne unpack 'H*', without_negative_zeros($_->{type}, $_->{bytes}) } @read);

for my $type (@types)
{
	my $file = "$dir/back";
	my $unchanged = join ', ', grep { $cases[$_]{kind} eq 'none' } 0 .. $#cases;
	$server->psql($db, [ "\\copy value_$type TO '$file' (FORMAT binary)", "CREATE TABLE again_$type (LIKE value_$type)", "\\copy again_$type FROM '$file' (FORMAT binary)" ]);
	is($server->psql($db, "SELECT id, a.s, b.s FROM value_$type a FULL JOIN again_$type b USING (id) WHERE NOT record_image_eq(ROW(a.s), ROW(b.s)) OR a.s IS NULL OR b.s IS NULL LIMIT 3"),
		'', "$type: a binary copy brings back the same bytes");
	is($server->psql($db, "SELECT id, s FROM value_$type WHERE cx_test.is_possible('$type', s::text::jsonb) IS NOT TRUE LIMIT 3"), '', "$type: what is read is possible");
	is($server->psql($db, "SELECT * FROM cx_test.summary_of_faults(ARRAY(SELECT s::text FROM value_$type WHERE id NOT IN ($unchanged) GROUP BY s ORDER BY hashtext(s::text) LIMIT 150), '$type')"),
		'', "$type: every accessor works on what was read");
}


# ---- Lengths that lie ----

# PostgreSQL itself reads the length of a field, and answers for it: 22P03 for a value that is longer than its type needs, 22P04
# where the file makes no sense after it.  Never may a summary be read from bytes that are not its own.
my @lies;
for my $type (@types)
{
	for my $bytes (@{ $valid{$type} }[ 0, 7, 14, 21 ])
	{
		my $length = length $bytes;
		push @lies, map { { type => $type, kind => "length $_", claimed => $_, bytes => $bytes } } grep { $_ != $length } 0, 1, 2, 9, 10, $length - 8, $length - 1, $length + 1, $length + 8, 100000, 2**24, -2, -2**31;
	}
}
# two rows, so that there is something to read behind the first
copy_each('lie', '', \@lies, sub { my ($i, $lie) = @_; return ([ pack('N', $i), [ $lie->{claimed}, $lie->{bytes} ] ], [ pack('N', -1), $lie->{bytes} ]) });
none_of('all are refused, with 22P03 or 22P04', grep { ($_->{state} // '') !~ /^22P0[34]$/ } @lies);

# Within an array a value is followed by other bytes, which it must not read.
my %array = map { $_ => $server->psql($db, "SELECT '$_'::regtype::oid::bigint") } @types;
my @elements = map { { %$_, state => undef } } grep { length $_->{bytes} && $_->{kind} =~ /cut|extend|flip|none/ && rand() < 0.3 } @cases;
copy_each('element', '[]', \@elements, sub {
	my ($i, $case) = @_;
	my @values = ($case->{bytes}, $valid{ $case->{type} }[3]);
	my $array = pack('NNNNN', 1, 0, $array{ $case->{type} }, scalar @values, 1) . join '', map { pack('N', length $_) . $_ } @values;
	return [ pack('N', $i), $array ];
});
none_of('an array is refused with 22P03', grep { defined $_->{state} && $_->{state} ne '22P03' } @elements);
my %alone = map { ("$_->{type} $_->{bytes}" => $_) } @cases;
none_of('an element is read as it is alone, or refused', grep { defined $_->{state} ne defined $alone{"$_->{type} $_->{bytes}"}{state} } @elements);

# ---- The server is well ----

is($server->psql($db, 'SELECT nps(rollup(s)) FROM (SELECT nps_agg(10) AS s) x'), '100', 'the server answers');
my $log = do { local (@ARGV, $/) = "$server->{environment}{CX_DATA}/log"; <> };
unlike($log, qr/terminated by|PANIC|^XX|Assert/m, 'and never crashed');

done_testing();
