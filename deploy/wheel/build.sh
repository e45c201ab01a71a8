#!/bin/sh
# Builds the Python wheel that carries the binary, and prints its path as the last line.
#
#   [OUT=<folder>] deploy/wheel/build.sh [<option of maturin build>...]
#
# Without `--profile` it is a release build for this machine's platform; `--target <triple>` is for another one. CARGO_TARGET_DIR is honoured;
# the wheel lies in its folder `wheels` where OUT names no other. maturin is taken from the PATH, else from PyPI into the target directory.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
target=${CARGO_TARGET_DIR:-$root/target}
# As a relative CARGO_TARGET_DIR is meant: from where the caller stands, while maturin runs beside its pyproject.toml.
mkdir -p "$target"
target=$(cd "$target" && pwd)
out=${OUT:-$target/wheels}
mkdir -p "$out"
out=$(cd "$out" && pwd)
case " $* " in
*" --profile"* | *" --release "*) ;;
*) set -- --release "$@" ;;
esac

maturin=$(command -v maturin || true)
if [ -z "$maturin" ]; then
	maturin=$target/maturin/bin/maturin
	[ -x "$maturin" ] || {
		python3 -m venv "$target/maturin" >&2
		"$target/maturin/bin/pip" install --quiet --disable-pip-version-check 'maturin>=1.8,<2' >&2
	}
fi

cd "$here"
# What it says goes to standard error: standard output is the path.
CARGO_TARGET_DIR=$target "$maturin" build --locked --out "$out" "$@" >&2
# The newest, where an older version lies beside it.
ls -t "$out"/flowgate_bin-*.whl | head -n 1
