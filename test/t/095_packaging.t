# What is released: META.json as PGXN wants it, and one version everywhere.
# https://pgxn.org/spec/ (PGXN Meta Spec 1.0.0)

use strict;
use warnings;
use Cwd 'abs_path';
use File::Basename 'dirname';
use JSON::PP;
use Test::More;

my $top = abs_path(dirname(__FILE__) . '/../..');

sub contents
{
	my ($file) = @_;

	open my $in, '<', "$top/$file" or die "$file: $!\n";
	return do { local $/; <$in> };
}

my $meta = decode_json(contents('META.json'));
my ($version) = contents('cx_metrics.control') =~ /^default_version\s*=\s*'(.*)'/m;
my $semver = qr/\A(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-[0-9A-Za-z.-]+)?\z/;

for my $key (qw(name version abstract maintainer license provides meta-spec))
{
	ok($meta->{$key}, "META.json has $key");
}
my @unknown = grep { !/\A(name|version|abstract|maintainer|license|provides|meta-spec|description|generated_by|tags|no_index|prereqs|release_status|resources|x_.*)\z/i } keys %$meta;
is("@unknown", '', 'and no key that the specification does not know');
is($meta->{'meta-spec'}{version}, '1.0.0', 'it follows version 1.0.0');
like($meta->{name}, qr{\A[^\s/\\:]{2,}\z}, 'the name is a term');
ok((!grep { /[\0-\x1f]/ || length > 255 } @{ $meta->{tags} }), 'tags are short and printable');
like($meta->{license}, qr/\A(agpl_3|apache_2_0|artistic_2|bsd|gpl_[123]|lgpl_[23]_[01]|mit|mozilla_1_[01]|open_source|postgresql|restricted|unrestricted|unknown)\z/, 'the licence is one of the list');
like($meta->{release_status}, qr/\A(stable|testing|unstable)\z/, 'the status of the release is one of the list');
like($meta->{version}, $semver, 'the version is semantic');
is($meta->{version}, $version, 'and is that of the control file');
for my $name (keys %{ $meta->{provides} })
{
	my $extension = $meta->{provides}{$name};
	is($extension->{version}, $version, "$name: the same version");
	ok(-f "$top/$extension->{file}", "$name: its file is there");
	ok(-f "$top/$extension->{docfile}", "$name: so is its documentation");
}
for my $phase (values %{ $meta->{prereqs} })
{
	for my $relation (values %$phase)
	{
		like($_, $semver, "what is needed has a semantic version: $_") for values %$relation;
	}
}

like(contents('debian/changelog'), qr/\A\Qcx-metrics ($version)\E/, 'the Debian package has the same version');
like(contents('CHANGELOG.md'), qr/^## .*(\Q$version\E|Unreleased)/mi, 'and the list of changes knows it');

SKIP:
{
	skip 'this is no git checkout', 2 unless -e "$top/.git" && system('git --version >/dev/null 2>&1') == 0;
	my $said = `make -s -C "$top" dist 2>&1`;
	is($?, 0, 'make dist packs it') or diag($said);
	my $zip = contents("build/cx_metrics-$version.zip");
	ok(index($zip, "cx_metrics-$version/META.json") > 0, 'in a directory of its name and version, with META.json');
}

# What npm installs is named by version and hash, not by the registry of whoever wrote the file.
for my $lock (split /\n/, `git -C "$top" ls-files -- '*package-lock.json' 2>/dev/null`)
{
	unlike(contents($lock), qr/"resolved"/, "$lock names no registry");
}

done_testing();
