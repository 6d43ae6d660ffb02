"""The other words of prompts: adjectives, places that sound, numbers, and words that say nothing about sound."""

from collections.abc import Mapping
from types import MappingProxyType

from bot.studio.effects.traits import Material, Movement, Traits

_CHANGES: tuple[tuple[Traits, str], ...] = (
    (
        Traits(size=1.45, strength=1.3),
        "big, large, huge, giant, massive, enormous, gigantic, deep, great, colossal, epic, mighty",
    ),
    (Traits(size=0.65, strength=0.8), "small, little, tiny, mini, miniature, minor, petite"),
    (
        Traits(strength=1.8, size=1.15),
        "heavy, strong, intense, violent, powerful, torrential, fierce, raging, hard, extreme",
    ),
    (
        Traits(strength=1.5),
        "wild, dense, busy, thick, brutal, stormy, crazy, chaotic, aggressive, furious, lots of, much",
    ),
    (
        Traits(strength=0.5, gain_db=-2),
        "light, gentle, soft, faint, weak, subtle, mild, calm, peaceful, delicate, softly, gently",
    ),
    (Traits(strength=0.6), "sparse, thin, occasional, a little, slight, few, relaxing, soothing, cozy"),
    (Traits(gain_db=5, strength=1.2), "loud, loudly, noisy, blaring, deafening"),
    (Traits(gain_db=-6, strength=0.8), "quiet, quietly, silent, low volume, hushed"),
    (Traits(speed=1.6), "fast, quick, rapid, quickly, hurried, hasty, frantic, swift, speedy, brisk, nervous"),
    (Traits(speed=0.62), "slow, slowly, lazy, sluggish, leisurely, languid"),
    (Traits(length=1.8), "long, lasting, extended, sustained, lingering, prolonged"),
    (Traits(length=0.55), "short, brief, staccato, tight, abrupt"),
    (Traits(pitch=1.5), "high, high pitched, shrill, higher, squeaking, treble"),
    (Traits(pitch=0.66), "low, low pitched, lower, bassy, bass, dark pitch"),
    (Traits(brightness_db=2.5), "bright, sharp, crisp, clear, harsh, piercing, tinny, brilliant"),
    (Traits(brightness_db=-3), "dark, dull, warm, mellow, muddy, smooth"),
    (
        Traits(brightness_db=-7, gain_db=-2),
        "muffled, behind a door, behind a wall, next door, behind wall, through a wall",
    ),
    (Traits(distance=0.75), "distant, far, far away, remote, faraway, in the distance, far off, background"),
    (Traits(distance=0.4), "nearby room, across the street, middle distance, away"),
    (Traits(distance=-0.3, brightness_db=0.5), "close, near, close up, nearby, upclose"),
    (
        Traits(echo=0.6),
        ("echo, echoing, reverb, reverberant, hall, cathedral hall, tunnel, cavern, cavernous, hallway echo, canyon"),
    ),
    (
        Traits(echo=0.35),
        ("room, church, corridor echo, empty room, basement, garage, bathroom, warehouse, cinematic, stadium, arena"),
    ),
    (Traits(echo=-1.0), "dry, no echo, studio"),
    (
        Traits(movement=Movement.APPROACHING),
        "approaching, approach, coming closer, getting closer, nearing, arriving, rising",
    ),
    (
        Traits(movement=Movement.RECEDING),
        "receding, leaving, fading, fading away, walking away, driving away, departing, going away",
    ),
    (
        Traits(movement=Movement.PASSING),
        "passing, passing by, pass by, driving by, flying by, drive by, flying past, overhead",
    ),
    (Traits(material=Material.WOOD), "wooden, wood, timber, oak, plank, parquet, hardwood"),
    (
        Traits(material=Material.METAL),
        "metal, metallic, iron, steel, tin, copper, aluminum, aluminium, brass, metal roof, tin roof",
    ),
    (Traits(material=Material.GRAVEL), "gravel, pebble, dirt, sand, path, rocky"),
    (Traits(material=Material.SNOW), "snow, snowy"),
    (Traits(material=Material.GRASS), "grass, grassy, lawn, straw"),
    (
        Traits(material=Material.CONCRETE),
        "concrete, stone, asphalt, tile, marble, brick, cobblestone, tiles, pavement, sidewalk",
    ),
    (Traits(material=Material.WATER), "puddle, shallow water, puddles, wet ground"),
    (Traits(material=Material.GLASS), "crystalline, glassy, windowpane"),
    (Traits(pitch=0.9, speed=0.9), "old, ancient, rusty, antique, vintage, creaking old, sad, tired"),
    (
        Traits(pitch=1.1, brightness_db=1),
        "new, modern, shiny, happy, cute, cheerful, funny, cartoon, cartoonish, toy, silly",
    ),
    (Traits(pitch=0.85, echo=0.3), "scary, sinister, evil, mysterious, gloomy, grim, unsettling, demonic"),
    (
        Traits(brightness_db=1.5),
        "8 bit, 8bit, retro, arcade, digital, electronic, electric, chiptune, synthetic, pixel",
    ),
)

