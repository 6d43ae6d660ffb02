"""The words a voice can be described with, and what each does to the voice "heart".

Ratios multiply, so adjectives combine in any order. They are small enough that three of one kind in a row still
leave the words clear. Emotions (bot/emotions.py) count as manners, too, and sound as their tags do.

Source of the numbers: the shapes of the catalogue, at which no words were lost in measurements with a recogniser
(2026-11-22); where children, teenagers and men lie follows Hillenbrand et al., J. Acoust. Soc. Am. 97 (1995).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, TypeAlias

from bot.emotions import ALIASES, canonical_tag
from bot.studio.speech.colouring import SHAPES
from bot.studio.speech.parts import Shape

Gender: TypeAlias = Literal["female", "male", "neutral"]
Age: TypeAlias = Literal["child", "young", "adult", "senior"]


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a word says. ``shape`` multiplies; ``character`` replaces what gender and age would make."""

    shape: Shape = Shape()  # noqa: RUF009 - frozen
    gender: Gender | None = None
    age: Age | Literal["teen"] | None = None
    character: str = ""
    is_style: bool = False
    """Whether the word names what the voice is for, rather than how it sounds."""


BODIES: Mapping[tuple[Gender, str], Shape] = MappingProxyType(
    {
        ("female", "child"): Shape(pitch=1.48, formant=1.26, intonation=1.1),
        ("male", "child"): Shape(pitch=1.36, formant=1.22, intonation=1.1),
        ("neutral", "child"): Shape(pitch=1.42, formant=1.24, intonation=1.1),
        ("female", "teen"): Shape(pitch=1.16, formant=1.08, intonation=1.1),
        ("male", "teen"): Shape(pitch=0.74, formant=0.94, intonation=1.1),
        ("neutral", "teen"): Shape(pitch=1.0, formant=1.03, intonation=1.1),
        ("female", "young"): Shape(pitch=1.07, formant=1.03, speed=1.04),
        ("male", "young"): Shape(pitch=0.65, formant=0.89, speed=1.04),
        ("neutral", "young"): Shape(pitch=0.84, formant=0.96, speed=1.04),
        ("female", "adult"): Shape(),
        ("male", "adult"): Shape(pitch=0.56, formant=0.84),
        ("neutral", "adult"): Shape(pitch=0.77, formant=0.92),
        ("female", "senior"): Shape(pitch=0.85, formant=0.95, intonation=0.75, breath=0.4, speed=0.88),
        ("male", "senior"): Shape(pitch=0.53, formant=0.87, intonation=0.75, breath=0.42, speed=0.87),
        ("neutral", "senior"): Shape(pitch=0.68, formant=0.91, intonation=0.75, breath=0.4, speed=0.88),
    }
)
"""The body a voice comes from, by gender and age."""

CHARACTERS: Mapping[str, Shape] = MappingProxyType(
    {
        "robot": Shape(pitch=0.72, formant=0.93, intonation=0.0, brightness_db=1),
        "giant": Shape(pitch=0.38, formant=0.68, intonation=0.8, speed=0.86, brightness_db=-0.5),
        "demon": Shape(pitch=0.36, formant=0.72, intonation=0.6, breath=0.45, speed=0.88),
        "goblin": Shape(pitch=0.98, formant=1.24, intonation=1.5, breath=0.4, speed=1.08),
        "fairy": Shape(pitch=1.6, formant=1.28, intonation=1.3, breath=0.2, brightness_db=1),
        "chipmunk": Shape(pitch=1.85, formant=1.42, intonation=1.2, speed=1.1),
        "alien": Shape(pitch=0.85, formant=1.3, intonation=0.25, brightness_db=1),
        "ghost": Shape(formant=0.85, whispered=True, speed=0.85, gain_db=-3),
    }
)
"""Beings that are neither man nor woman of some age."""

