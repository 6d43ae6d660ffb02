"""A piece into sound. Everything is played round the loop: what rings beyond its end is heard at its beginning.

About 0.4 s of work for half a minute. Memory: 30 MB for each minute of the loop, a few times over; see `MAX_LENGTH_S`.
"""

import math
from collections.abc import Iterable

import numpy as np

from bot.audio.decoding import Samples
from bot.studio.effects.levels import levelled
from bot.studio.effects.waves import RATE_HZ, Random, Wave, band, burst, decay, frequencies, noise, panned, to_rms
from bot.studio.music.composing import Beat, Note, Piece
from bot.studio.music.drums import DRUMS
from bot.studio.music.instruments import INSTRUMENTS

_GAINS = {"bass": 0.21, "chords": 0.14, "arpeggio": 0.17, "lead": 0.26}
_PANS = {"bass": 0.0, "chords": -0.18, "arpeggio": 0.3, "lead": 0.08}
_DRY = ("bass",)  # reverb in the bass is mud
_DRUM_GAINS = {"kick": 0.46, "chip kick": 0.4, "taiko": 0.4, "tom": 0.4, "snare": 0.42, "clap": 0.42, "chip snare": 0.3}
_OTHER_DRUM = 0.26
_DRUM_PANS = {"hat": 0.25, "open hat": 0.25, "ride": -0.3, "shaker": -0.25, "rim": 0.2, "tom": -0.2}
_TAKES = 3  # of each drum, so that no two strokes in a row are the same
_MOST_SOUNDS_KEPT = 400
_ROOM_S = 1.6
_CRACKLES_PER_S = 9


