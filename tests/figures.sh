#!/bin/sh
# Prints the figures that the scenarios' pages rest on games for, each from three experiment seeds, into files beside
# each other:
#
#     tests/figures.sh OUT [NAME …]        all of them, or those whose name begins with one of the names
#
# OUT/NAME-SEED.txt holds what the command of that name printed at that seed, its first line the command. A figure is
# worth printing in a page where its three intervals overlap; the page says how many games, and gives the first seed's
# with the range of the three. Set MARCHLAND to the program and HAZARDS to the example (`cargo build --release
# -p marchland && cargo build --release -p marchland-experiments --example hazards`) if they are not in target/release,
# and NICE to run beside other work. SIZE=small plays a tenth of the games, to see that everything runs.
set -eu
out=${1:?"where to write"}
shift
mkdir -p "$out"
marchland=${MARCHLAND:-target/release/marchland}
hazards=${HAZARDS:-target/release/examples/hazards}
nice=${NICE:-0}
seeds=${SEEDS:-"1 100001 200001"}
tenth=1
[ "${SIZE:-whole}" = small ] && tenth=10
wanted="$*"
failed=0

# games N: so many games, or a tenth of them, and no fewer than 20.
games() {
    n=$(($1 / tenth))
    [ "$n" -lt 20 ] && n=20
    echo "$n"
}

# figure NAME COMMAND …: runs a command for each seed, with SEED and RUN (a folder of its own) in place of those words.
figure() {
    name=$1
    shift
    match=${wanted:-all}
    for one in $wanted; do
        case $name in "$one"*) match=all ;; esac
    done
    [ "$match" = all ] || return 0
    for seed in $seeds; do
        to="$out/$name-$seed.txt"
        run="$out/games/$name-$seed"
        rm -rf "$run"
        command=$(echo "$*" | sed "s|SEED|$seed|g; s|RUN|$run|g")
        echo "$command" >"$to"
        if ! nice -n "$nice" sh -c "$command" >>"$to" 2>"$to.err"; then
            echo "$name, seed $seed: failed, see $to.err" >&2
            failed=1
        else
            rm -f "$to.err"
            echo "$to"
        fi
    done
}

taj=scenarios/tajikistan-2010
kyr=scenarios/kyrgyzstan-2010
quiet=scenarios/quiet-autocracy
auto=scenarios/autocracy

# scenarios/tajikistan-2008/README.md: the back-test of the economy.
figure back-test "$marchland batch scenarios/tajikistan-2008 --games $(games 200) --seed SEED --out RUN --quiet && $marchland summarise RUN"

# scenarios/quiet-autocracy/README.md: hazards by year, one driver at a time, the other rule of unrest.
figure quiet-hazards "$hazards $quiet country 72 $(games 2500) SEED"
figure quiet-ablate "$marchland ablate $quiet --games $(games 1000) --seed SEED"
for threshold in 0.1 0.2; do
    epstein="--set unrest_rule=epstein --set unrest_epstein_threshold=$threshold"
    for of in "$quiet 12" "$taj 12" "$kyr 3"; do
        # shellcheck disable=SC2086
        set -- $of
        figure "epstein-$threshold-$(basename "$1")" "$marchland batch $1 --games $(games 1000) --seed SEED --turns $2 $epstein --out RUN --quiet && $marchland summarise RUN"
    done
done

# scenarios/autocracy/README.md: drivers, and the hindcasts of the simulated table and of the public one. (That of the world is no figure
# here: each run would be another look at its later years.)
drivers="opp,split,army,openness=0..0.7,standing=0.1..0.8,growth=-0.15..0.15,shock,force=0.1..1,patron,mem,prior_uprising,fall_next_door,trig"
figure autocracy-response "$marchland response $auto --over $drivers --games $(games 1000) --seed SEED"
figure autocracy-hindcast "$marchland hindcast $auto --cases $auto/cases/simulated.csv --rule public --train train --games $(games 200) --seed SEED --out RUN --quiet"
figure autocracy-post-soviet "$marchland hindcast $auto --cases $auto/cases/post-soviet.csv --rule public --games $(games 1000) --seed SEED --out RUN --quiet"

# scenarios/kyrgyzstan-2010/README.md: falls, second falls, placebo starts.
figure kyrgyz-hazards "$hazards $kyr kyrgyzstan 24 $(games 800) SEED"
figure kyrgyz-placebo-2008 "$hazards $kyr kyrgyzstan 12 $(games 1000) SEED --belief=codes-2008-04"
figure kyrgyz-placebo-2009 "$hazards $kyr kyrgyzstan 12 $(games 1000) SEED --belief=codes-2009-04"

# scenarios/tajikistan-2010/README.md: hazards, families of laws, policies, claims, what powers answer, the memo's question, what the record allows.
figure tajik-hazards "$hazards $taj tajikistan 72 $(games 1500) SEED"
figure tajik-ablate "$marchland ablate $taj --games $(games 1000) --seed SEED"
figure tajik-policies "$marchland sweep $taj memo-portfolio --replications $(games 300) --seed SEED --out RUN --quiet && $marchland summarise RUN"
for of in judgements collapse-drivers where-it-fails; do
    figure "tajik-sweep-$of" "$marchland sweep $taj $of --seed SEED --out RUN --quiet && $marchland summarise RUN && $marchland sensitivity RUN"
done
figure tajik-claims "$marchland claims $taj --seed SEED --quiet"
# A row or a named world that does not hold over plausible worlds ends the command with 1: the page tells which.
figure tajik-claims-drawn "$marchland claims $taj --drawn --seed SEED --quiet || [ \$? = 1 ]"
figure tajik-facts "$marchland facts $taj --seed SEED"
for belief in memo observed; do
    figure "tajik-claims-$belief" "$marchland claims $taj --belief $belief --seed SEED --quiet"
done
figure tajik-match "$marchland match $taj --points 96 --second 48 --candidates 5000 --first-games 32 --games 128 --answer-games 150 --seed SEED --quiet"
for of in interplay interplay-closed interplay-uzbekistan interplay-nato interplay-china sets; do
    figure "tajik-tournament-$of" "$marchland tournament $taj $of --seed SEED --out RUN"
done
exit $failed
