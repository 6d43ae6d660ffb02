"""The API's podcast speakers, each a shape of the one neural voice, and who sounds like what by a label alone.

Source of names, genders and manners: FineVoice API documentation, podcast speakers (read 2026-11-22). The shapes
are ours: two of one gender differ in pitch by a few percent at least, which cast.py widens where both are heard.
"""

from collections.abc import Mapping
from types import MappingProxyType

from bot.studio.speech.parts import Shape

PLAIN = Shape()


def _woman(pitch: float, manner: Shape = PLAIN) -> Shape:
    return Shape(pitch=pitch, formant=round(pitch**0.3, 3)).combined(manner)


def _man(pitch: float, manner: Shape = PLAIN) -> Shape:
    return Shape(pitch=pitch, formant=round(0.84 * (pitch / 0.56) ** 0.3, 3)).combined(manner)


SPEAKERS: Mapping[str, Shape] = MappingProxyType(
    {
        "olivia": _woman(1.08, Shape(brightness_db=1.0, intonation=1.1)),
        "emma": _woman(0.93, Shape(intonation=0.95, brightness_db=0.6)),
        "ava": _woman(1.2, Shape(intonation=1.15, speed=1.04)),
        "sophia": _woman(1.02, Shape(intonation=1.2, breath=0.15, speed=1.03)),
        "charlotte": _woman(0.96, Shape(intonation=0.9, speed=0.96)),
        "abigail": _woman(1.13, Shape(brightness_db=1.2)),
        "scarlett": _woman(0.99, Shape(brightness_db=0.8, speed=0.98)),
        "aria": _woman(1.1, Shape(intonation=1.4, speed=1.06)),
        "grace": _woman(0.94, Shape(breath=0.25, brightness_db=-1.0, speed=0.94)),
        "hannah": _woman(0.84, Shape(intonation=0.85, breath=0.15, speed=0.95)),
        "bennett": _woman(0.9, Shape(intonation=0.85, breath=0.2, brightness_db=-0.8, speed=0.94)),
        "sullivan": _woman(0.87, Shape(brightness_db=-0.8, breath=0.1)),
        "ethan": _man(0.64, Shape(intonation=1.35, speed=1.06)),
        "harrison": _man(0.55, Shape(intonation=0.95, speed=0.98)),
        "mason": _man(0.69, Shape(intonation=1.55, speed=1.1)),
        "lucas": _man(0.53, Shape(intonation=0.9, brightness_db=0.6)),
        "gabriel": _man(0.58, Shape(breath=0.4)),
        "jonathan": _man(0.6, Shape(brightness_db=1.0)),
        "coleman": _man(0.57, Shape(intonation=0.9, speed=0.95)),
        "alexander": _man(0.48, Shape(breath=0.55, speed=0.95)),
        "porter": _man(0.52, Shape(intonation=1.05)),
        "nathaniel": _man(0.5, Shape(intonation=0.9, brightness_db=0.5)),
        "wells": _man(0.54, Shape(intonation=0.7)),
        "henry": _man(0.59, Shape(intonation=1.15, brightness_db=0.8, speed=1.03)),
        "noah": _man(0.62, Shape(intonation=1.15)),
        "magnus": _man(0.47, Shape(speed=1.0, brightness_db=-0.5)),
        "lucian": _man(0.66, Shape(intonation=1.4, speed=1.05)),
        "vance": _man(0.51, Shape(intonation=1.0, speed=0.97)),
    }
)
"""Documented names in small letters. Ratios are to the voice "heart"."""

DEFAULT_CAST = ("heart", "bruno", "robin", "felix", "edith", "atlas", "nova", "walter")
"""Voices of the list, in the order in which speakers without a voice of their own get them."""
DEFAULT_WOMEN = ("heart", "edith", "nova", "luna")
DEFAULT_MEN = ("bruno", "felix", "atlas", "walter")

_WOMEN = (
    "anna ann anne alice amy amanda barbara bella beth betty carla carol caroline cathy chloe clara claire daisy diana "
    "donna eleanor elena eliza elizabeth ella emily erin eva eve fiona gina gloria hanna heidi helen ida irene iris "
    "isabel isabella jane janet jasmine jen jenny jennifer jessica joan judy julia julie karen kate katie kelly kim "
    "laura lena lily linda lisa lucy maria marie mary maya megan mia michelle mona nancy naomi natalie nina nora "
    "olga pam patricia paula penny rachel rebecca rita rosa rose ruby ruth sally samantha sandra sara sarah sofia "
    "stella susan tina vera victoria wendy yvonne zoe woman girl lady mother mom grandmother sister queen"
)
_MEN = (
    "aaron adam al alan albert andrew andy anthony arthur ben benjamin bill bob brad brian bruce carl charles charlie "
    "chris christopher dan daniel dave david dennis derek don doug ed eddie edward eric erik felix frank fred gary "
    "george greg harry hugo ian isaac jack jacob james jason jeff jim joe john johnny josh ken kevin kyle larry leo "
    "leon liam luke marcus mark martin matt matthew max michael mike mohamed nathan ned neil nick oliver oscar owen "
    "pat paul peter phil philip ralph ray richard rick rob robert ron ryan sam scott sean simon steve steven stuart "
    "ted theo thomas tim toby tom tony victor walt will william zach man boy father dad grandfather brother king"
)
LIKELY_GENDER: Mapping[str, str] = MappingProxyType(
    {**dict.fromkeys(_WOMEN.split(), "female"), **dict.fromkeys(_MEN.split(), "male")}
)
"""First names and nouns by the gender of most people who bear them: a guess, which an explicit voice overrules."""
