#!/bin/sh
# Packs a release from a built book: the site as a zip, the sources for students (without solutions) and for teachers (all of
# them), the machine as a wheel for books made with it, checksums, the changelog's words on it.
#   make book && sh hosting/release.sh        → _build/release/
# All archives are the same, byte for byte, whenever and wherever they are made from the same commit and the same site.
set -eu
cd "$(dirname "$0")/.."
python=.venv/bin/python
version=$($python -c 'import tomllib; print(tomllib.load(open("pyproject.toml", "rb"))["project"]["version"])')
name=after-the-caliphate-$version
out=_build/release
rm -rf "$out" && mkdir -p "$out"

$python -m explorable.publish.student "$out"
make zip
cp _build/*.zip "$out/$name-site.zip"
$python -m explorable.new.wheel "$out"
(cd "$out" && sha256sum -- *.tar.gz *.zip *.whl > SHA256SUMS)
awk -v version="$version" '/^## /{on = index($2, version) == 1} on && !/^## /' CHANGELOG.md > "$out/NOTES.md"
echo "The release $version is in $out/:" && ls "$out"
