"""The wall between rooms as the test runs prove it: a forbidden package is as good as not installed."""

import importlib
import os

import pytest

FORBIDDEN = [name for name in os.environ.get("TRAIN_AT_HOME_FORBID", "").split(",") if name]


@pytest.mark.parametrize("package", FORBIDDEN)
def test_a_forbidden_package_cannot_be_imported(package: str) -> None:
    with pytest.raises(ModuleNotFoundError):
        importlib.import_module(package)
