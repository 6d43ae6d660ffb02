import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.studio.hearing.blocks import quiet_blocks

RATE_HZ = 1_000


def test_a_long_recording_is_cut_where_it_is_quiet() -> None:
    sound = np.random.default_rng(1).standard_normal(100 * RATE_HZ).astype(np.float32)
    sound[33 * RATE_HZ : 34 * RATE_HZ] = 0
    sound[68 * RATE_HZ : 69 * RATE_HZ] = 0

    ends = np.cumsum([block.size for block in quiet_blocks([sound], RATE_HZ, 40.0)]) / RATE_HZ

    assert len(ends) == 3
    assert 33 <= ends[0] <= 34
    assert 68 <= ends[1] <= 69


@settings(max_examples=50, deadline=None)
@given(pieces=st.lists(st.integers(0, 7_000), max_size=12), longest_s=st.floats(1, 9), seed=st.integers(0, 99))
def test_nothing_is_lost_and_no_block_is_too_long(pieces: list[int], longest_s: float, seed: int) -> None:
    generator = np.random.default_rng(seed)
    sound = [generator.standard_normal((1, size)).astype(np.float32) for size in pieces]

    blocks = list(quiet_blocks(sound, RATE_HZ, longest_s))

    whole = np.concatenate([piece[0] for piece in sound]) if sound else np.zeros(0, np.float32)
    assert np.array_equal(np.concatenate(blocks) if blocks else np.zeros(0, np.float32), whole)
    assert all(0 < block.size <= round(longest_s * RATE_HZ) for block in blocks)
