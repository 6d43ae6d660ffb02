from typing import TYPE_CHECKING

import pytest

from bot.studio.models import installed_models, missing_packages

if TYPE_CHECKING:
    from bot.studio.voicing.speaking import NeuralVoice


@pytest.fixture(scope="session")
def neural_voice() -> "NeuralVoice":
    if missing_packages():
        pytest.skip(f"the studio packages are not installed: {', '.join(missing_packages())}")
    from bot.studio.voicing.speaking import load_neural_voice  # noqa: PLC0415 - only where the packages are installed

    return load_neural_voice(installed_models())
