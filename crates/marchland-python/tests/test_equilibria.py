"""The solver over NumPy arrays."""

from __future__ import annotations

import numpy
import pytest

import marchland
from marchland.equilibria import Game

STAG_HUNT = Game([[[4, 0], [3, 3]], [[4, 3], [0, 3]]], title="Stag hunt", players=["a", "b"])


def test_all_equilibria_of_a_bimatrix_game_with_certificates() -> None:
    found = STAG_HUNT.nash(all=True)
    assert found.complete
    assert len(found) == 3
    assert sum(one.index for one in found) == 1
    for one in found:
        payoffs = STAG_HUNT.payoffs
        rows, columns = one.profile
        assert one.payoffs[0] == pytest.approx(rows @ payoffs[0] @ columns)
        assert max((payoffs[0] @ columns).max() - one.payoffs[0], (rows @ payoffs[1]).max() - one.payoffs[1]) <= 1e-9
        assert one.regret <= 1e-9


def test_three_players_and_names() -> None:
    # Each gains 1 by choosing as the next one does.
    grid = numpy.indices((2, 2, 2))
    payoffs = [(grid[i] == grid[(i + 1) % 3]).astype(float) for i in range(3)]
    game = Game(payoffs, players=["x", "y", "z"], strategies=[["l", "r"]] * 3)
    assert game.players == ["x", "y", "z"]
    pure = game.pure()
    assert {tuple(int(s.argmax()) for s in one.profile) for one in pure} == {(0, 0, 0), (1, 1, 1)}
    assert game.nash().regret < 1e-9


def test_other_concepts() -> None:
    pennies = Game([[1.0, -1.0], [-1.0, 1.0]])
    assert numpy.array_equal(pennies.payoffs[1], -pennies.payoffs[0])
    assert pennies.qre(1.5)[0].profile[0] == pytest.approx([0.5, 0.5])
    # The only correlated equilibrium of matching pennies is its Nash equilibrium, a quarter on each profile.
    shares = [share for share in _shares(pennies.correlated()["distribution"]) if share > 0]
    assert shares == pytest.approx([0.25] * 4)
    assert pennies.security()["levels"] == pytest.approx([0.0, 0.0])
    assert STAG_HUNT.alpharank()["ranking"]
    dilemma = Game([[[3, 0], [5, 1]], [[3, 5], [0, 1]]])
    assert dilemma.dominance()["survivors"] == [[1], [1]]
    assert dilemma.replicator([[0.5, 0.5], [0.5, 0.5]], time=50.0)[0].profile[0][1] > 0.99


def _shares(distribution: object) -> list[float]:
    if isinstance(distribution, dict):
        return _shares(distribution["probability"]) if "probability" in distribution else _shares(list(distribution.values()))
    if isinstance(distribution, (list, tuple)):
        return [share for one in distribution for share in _shares(one)]
    return [float(distribution)]  # type: ignore[arg-type]


def test_gambit_both_ways() -> None:
    again = Game.from_nfg(STAG_HUNT.to_nfg())
    assert again.title == "Stag hunt" and again.players == ["a", "b"]
    for own, other in zip(STAG_HUNT.payoffs, again.payoffs):
        assert numpy.array_equal(own, other)


@pytest.mark.parametrize(
    ("payoffs", "message"),
    [
        ([[[1, 2]], [[1], [2]]], "the shape"),
        ([[[1, float("nan")]], [[1, 2]]], "NaN|not finite|finite"),
        ([[[1, 2]]], "one of each a player"),
    ],
)
def test_wrong_games_are_refused(payoffs, message: str) -> None:
    with pytest.raises(marchland.MarchlandError, match=message):
        Game(payoffs)


def test_wrong_options_are_refused() -> None:
    with pytest.raises(marchland.MarchlandError, match="objective"):
        STAG_HUNT.correlated(objective="nonsense")
