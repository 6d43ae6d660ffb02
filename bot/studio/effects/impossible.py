"""Words for what a synthesiser cannot do honestly, and why."""

from collections.abc import Mapping
from types import MappingProxyType

ANIMALS = "animals with a voice need a recording or a neural model"
VOICES = "voices need text to speech"
MUSIC = "music needs background music"

_WORDS = {
    ANIMALS: (
        "dog, bark, barking, woof, cat, meow, purr, lion, roar, roaring, cow, moo, sheep, goat, pig, oink, "
        "rooster, chicken, duck, quack, goose, crow, raven, eagle, hawk, seagull, gull, parrot, monkey, gorilla, "
        "elephant, bear, growl, wolf, wolves, neigh, whale, dolphin, dragon, monster, dinosaur roar, zombie, "
        "hyena, tiger, puppy, kitten, turkey, donkey, creature, beast, werewolf, animal"
    ),
    VOICES: (
        "voice, speech, talk, talking, speak, speaking, say, saying, word, words, scream, screaming, shout, "
        "shouting, yell, laugh, laughing, laughter, cry, crying, sob, baby, whisper, whispering, moan, cough, "
        "sneeze, sigh, burp, fart, snore, snoring, hello, announcer, narrator, crowd, cheer, cheering, chatter, "
        "chanting, chant, sing, singing, choir, vocal, giggle, gasp, grunt, groan, boo, people talking, "
        "conversation, children, yawn, kiss"
    ),
    MUSIC: (
        "music, song, melody, piano, guitar, violin, flute, trumpet, saxophone, orchestra, organ, harp, cello, "
        "bass guitar, synth, beat, drum loop, rock music, jazz, techno, hip hop, banjo, ukulele, accordion, "
        "symphony, soundtrack, theme, tune, trombone, clarinet, harmonica, bagpipe, lullaby"
    ),
}

IMPOSSIBLE: Mapping[str, str] = MappingProxyType(
    {word.strip(): reason for reason, words in _WORDS.items() for word in words.split(",")}
)
"""Word → reason."""
