# Whether two answers are the same, of which one was put together in another order:
# counts and money to the last digit, sums of double precision to 1e-12.

package CxAnswer;

use strict;
use warnings;
use Exporter 'import';
use JSON::PP;
use List::Util qw(max);

our @EXPORT_OK = qw(same);

my $json = JSON::PP->new->allow_nonref->allow_bignum;

# Flattens a value: a list of pairs of a path and what stands there.
sub leaves
{
	my ($path, $value) = @_;

	return map { leaves("$path/$_", $value->{$_}) } sort keys %$value if ref $value eq 'HASH';
	return map { leaves("$path/$_", $value->[$_]) } 0 .. $#$value if ref $value eq 'ARRAY';
	return [ $path, $value ];
}

sub is_number { return defined $_[0] && $_[0] =~ /\A-?\d+(\.\d+)?(e[-+]?\d+)?\z/i }

# Is this the same answer? A number may differ by 1e-12 of itself; the low part
# of a sum that is kept in two numbers, by 1e-12 of the sum.
sub same
{
	my ($one, $other) = @_;

	return 1 if $one eq $other;
	return 0 if $one eq '' || $other eq '';
	my @one = leaves('', eval { $json->decode($one) } // $one);
	my @other = leaves('', eval { $json->decode($other) } // $other);
	return 0 if @one != @other;
	my %whole = map { @$_ } @one;
	for my $i (0 .. $#one)
	{
		my ($path, $a) = @{ $one[$i] };
		my $b = $other[$i][1];
		return 0 if $path ne $other[$i][0];
		next if ($a // 'null') eq ($b // 'null');
		return 0 unless is_number($a) && is_number($b) && ("$a$b" =~ /[.e]/i || $path eq '');
		(my $sum = $path) =~ s/_low\b//;
		return 0 if abs($a - $b) > 1e-12 * max(abs $a, abs($whole{$sum} // 0));
	}
	return 1;
}

1;