ADJECTIVES: Mapping[str, Traits] = MappingProxyType(
    {word.strip(): traits for traits, words in _CHANGES for word in words.split(",")}
)
"""Word or phrase → what it changes."""

NUMBERS: Mapping[str, int] = MappingProxyType(
    {
        "one": 1, "single": 1, "once": 1, "lone": 1,
        "two": 2, "double": 2, "twice": 2, "pair": 2, "couple": 2, "pair of": 2, "couple of": 2,
        "three": 3, "triple": 3, "thrice": 3, "four": 4, "several": 4, "five": 5, "half a dozen": 6, "six": 6,
        "seven": 7, "eight": 8, "many": 8, "multiple": 5, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "dozen": 12,
    }
)  # fmt: skip


def _listed(words: str) -> frozenset[str]:
    return frozenset(word.strip() for word in words.split(","))


ENDLESS = _listed(
    "continuous, continuously, constant, constantly, endless, endlessly, repeated, repeatedly, repeating, loop, "
    "looping, looped, nonstop, non stop, over and over, series of, steady, ongoing, row of"
)
"""Events so described go on as long as there is time."""

NEGATIONS = _listed("no, not, without, minus, except, excluding, never, dont, avoid, remove")

THEN = _listed(
    "then, and then, followed by, after that, afterwards, finally, next, before, ending with, ends with, ending in, "
    "leading to, turns into, until, subsequently, which then, →, >"
)
"""What follows these comes later."""

BREAKS = _listed(
    "and, with, while, plus, as, over, during, but, along with, together with, mixed with, also, or, nor, amid, "
    "amidst, among, accompanied by"
) | frozenset(",;.!?:/|&+()\n")
"""What these part are sounds of their own, at the same time."""

_FILLERS = """
a an the of in on at to from by into onto through around near under above inside outside across along up down off out
is are was were be being been it its this that these those there here i we you he she they someone somebody something
my your his her their our some any each every all very really quite super so too just only still again more most can
sound sounds noise noises effect effects sfx audio fx sample clip recording soundscape ambience ambient ambiance
atmosphere atmospheric background foreground realistic natural authentic hd quality stereo mono hq make making makes
play playing plays create creating generate please want need like kind type style typical generic person people man
woman boy girl guy lady kid human hear heard hearing hears going goes go gets getting comes coming starts starting
start begins beginning stops stopping end ends ending happening happens happen about game video film movie scene intro
outro piece part bit thing things object objects has have having had could would should will against between beneath
below behind beside toward towards middle day time times second seconds sec secs minute minutes free royalty good nice
best perfect cool simple basic standard normal regular common classic famous meme sort full s t re ve ll oneshot left
right side front back open opens opened top bottom first last own
"""
FILLERS = frozenset(_FILLERS.split()) | _listed(
    "high quality, low quality, high definition, high fidelity, royalty free, sound effect, one shot"
)
"""Words that say nothing about the sound; they are passed over without a warning."""
