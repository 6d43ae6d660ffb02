"""The nouns and verbs of prompts, and the generators they stand for. Words are in lower case and mostly singular."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from bot.studio.effects.traits import PLAIN, Material, Traits
from bot.studio.effects.vocabulary import PLAIN_WORDS


@dataclass(frozen=True, slots=True)
class Part:
    """One generator of a sound, and how it differs from its plain form there."""

    generator: str
    traits: Traits = PLAIN


@dataclass(frozen=True, slots=True)
class Sound:
    """What a word stands for."""

    parts: tuple[Part, ...]
    is_setting: bool = False
    """A thing rather than a sound (a door, a car): it counts only where its clause names no other sound."""


_SHADED_WORDS: tuple[tuple[str, Traits, str], ...] = (
    ("rain", Traits(strength=0.4, brightness_db=1), "drizzle, light rain, sprinkle"),
    ("rain", Traits(strength=2.2, size=1.3), "downpour, cloudburst, monsoon, rainstorm, heavy rain, shower"),
    ("rain", Traits(material=Material.METAL), "tin roof rain"),
    (
        "wind",
        Traits(strength=2, speed=1.5, size=1.2),
        "gale, hurricane, tornado, cyclone, typhoon, storm wind, windstorm",
    ),
    ("wind", Traits(pitch=1.4, brightness_db=1, strength=2.2), "blizzard, snowstorm, howl, howling, howling wind"),
    ("explosion", Traits(size=1.8), "nuke, nuclear explosion, atomic bomb, nuclear bomb, mushroom cloud"),
    ("explosion", Traits(size=1.25, length=0.6), "cannon, cannon fire, artillery, tank, mortar, cannon shot"),
    ("gunshot", Traits(size=1.6), "shotgun, sniper, sniper rifle, magnum"),
    ("gunshot", Traits(size=0.7, speed=2.5), "machine gun, minigun, submachine gun, assault rifle, burst fire, uzi"),
    ("footsteps", Traits(speed=1.9, strength=1.3), "run, running, sprint, jog, jogging, chase"),
    ("footsteps", Traits(speed=0.7, gain_db=-4, strength=0.5), "tiptoe, sneak, creep, sneaking, creeping"),
    ("footsteps", Traits(material=Material.SNOW), "snow footsteps, snow steps"),
    ("thud", Traits(size=1.8, strength=1.4), "giant step, giant, dinosaur, heavy object, monster step, troll"),
    ("bell", Traits(size=0.6), "school bell, ship bell, dinner bell"),
    ("clock", Traits(size=1.7, echo=0.2), "grandfather clock, old clock, pendulum, pendulum clock"),
    ("whoosh", Traits(length=0.5, pitch=1.4), "swat, fast whoosh, quick swipe, whip by"),
    ("whoosh", Traits(length=2.2, size=1.5), "slow whoosh, whirl, vortex, big whoosh, tornado spin"),
    (
        "jet",
        Traits(movement=None, size=1.5, strength=1.6),
        "rocket launch, rocket engine, space shuttle, liftoff, launch",
    ),
    ("engine", Traits(size=0.6, strength=1.6, speed=1.4), "motorcycle, motorbike, moped, scooter, dirt bike"),
    ("engine", Traits(size=1.9), "truck, bus, diesel, tractor, lorry, bulldozer, boat engine, tank engine"),
    (
        "motor",
        Traits(size=1.5, speed=0.7, gain_db=-2),
        "washer, dryer, dishwasher, elevator, escalator, conveyor belt, factory",
    ),
    ("motor", Traits(size=0.6, speed=1.3), "dentist drill, dentist, dremel, tattoo"),
    ("applause", Traits(strength=0.3), "polite applause, golf clap, slow applause, small audience"),
    ("alarm", Traits(speed=0.8, size=1.3), "klaxon, nuclear alarm, battle stations, submarine alarm"),
    ("boom", Traits(echo=0.4, size=1.3), "braam, inception, epic hit, gigantic impact, titan"),
    ("squeak", Traits(pitch=1.6, length=0.7), "mouse squeak, tiny squeak"),
    ("click", Traits(pitch=0.7), "relay, lever, safety switch"),
    ("punch", Traits(size=1.4, strength=1.5), "body slam, tackle, heavy punch, knockout"),
    ("drip", Traits(echo=0.8, speed=0.7), "cave drip, cave"),
    ("crunch", Traits(material=Material.SNOW, brightness_db=-1), "snow crunch, walking on snow"),
    ("white noise", Traits(brightness_db=-3), "pink noise"),
    ("white noise", Traits(brightness_db=-6), "brown noise, brownian noise, red noise"),
    ("heartbeat", Traits(speed=1.7), "racing heart, fast heartbeat, panic"),
    ("bubbles", Traits(size=2.2, speed=0.6), "lava, swamp, tar, mud pot"),
)

_SCENES: Mapping[str, tuple[Part, ...]] = {
    "thunderstorm, storm, tempest, lightning storm": (
        Part("rain", Traits(strength=1.6)),
        Part("wind", Traits(gain_db=-5)),
        Part("thunder"),
    ),
    "campfire, camp fire, camping": (Part("fire"), Part("crickets", Traits(gain_db=-10, distance=0.4))),
    "forest, woods, woodland, park, garden, spring morning, nature": (
        Part("birds"),
        Part("rustling", Traits(gain_db=-8, strength=0.6)),
        Part("wind", Traits(gain_db=-10, strength=0.6)),
    ),
    "jungle, rainforest, tropical": (
        Part("birds", Traits(speed=1.5)),
        Part("cicadas", Traits(gain_db=-7)),
        Part("stream", Traits(gain_db=-12, distance=0.5)),
    ),
    "night, nighttime, summer night, evening, meadow": (
        Part("crickets"),
        Part("wind", Traits(gain_db=-12, strength=0.5)),
    ),
    "pond, marsh, wetland": (Part("frog"), Part("crickets", Traits(gain_db=-8)), Part("stream", Traits(gain_db=-12))),
    "battle, war, battlefield, warzone": (
        Part("gunshot", Traits(speed=1.6, distance=0.35)),
        Part("explosion", Traits(distance=0.5)),
        Part("rumble", Traits(gain_db=-8)),
    ),
    "kitchen, cooking": (Part("sizzling"), Part("clink", Traits(gain_db=-6)), Part("boiling", Traits(gain_db=-8))),
    "office": (Part("typing"), Part("fan", Traits(gain_db=-10)), Part("telephone", Traits(distance=0.6, gain_db=-6))),
    "haunted house, horror scene, scary house": (
        Part("drone", Traits(gain_db=-4)),
        Part("creak", Traits(echo=0.4)),
        Part("ghost", Traits(gain_db=-8, distance=0.4)),
    ),
    "dungeon, crypt, cellar": (
        Part("drip", Traits(echo=0.8)),
        Part("drone", Traits(gain_db=-9)),
        Part("rattle", Traits(echo=0.7)),
    ),
    "harbor, harbour, port, dock": (
        Part("waves"),
        Part("ship horn", Traits(distance=0.4)),
        Part("creak", Traits(gain_db=-8)),
    ),
    "volcano eruption, eruption, erupting volcano": (
        Part("rumble"),
        Part("explosion", Traits(size=1.6)),
        Part("rockfall"),
    ),
    "farm, countryside": (Part("birds"), Part("bee", Traits(gain_db=-8)), Part("wind", Traits(gain_db=-10))),
}

_SETTINGS: tuple[tuple[str, Traits, str], ...] = (
    ("door slam", PLAIN, "door, gate"),
    ("clink", PLAIN, "glass, window, cup, mug, plate, dish, spoon, cutlery"),
    ("rain", Traits(material=Material.METAL), "roof, tin, umbrella"),
    ("engine", PLAIN, "car, vehicle, motor, engine"),
    ("birds", PLAIN, "tree, morning, outdoors, outside"),
    ("footsteps", PLAIN, "floor, hallway, corridor, stairs, staircase, foot, feet, shoe, shoes, ground, pavement"),
    ("stream", PLAIN, "water"),
    ("traffic", PLAIN, "road, street, city, highway"),
    ("waves", PLAIN, "sea, ocean, beach, shore, coast, lake"),
    ("bee", PLAIN, "fly"),
    ("punch", PLAIN, "hit, kick, fight, fighting"),
    ("fall", PLAIN, "fall, falling"),
    ("glass break", PLAIN, "break, breaking, smash, shatter, vase"),
    ("spring", PLAIN, "bounce, bouncing, bounces, basketball"),
    ("whoosh", PLAIN, "swing, throw, dash, bow, arrow"),
    ("riser", PLAIN, "rise"),
    ("charge", PLAIN, "charge, charging, energy"),
    ("gunshot", PLAIN, "shot, firing, shoot, shooting"),
    ("finger snap", PLAIN, "snap"),
    ("notification", PLAIN, "message, mail, email, chat, discord"),
    ("knock", PLAIN, "tap, tapping, rap"),
    ("click", PLAIN, "button, switch, mouse, photo"),
    ("jump", PLAIN, "jump, jumping, leap, hop"),
    ("hurt", PLAIN, "damage"),
    ("explosion", PLAIN, "mine, missile"),
    ("crunch", PLAIN, "chip, cookie, eat, eating"),
    ("steam", PLAIN, "hiss, hissing"),
    ("creak", PLAIN, "chair, rope, bed, mast"),
    ("page", PLAIN, "book, card, cards"),
    ("thud", PLAIN, "box, ball, land, landing, impact, drop, hit the floor, body"),
    ("hum", PLAIN, "machine, neon"),
    ("gunshot", PLAIN, "gun, pistol, rifle, bullet"),
    ("sword", PLAIN, "sword, knife, blade, dagger"),
    ("telephone", PLAIN, "phone, telephone, ring, ringing"),
    ("clap", PLAIN, "hand, hands"),
    ("train", PLAIN, "train"),
    ("hooves", PLAIN, "horse"),
    ("can", PLAIN, "can, bottle, beer, soda"),
    ("typing", PLAIN, "keyboard, hacker, computer"),
    ("spaceship", PLAIN, "space, spaceship, space station, starship"),
    ("ufo", PLAIN, "alien"),
    ("rattle", PLAIN, "metal chain, keys, chain"),
    ("coins", PLAIN, "money"),
    ("drip", PLAIN, "cave"),
    ("fire", PLAIN, "fireplace"),
    ("heartbeat", PLAIN, "heart"),
)


def _listed(words: str) -> list[str]:
    return [word.strip() for word in words.split(",")]


def _all_sounds() -> dict[str, Sound]:
    sounds: dict[str, Sound] = {}
    for generator, words in PLAIN_WORDS.items():
        sounds |= dict.fromkeys(_listed(words), Sound((Part(generator),)))
    for generator, traits, words in _SHADED_WORDS:
        sounds |= dict.fromkeys(_listed(words), Sound((Part(generator, traits),)))
    for words, parts in _SCENES.items():
        sounds |= dict.fromkeys(_listed(words), Sound(parts))
    for generator, traits, words in _SETTINGS:
        sounds |= dict.fromkeys(_listed(words), Sound((Part(generator, traits),), is_setting=True))
    return sounds


SOUNDS: Mapping[str, Sound] = MappingProxyType(_all_sounds())
"""Every word or phrase of up to three words that stands for a sound."""