def perform(piece: Piece) -> Samples:
    """Return two channels at 48 kHz, ``piece.length_s`` seconds, at -16 LUFS, that can be repeated without a seam."""
    size = piece.length_s * RATE_HZ // piece.repeats
    rng = np.random.default_rng((piece.seed, 1))
    wet, dry = np.zeros((2, size), np.float32), np.zeros((2, size), np.float32)
    _play(piece, wet, dry)
    _strike(piece.drums, _beat_samples(piece, size), dry, rng)
    wet = _in_room(wet, piece.style.room, rng)
    if piece.style.pump:
        pumped = _pumping(piece, size)
        wet = wet * pumped
    mixed = _dulled(wet + dry, piece.style.dullness_hz)
    if piece.style.crackle:
        _crackle(mixed, piece.style.crackle, rng)
    # Over the seam and back: the limiter must see what comes round.
    margin = min(RATE_HZ // 2, size)
    around = np.concatenate((mixed[:, -margin:], mixed, mixed[:, :margin]), axis=1)
    loop = levelled(around)[:, margin : margin + size]
    return np.tile(loop, piece.repeats).astype(np.float32, copy=False)


def _beat_samples(piece: Piece, size: int) -> float:
    return size / piece.beats


def _play(piece: Piece, wet: Wave, dry: Wave) -> None:
    style = piece.style
    sounds = {
        "bass": style.bass_sound,
        "chords": style.chord_sound,
        "arpeggio": style.arpeggio_sound,
        "lead": style.lead_sound,
    }
    per_beat = _beat_samples(piece, wet.shape[1])
    for part, sound in sounds.items():
        notes = [note for note in piece.notes if note.part == part]
        row = np.zeros(wet.shape[1], np.float32)
        _play_part(row, notes, sound, per_beat)
        target = dry if part in _DRY else wet
        target += panned(row * np.float32(_GAINS[part] * _evenness(row)), _PANS[part])


def _play_part(row: Wave, notes: Iterable[Note], sound: str, per_beat: float) -> None:
    make = INSTRUMENTS[sound]
    kept: dict[tuple[int, int], Wave] = {}
    for note in notes:
        size = max(round(note.beats * per_beat), RATE_HZ // 50)
        key = (note.pitch, size)
        if key not in kept:
            if len(kept) >= _MOST_SOUNDS_KEPT:
                kept.clear()
            kept[key] = make(440 * 2 ** ((note.pitch - 69) / 12), size / RATE_HZ)
        _add_round(row, kept[key] * np.float32(note.loudness), round(note.beat * per_beat))


def _evenness(row: Wave) -> float:
    """Instruments differ in loudness; bring the loud parts of each row to about the same."""
    step = RATE_HZ // 10
    whole = row[: row.size // step * step].reshape(-1, step)
    if not whole.size:
        return 1.0
    level = float(np.sqrt(np.quantile(np.square(whole).mean(axis=1), 0.9)))
    return 0.25 / level if level > 1e-4 else 1.0


def _strike(beats: Iterable[Beat], per_beat: float, target: Wave, rng: Random) -> None:
    takes: dict[str, list[Wave]] = {}
    for place, beat in enumerate(beats):
        if beat.drum not in takes:
            takes[beat.drum] = [DRUMS[beat.drum](rng) for _ in range(_TAKES)]
        stroke = takes[beat.drum][place % _TAKES]
        gain = beat.loudness * _DRUM_GAINS.get(beat.drum, _OTHER_DRUM)
        _add_round(
            target, panned(stroke * np.float32(gain), _DRUM_PANS.get(beat.drum, 0.0)), round(beat.beat * per_beat)
        )


def _add_round(target: Wave, sound: Wave, start: int) -> None:
    """Add ``sound`` from ``start`` on; what passes the end goes on at the beginning."""
    size = target.shape[-1]
    at, done = start % size, 0
    while done < sound.shape[-1]:
        part = sound[..., done : done + size - at]
        target[..., at : at + part.shape[-1]] += part
        done += part.shape[-1]
        at = 0


def _in_room(sound: Wave, share: float, rng: Random) -> Wave:
    """Reverb by multiplication of spectra, which is round by nature."""
    size = sound.shape[1]
    if share <= 0:
        return sound
    length_s = min(_ROOM_S, size / RATE_HZ)
    sides: list[Wave] = []
    for _ in range(2):
        side = noise(rng, length_s, band(250, 5_500, order=1)) * decay(length_s, 0.1 + 0.5 * share)
        side[: RATE_HZ // 60] = 0
        sides.append(side / np.float32(np.sqrt(np.dot(side, side))))
    answer = np.fft.rfft(np.stack(sides), size)
    spectrum = np.fft.rfft(sound)
    spectrum *= 1 - 0.35 * share + 0.9 * share * answer
    return np.fft.irfft(spectrum, size).astype(np.float32, copy=False)


def _dulled(sound: Wave, edge_hz: float) -> Wave:
    """Take away the highs beyond ``edge_hz`` and what lies below 30 Hz; round, as above."""
    size = sound.shape[1]
    hz = np.maximum(frequencies(size), 1)
    gains = 1 / np.sqrt((1 + (hz / np.float32(edge_hz)) ** 4) * (1 + (np.float32(28) / hz) ** 4))
    return np.fft.irfft(np.fft.rfft(sound) * gains, size).astype(np.float32, copy=False)


def _pumping(piece: Piece, size: int) -> Wave:
    """A curve that dips at each beat and comes back before the next."""
    share: Wave = np.linspace(0, piece.beats, size, endpoint=False) % 1
    return (1 - piece.style.pump * np.maximum(1 - share / 0.45, 0) ** 1.5 * np.minimum(share / 0.01, 1)).astype(
        np.float32
    )


def _crackle(target: Wave, amount: float, rng: Random) -> None:
    """Dust on the record."""
    level = float(np.sqrt(np.mean(np.square(target))))
    size = target.shape[1]
    specks = [burst(rng, 0.008, band(900, 7_000), float(rng.uniform(0.0003, 0.0015))) for _ in range(8)]
    for place in range(int(_CRACKLES_PER_S * size / RATE_HZ)):
        gain = level * amount * math.exp(float(rng.normal(-0.7, 0.7)))
        speck = panned(specks[place % 8] * np.float32(gain), float(rng.uniform(-0.7, 0.7)))
        _add_round(target, speck, int(rng.random() * size))
    target += to_rms(np.stack([_round_noise(rng, size), _round_noise(rng, size)]), level * amount * 0.02)


def _round_noise(rng: Random, size: int) -> Wave:
    """Surface noise that has no seam: drawn as a spectrum of the loop's own length."""
    hz = frequencies(size)
    gains = band(60, 4_000, order=1, tilt_db=-3)(hz)
    drawn = rng.standard_normal(2 * hz.size, dtype=np.float32).view(np.complex64)
    return np.fft.irfft(drawn * gains, size).astype(np.float32, copy=False)
