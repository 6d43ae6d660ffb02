"""The words of music prompts: styles, moods, instruments, and those that say nothing about music."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from bot.studio.music.harmony import Mode

_STYLE_WORDS = {
    "lo-fi": (
        "lo fi, lofi, chillhop, study, study beats, coffee shop, cafe, chill, chillout, laid back, late night, "
        "rainy day"
    ),
    "hip-hop": "hip hop, hiphop, boom bap, beat, beats, old school, street, groovy beat",
    "trap": "trap, drill beat, 808",
    "chiptune": "chiptune, 8 bit, 8bit, 16 bit, chip, nes, gameboy, game boy, retro game, arcade, pixel, bitpop, retro",
    "game": (
        "game, video game, gaming, platformer, level, puzzle, menu, casual, mobile game, overworld, shop, minigame"
    ),
    "ambient": (
        "ambient, drone, space, spacey, atmospheric, ethereal, sleep, floating, soundscape, cosmic, underwater, new age"
    ),
    "epic": (
        "epic, cinematic, trailer, orchestral, orchestra, battle, boss, boss fight, war, heroic, hero, powerful, "
        "dramatic, film, movie, symphonic, intense"
    ),
    "happy": (
        "happy, joyful, cheerful, upbeat, uplifting, fun, bright, sunny, playful, positive, party, birthday, "
        "kids, children, cute, summer, corporate, advertising, vlog, optimistic, pop"
    ),
    "sad": (
        "sad, melancholy, melancholic, emotional, lonely, heartbreak, grief, crying, sorrow, tragic, nostalgic, "
        "rain, bittersweet, moody, funeral"
    ),
    "tense": (
        "tense, suspense, suspenseful, tension, thriller, mystery, mysterious, danger, chase, stealth, spy, "
        "countdown, detective, dark, ominous, anxious"
    ),
    "horror": "horror, scary, spooky, creepy, haunted, halloween, eerie, nightmare, sinister, evil, dungeon",
    "jazz": "jazz, jazzy, swing, lounge, bebop, noir, smooth jazz, bar, big band, blues, bluesy",
    "bossa nova": "bossa nova, bossa, latin, samba, elevator, elevator music, hold music, beach, tropical, brazil",
    "house": "house, dance, deep house, disco, edm, club, electro, eurodance, electronic",
    "techno": "techno, trance, rave, industrial, minimal, hypnotic, cyberpunk, hacker",
    "synthwave": "synthwave, 80s, eighties, retrowave, outrun, vaporwave, neon, synth, synthpop, night drive, driving",
    "rock": "rock, hard rock, guitar riff, punk, energetic rock, grunge, band, indie, alternative",
    "funk": "funk, funky, groove, groovy, soul, rnb, r n b, motown",
    "folk": (
        "folk, acoustic, country, campfire, celtic, medieval, tavern, irish, pub, indie folk, bluegrass, rustic, pirate"
    ),
    "classical": "classical, baroque, mozart, bach, chamber, waltz, elegant, string quartet, royal, ballroom",
    "piano": "piano solo, solo piano, piano ballad, ballad, piano music, piano piece",
    "fantasy": (
        "fantasy, magical, magic, fairy, fairytale, enchanted, elven, forest, village, dream, dreamy, winter, christmas"
    ),
    "adventure": (
        "adventure, adventurous, quest, journey, exploration, explore, victory, triumphant, march, fanfare, sports"
    ),
    "calm": (
        "calm, relaxing, relax, peaceful, gentle, soft, meditation, yoga, spa, soothing, quiet, serene, tranquil, "
        "romantic, love, wedding, morning, nature, zen, healing, focus, warm, lullaby"
    ),
}

_NEAREST_WORDS = {
    "rock": "metal, heavy metal, death metal",
    "epic": "opera, choir",
    "bossa nova": "reggae, salsa",
    "funk": "ska, afrobeat, african",
    "techno": "dubstep, drum and bass, dnb, jungle, hardstyle",
    "happy": "kpop, k pop, jpop, bollywood",
    "game": "anime",
    "trap": "phonk",
    "calm": "gospel",
    "folk": "flamenco, polka, western",
    "jazz": "tango, ragtime",
    "chiptune": "hyperpop",
    "house": "garage",
    "fantasy": "oriental, arabic, japanese, asian, chinese",
    "hip-hop": "rap",
}


@dataclass(frozen=True, slots=True)
class Turn:
    """How an adjective bends a style."""

    tempo: float = 1.0
    """Ratio."""
    mode: Mode | None = None
    darkness: float = 1.0
    """Ratio of where the highs end."""
    room: float = 0.0
    """Added share of reverb."""


_TURNS: tuple[tuple[Turn, str], ...] = (
    (Turn(tempo=0.8), "slow, slowly, downtempo, lazy, mellow, sleepy, low energy"),
    (
        Turn(tempo=1.22),
        "fast, quick, energetic, rapid, high energy, frantic, up tempo, uptempo, exciting, action, racing",
    ),
    (Turn(tempo=1.1), "lively, driving beat, motivating, motivational, workout, powerful beat, running, bouncy"),
    (Turn(mode=Mode.MINOR), "minor, minor key, darker, gloomy, serious"),
    (Turn(mode=Mode.MAJOR), "major, major key, hopeful, inspiring, heartwarming, lighthearted, light"),
    (Turn(darkness=0.5), "muffled, dull, dusty, vintage, old, deep"),
    (Turn(room=0.25), "reverb, spacious, vast, big, huge, wide, cathedral, echoing"),
    (Turn(room=-0.3), "dry, intimate, close"),
)

_INSTRUMENTS = {
    "piano": "piano, grand piano, keys",
    "electric piano": "electric piano, rhodes, e piano",
    "guitar": "guitar, acoustic guitar, ukulele, banjo, lute, mandolin",
    "driven guitar": "electric guitar, distorted guitar",
    "strings": "strings, violins, string section",
    "violin": "violin, fiddle, cello, viola",
    "flute": "flute, whistle, recorder, pan flute, ocarina, clarinet",
    "brass": "brass, trumpet, horn, horns, trombone, saxophone, sax",
    "bell": "bell, bells, glockenspiel, chimes, celesta",
    "music box": "music box, toy piano",
    "vibraphone": "vibraphone, vibes",
    "marimba": "marimba, xylophone, kalimba, steel drum",
    "harp": "harp, koto",
    "organ": "organ, hammond, accordion, harmonica",
    "saw lead": "synth lead, synthesizer, synths",
    "pad": "pad, pads, synth pad",
}

_FILLERS = """
a an the of in on at to for from by with and or my our your is are be it its this that some any very really quite
super so too just only music song track tune melody instrumental loop loopable seamless sound soundtrack theme bgm
background piece composition jingle intro outro make create generate compose write please want need like kind type
style vibe vibes feel feeling mood moods genre inspired sounding nice good great best cool beautiful amazing perfect
lovely no vocals vocal lyrics singing without not long short second seconds minute minutes minutes-long sec s bpm
tempo key beat simple royalty free quality hd stereo high low video stream streaming podcast server discord channel
while when people time day night scene scenes moment where you can i me we us as into over under through during full
one two three bit slightly little more most less touch something someone featuring feat using use playing play plays
played use modern classic traditional typical fitting set suitable perfect professional drums drum bass percussion
lead solo chords chord energy
"""
FILLERS = frozenset(_FILLERS.split())
"""Words that say nothing about the music; they are passed over without a warning."""


def _listed(words: str) -> list[str]:
    return [word.strip() for word in words.split(",")]


NEAREST: Mapping[str, str] = MappingProxyType(
    {word: style for style, words in _NEAREST_WORDS.items() for word in _listed(words)}
)
"""Styles that are not known here → the nearest one that is."""

STYLE_WORDS: Mapping[str, str] = MappingProxyType(
    {word: style for style, words in _STYLE_WORDS.items() for word in _listed(words)}
)
"""Word or phrase → style."""

TURNS: Mapping[str, Turn] = MappingProxyType({word: turn for turn, words in _TURNS for word in _listed(words)})
"""Adjective → how it bends the style."""

INSTRUMENTS: Mapping[str, str] = MappingProxyType(
    {word: sound for sound, words in _INSTRUMENTS.items() for word in _listed(words)}
)
"""Word or phrase → sound of instruments.py."""

CHORDAL = frozenset(("piano", "electric piano", "guitar", "driven guitar", "strings", "organ", "pad", "harp"))
"""Sounds that take over the chords when they are asked for; the others take over the tune."""
