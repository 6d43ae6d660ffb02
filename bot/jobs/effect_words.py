"""Help with describing a sound: what may be written next, from a small glossary of common words (pure).

English only, and only words that the embedded studio makes a sound of as well as the hosted service does.
"""

from bot.discord_limits import CHOICE_CHARACTERS

EXAMPLES = (
    "rain on a tin roof",
    "door creaking open, then slow footsteps",
    "deep thunder in the distance",
    "drums, then applause",
    "sword fight with metal clang",
    "crackling campfire with crickets",
    "retro game coin",
    "heavy metal door slam",
    "old car engine starting",
    "magic spell sparkle",
    "drum roll, then cymbal crash",
    "sad trombone",
    "glass shattering",
    "gentle ocean waves with wind",
    "laser gun shot",
    "explosion with falling debris",
    "horse galloping over and over",
    "ghostly wind howling",
)

_ADJECTIVES = (
    "big", "cheerful", "creaky", "creepy", "dark", "deep", "distant", "dry", "eerie", "electric", "fast",
    "gentle", "ghostly", "giant", "happy", "heavy", "high", "huge", "light", "little", "long", "loud", "low",
    "magic", "metal", "muffled", "old", "quick", "quiet", "retro", "rusty", "sad", "scary", "sharp", "short",
    "slow", "small", "soft", "squeaky", "stone", "tiny", "underwater", "warm", "wet", "wild", "wooden",
)  # fmt: skip
_SOUNDS = (
    "air horn", "alarm", "alarm clock", "ambulance siren", "applause", "avalanche", "balloon pop", "beep",
    "bees buzzing", "bell", "bicycle bell", "birdsong", "boiling water", "bubbles", "buzzer", "camera shutter",
    "campfire", "car engine", "car horn", "cash register", "chain rattle", "chainsaw", "church bell",
    "clock ticking", "coin", "cork pop", "cowbell", "creaking floor", "crickets", "cymbal crash", "door creak",
    "door knock", "door slam", "doorbell", "drill", "drip", "drum roll", "drums", "elevator ding",
    "engine starting", "error buzz", "explosion", "fire", "fireworks", "footsteps", "footsteps in snow",
    "footsteps on gravel", "forest", "frogs", "game over", "glass breaking", "gong", "gunshot", "hammer",
    "hand clap", "heartbeat", "helicopter", "helicopter passing", "horse galloping", "ice cracking",
    "jet engine", "keyboard typing", "keys", "knocking", "laser", "level up", "lightning strike", "machine hum",
    "magic spell", "metal clang", "microwave beep", "motorcycle", "notification", "ocean waves", "owl",
    "owl hoot", "page turning", "paper tearing", "phone ringing", "police siren", "popcorn popping",
    "pouring water", "power down", "power up", "printer", "punch", "radio static", "rain", "record scratch",
    "river", "robot", "rocket launch", "rustling leaves", "sad trombone", "saw", "ship horn", "sizzling bacon",
    "slap", "snap", "snare drum", "spaceship", "splash", "spray", "spring boing", "steam", "stream",
    "sword fight", "teleport", "thud", "thunder", "thunderstorm", "tick tock", "traffic", "train",
    "train whistle", "typewriter", "vacuum cleaner", "victory fanfare", "washing machine", "water drop",
    "waterfall", "whip crack", "whistle", "whoosh", "wind", "wind chimes", "wings flapping", "zap", "zipper",
)  # fmt: skip
_PLACES = (
    "in a cave",
    "in a large hall",
    "in the distance",
    "in the rain",
    "at night",
    "from far away",
    "on a tin roof",
)
_LINKS = ("then", "with", "and", "followed by", "over and over")
GLOSSARY = tuple(sorted({*_ADJECTIVES, *_SOUNDS, *_PLACES, *_LINKS}))

_ENDS_OF_A_STEP = (",", ".", ";")
_WORDS_COMPLETED = 3
_BEGINS_A_SOUND = frozenset({"then", "with", "and", "by", "a", "an", "the", "some", "of", *_ADJECTIVES})


def complete(typed: str, most: int) -> list[str]:
    """Up to ``most`` whole prompts that begin with what is typed, the typed one first; examples while nothing is.

    The last word, or the last few where the glossary has them together, is completed; after a whole word, what may
    follow it. Nothing longer than ``CHOICE_CHARACTERS`` is offered.
    """
    if not typed.strip():
        return list(EXAMPLES[:most])
    whole = " ".join(typed.split())
    endings = _continued(whole) if typed[-1].isspace() or whole.endswith(_ENDS_OF_A_STEP) else _completed(whole)
    offered = dict.fromkeys([whole, *endings])
    return [prompt for prompt in offered if len(prompt) <= CHOICE_CHARACTERS][:most]


def _completed(whole: str) -> list[str]:
    """The prompt with its last words completed, the longest match first; words that begin alike before any other."""
    words = whole.split(" ")
    found: list[str] = []
    for count in range(min(_WORDS_COMPLETED, len(words)), 0, -1):
        before, begun = words[:-count], " ".join(words[-count:])
        found += [" ".join([*before, entry]) for entry in _beginning_with(begun.lower())]
    if not found and words[-1].lower() not in GLOSSARY and len(words[-1]) > 1:
        found = [" ".join([*words[:-1], entry]) for entry in GLOSSARY if f" {words[-1].lower()}" in entry]
    return found + _continued(whole) if words[-1].lower() in GLOSSARY else found


def _beginning_with(begun: str) -> list[str]:
    return [entry for entry in GLOSSARY if entry.startswith(begun) and entry != begun]


def _continued(whole: str) -> list[str]:
    """What may follow a whole word: a sound after an adjective or a link, else a link, a place or one more sound."""
    last = whole.rsplit(" ", maxsplit=1)[-1].lower()
    if last in _BEGINS_A_SOUND:
        return [f"{whole} {sound}" for sound in _SOUNDS]
    if whole.endswith(_ENDS_OF_A_STEP):
        return [f"{whole} then", f"{whole} with", *(f"{whole} then {sound}" for sound in _SOUNDS)]
    return [f"{whole}, then", f"{whole} with", *(f"{whole} {place}" for place in _PLACES)]