_GENDERS: Mapping[Gender, str] = MappingProxyType(
    {
        "female": "woman women female lady feminine girlish she her queen mother mom wife actress princess",
        "male": "man men male guy gentleman masculine dude he his him king father dad husband actor prince",
        "neutral": "androgynous genderless nonbinary ungendered",
    }
)
_PEOPLE: tuple[tuple[Gender | None, Age | Literal["teen"], str], ...] = (
    ("female", "child", "girl"),
    ("male", "child", "boy"),
    (None, "child", "child kid toddler childlike childish infant schoolchild"),
    (None, "teen", "teen teenager teenage adolescent"),
    (None, "young", "young youthful youth student"),
    (None, "adult", "adult grown mature middle-aged"),
    (None, "senior", "old elderly aged senior ancient aging elder"),
    ("female", "senior", "grandmother grandma granny witch crone"),
    ("male", "senior", "grandfather grandpa wizard sage"),
)
_CHARACTER_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "robot": "robot robotic android cyborg machine mechanical synthetic computer ai",
        "giant": "giant ogre troll titan dragon",
        "demon": "demon demonic monster monstrous devil villain villainous orc",
        "goblin": "goblin gremlin imp creature",
        "fairy": "fairy elf pixie sprite",
        "chipmunk": "chipmunk squirrel mouse helium cartoon cartoonish",
        "alien": "alien extraterrestrial martian",
        "ghost": "ghost ghostly spirit spectre phantom",
    }
)
_MANNERS: tuple[tuple[Shape, str], ...] = (
    (Shape(pitch=0.82, formant=0.93), "deep low bass booming baritone sonorous low-pitched"),
    (Shape(pitch=0.9, formant=0.95), "big large heavy strong powerful burly huge"),
    (Shape(pitch=1.16, formant=1.04), "high treble shrill squeaky soprano high-pitched falsetto"),
    (Shape(pitch=1.1, formant=1.08), "small tiny little thin cute petite"),
    (Shape(pitch=0.97, brightness_db=-1.2, breath=0.1), "warm rich full round mellow velvety smooth silky soothing"),
    (Shape(brightness_db=-2.0), "dark dull muffled somber gloomy"),
    (Shape(brightness_db=1.6), "bright crisp clear sharp brilliant ringing metallic tinny"),
    (Shape(breath=0.4, brightness_db=-0.5), "breathy airy husky smoky sultry sensual intimate"),
    (Shape(breath=0.55, pitch=0.95), "raspy gravelly hoarse rough gruff gritty croaky scratchy growling grizzled"),
    (Shape(whispered=True, speed=0.94, gain_db=-4), "whisper whispered whispery asmr hushed"),
    (Shape(intonation=0.7, speed=0.92, brightness_db=-0.5), "relaxing gentle peaceful serene meditative tender kindly"),
    (Shape(breath=0.2, gain_db=-3, brightness_db=-0.8), "soft quiet faint shy timid delicate"),
    (Shape(gain_db=3, brightness_db=1, pitch=1.03), "loud forceful thunderous commanding bold"),
    (Shape(intonation=1.5, speed=1.08, pitch=1.05), "lively upbeat playful bubbly animated perky vibrant expressive"),
    (Shape(intonation=1.7, pitch=1.04), "theatrical melodic singsong dynamic"),
    (Shape(intonation=0.2), "monotone monotonous flat emotionless deadpan cold"),
    (Shape(intonation=0.75, pitch=0.97, speed=0.95), "serious stern grave steady stoic authoritative wise"),
    (Shape(intonation=1.15, pitch=0.96), "trustworthy assertive decisive reassuring"),
    (Shape(speed=0.85), "slow unhurried measured deliberate drawling lazy sleepy tired"),
    (Shape(speed=1.18), "fast quick rapid brisk hasty speedy"),
    (Shape(intonation=1.3, speed=1.1, pitch=1.06, breath=0.15), "frightened trembling nervy panicked"),
    (Shape(intonation=0.85, speed=0.93, breath=0.2, pitch=0.94), "eerie sinister creepy spooky evil menacing"),
)
_AS_IT_IS = "american english"  # what all voices speak
_STYLES: tuple[tuple[Shape, str], ...] = (
    (Shape(intonation=1.05, speed=0.95), "narrator narration storyteller storytelling audiobook documentary"),
    (Shape(intonation=1.35, gain_db=1.5), "announcer host presenter commercial advertisement radio sports trailer"),
    (Shape(intonation=0.9, speed=0.97), "teacher educational newsreader news broadcaster instructor"),
    (Shape(), "conversational casual everyday podcast assistant natural"),
    (Shape(intonation=1.3), "character game gaming animation hero"),
)

_FILLER_WORDS = (
    "a an the voice voices with and or of in on at to for from that this which who whose is are has have be it its "
    "sounds sounding sound tone toned tones speaking speaker speaks speech spoken speak talking talks talk person "
    "someone human kind type style pitched pitch voiced make me i want would please create design need use used by "
    "but yet also as accent standard pronunciation timbre quality texture touch hint year years "
    "years-old year-old good great nice perfect suitable ideal you my us mid like slight some lot little-bit"
)
FILLER = frozenset(_FILLER_WORDS.split())
"""Words that say nothing about the sound."""

STRENGTHS: Mapping[str, float] = MappingProxyType(
    {
        **dict.fromkeys(("very", "really", "extremely", "super", "incredibly", "ultra", "highly", "so"), 1.6),
        **dict.fromkeys(("slightly", "somewhat", "bit", "mildly", "faintly", "rather", "lightly", "moderately"), 0.5),
        **dict.fromkeys(("quite", "fairly", "pretty", "more", "most"), 1.0),
        **dict.fromkeys(("less", "too"), 0.7),
    }
)
"""How much of the word that follows."""
NEGATIONS = frozenset({"not", "no", "without", "never", "neither", "nor", "isnt", "dont", "non"})


def _all_words() -> Iterator[tuple[str, Meaning]]:
    table = (
        *((Meaning(shape, is_style=True), words) for shape, words in _STYLES),
        *((Meaning(shape), words) for shape, words in _MANNERS),
        (Meaning(), _AS_IT_IS),
        *((Meaning(gender=gender), words) for gender, words in _GENDERS.items()),
        *((Meaning(gender=gender, age=age), words) for gender, age, words in _PEOPLE),
        *((Meaning(character=character), words) for character, words in _CHARACTER_WORDS.items()),
    )
    for meaning, words in table:
        for word in words.split():
            yield word, meaning


LEXICON: Mapping[str, Meaning] = MappingProxyType(dict(_all_words()))
"""Every word of its own; hyphens stand for spaces, too."""
EMOTION_WORDS = frozenset(word for word in (*SHAPES, *ALIASES) if canonical_tag(word) in SHAPES and " " not in word)


def meaning_of(word: str) -> Meaning | None:
    """Return what ``word`` (small letters) says about a voice: itself, its root, or an emotion. None if unknown."""
    for form in _forms(word):
        if form in LEXICON:
            return LEXICON[form]
        if form in EMOTION_WORDS:
            tag = canonical_tag(form)
            return Meaning(SHAPES[tag]) if tag is not None else None
    return None


def _forms(word: str) -> Iterator[str]:
    """The word, then what it may be derived from: deeper, deepest, deeply, raspier, bigger, girls."""
    yield word
    for ending in ("er", "est", "ly", "ish", "s"):
        if word.endswith(ending) and len(word) > len(ending) + 2:
            root = word[: -len(ending)]
            yield root
            yield f"{root}e"
            if root.endswith("i"):
                yield f"{root[:-1]}y"
            if root[-1] == root[-2]:
                yield root[:-1]
