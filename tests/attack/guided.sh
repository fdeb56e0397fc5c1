#!/usr/bin/env bash
# The coverage-guided part of the attack: the fuzz targets of the readers, by libFuzzer, without cargo-fuzz. It needs a
# nightly compiler and a C++ compiler, and is run by hand: `tests/attack/guided.sh [RUNS [SECONDS]]`, 250,000 runs a
# target unless given, or as many as SECONDS allow. A panic, an input of more than 10 s or of more than 1 GiB ends it, and
# names the input.
set -euo pipefail
cd "$(dirname "$0")/../.."
runs="${1:-250000}" seconds="${2:-0}"
root="$PWD"
target="${GUIDED_TARGET:-$root/target/guided}"
# What `cargo fuzz` sets, less the address sanitizer: nothing here is unsafe, and without it a million take minutes.
flags="--cfg fuzzing -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4"
flags+=" -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table"
flags+=" -Cllvm-args=-sanitizer-coverage-trace-compares -Ccodegen-units=1 -Cdebug-assertions -Coverflow-checks"
host="$(rustc +nightly -vV | sed -n 's/host: //p')"
seeds() { # what each target begins with
  case "$1" in
    loader) cp "$root"/scenarios/*.ron "$2" ;;
    expression) grep -oh 'value: "[^"]*"' "$root"/scenarios/*/*.ron | cut -d'"' -f2 | sort -u |
      { n=0; while read -r line; do printf '%s' "$line" >"$2/$((n++))"; done; } ;;
    read_nfg) cp "$root"/tests/games/*.nfg "$2" ;;
    read_tensor) # two players of two strategies each, all payoffs zero
      { printf '\223NUMPY\001\000v\000%-117s\n' "{'descr': '<f8', 'fortran_order': False, 'shape': (2, 2, 2), }" &&
        head -c 64 /dev/zero; } >"$2/zeros.npy" ;;
  esac
}
for place in sim:loader sim:expression equilibria:read_nfg equilibria:read_tensor; do
  folder="crates/marchland-${place%%:*}/fuzz" name="${place##*:}"
  # The versions of the program's own crates; cargo adds the fuzzer's.
  [ -e "$folder/Cargo.lock" ] || cp Cargo.lock "$folder/Cargo.lock"
  # With --target, build scripts and macros are not instrumented.
  (cd "$folder" && RUSTFLAGS="$flags" cargo +nightly build --release --quiet --target "$host" --target-dir "$target" --bin "$name")
  corpus="$target/corpus/$name"
  mkdir -p "$corpus"
  seeds "$name" "$corpus"
  echo "== $name"
  "$target/$host/release/$name" "$corpus" -runs="$runs" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=1024 -seed=20101129 -print_final_stats=1 \
    -artifact_prefix="$target/$name-" 2>&1 | tail -n 12
done
