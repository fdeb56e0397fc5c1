"""Loads every game of a folder in Gambit and OpenSpiel and prints its payoffs.

Written for pygambit 17.0.0b2 and open_spiel 2.0.2. Exit code 77 if a package is missing.
"""

import itertools
import pathlib
import sys

try:
    import numpy
    import pygambit
    import pyspiel
except ImportError as missing:
    print(missing, file=sys.stderr)
    sys.exit(77)


def show(program, name, shape, payoff):
    profiles = itertools.product(*(range(count) for count in shape))
    rows = (" ".join(repr(float(payoff(p, a))) for p in range(len(shape))) for a in profiles)
    print(f"{program} {name}: {' | '.join(rows)}")


for path in sorted(pathlib.Path(sys.argv[1]).glob("*.nfg")):
    name = path.stem
    game = pygambit.read_nfg(str(path))
    tensors = game.to_arrays(dtype=float)
    shape = tensors[0].shape
    show("gambit nfg", name, shape, lambda p, a: tensors[p][a])
    for label, loaded in (
        ("openspiel nfg", pyspiel.load_game(f"nfg_game(filename={path})")),
        ("openspiel npy", None),
    ):
        if loaded is None:
            array = numpy.load(path.with_suffix(".npy"))
            loaded = pyspiel.create_tensor_game([list(t.flatten()) for t in array], list(array.shape[1:]))

        def payoff(player, profile, loaded=loaded):
            state = loaded.new_initial_state()
            state.apply_actions(list(profile))
            return state.returns()[player]

        show(label, name, shape, payoff)
