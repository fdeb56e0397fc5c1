"""What tests share: small scenarios, loaded once."""

from __future__ import annotations

import pytest

import marchland


@pytest.fixture(scope="session")
def deterrence() -> marchland.Scenario:
    return marchland.load("deterrence")


@pytest.fixture(scope="session")
def chicken() -> marchland.Scenario:
    return marchland.load("chicken")


@pytest.fixture(scope="session")
def quiet() -> marchland.Scenario:
    return marchland.load("quiet-autocracy")


@pytest.fixture(scope="session")
def tajikistan() -> marchland.Scenario:
    return marchland.load("tajikistan-2010")
