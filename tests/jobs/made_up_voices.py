"""A catalogue of any size such as a voice service has, and what people type who look for one of its voices."""

import random
from collections.abc import Sequence
from dataclasses import dataclass

from bot.languages import names_of, read_locale, region_names_of
from bot.models import Voice

# ruff: noqa: RUF001, SIM905  # names of many scripts, and lists of a hundred names read better as text

# First names by language: what labels of synthetic voices are made of. Some belong to several languages.
NAMES = {
    "en": "James Mary Robert Jessica John Linda Michael Emma David Olivia William Ava Richard Sophia Thomas Charlotte "
    "Henry Amelia Daniel Harper Matthew Evelyn Anthony Abigail Mark Emily Steven Ella Paul Scarlett Andrew Grace "
    "Joshua Chloe Kenneth Victoria Kevin Riley Brian Aria George Lily Timothy Aurora Edward Zoey Jason Nora Ryan "
    "Hazel Jacob Violet Gary Lucy Nicholas Stella Eric Claire Jonathan Skylar Stephen Bella Larry Savannah Justin "
    "Anna Scott Caroline Brandon Kennedy Benjamin Genesis Samuel Naomi Gregory Ruby Alexander Alice Frank Sadie "
    "Patrick Hailey Raymond Autumn Jack Piper Dennis Quinn Jerry Serenity Tyler Willow Aaron Everly Jose Cora Adam "
    "Kaylee Nathan Lydia Zachary Kade Peter Aubree Kyle Arianna Noah Eliana Ethan Peyton Jeremy Melanie Walter Gianna "
    "Christian Isabelle Keith Julia Roger Valentina Terry Clara Austin Vivian Sean Reagan Gerald Mackenzie Carl "
    "Madeline Harold Delilah Dylan Josephine Arthur Rylee Lawrence Ivy Jordan Sophie Jesse Emery",
    "de": "Günther Jürgen Klaus Wolfgang Jörg Lukas Finn Hannah Heike Käthe Ursula Greta Anke Björn Matthias Annika "
    "Friedrich Liesel Ingrid Dieter Sabine Torsten Uwe Katharina Jana Sven Birgit Moritz Leonie Emil",
    "fr": "Élodie Chloé François Hélène René Amélie Benoît Léa Étienne Zoé Gaël Anaïs Jérôme Océane Mathieu Camille "
    "Lucien Manon Thierry Margaux Olivier Sylvie Bastien Noémie Clément Aurélie Antoine Juliette Rémi Capucine",
    "es": "José María Andrés Lucía Íñigo Sofía Raúl Inés Ramón Belén Álvaro Martín Ximena Joaquín Paloma Rocío Esteban "
    "Guadalupe Héctor Pilar Santiago Carmen Ignacio Dolores Emilio Fernanda Gonzalo Marisol Rodrigo Camila",
    "pt": "João Conceição Luís Antônio Inês Gonçalo Beatriz Tiago Catarina Vasco Rafaela Duarte Leonor Heitor Larissa "
    "Otávio Mariana Thiago Letícia Afonso",
    "ja": "さくら はるか けんじ ゆうた サクラ ハルト アオイ なおき しんじ みさき りょう ひなた ゆい たかし "
    "美咲 健太 陽菜 七海 大輔 結衣",
    "ko": "지수 민준 서연 하은 도윤 예준 수아 지훈 은지 현우",
    "ru": "Юлия Светлана Дмитрий Алексей Екатерина Сергей Наталья Михаил Ольга Андрей Татьяна Владимир Людмила Павел",
    "el": "Ευγενία Νίκος Ελένη Γιώργος Κατερίνα Δημήτρης",
    "pl": "Łukasz Małgorzata Zdzisław Agnieszka Michał Żaneta Paweł Grażyna Stanisław Bożena",
    "zh": "晓晓 云希 云扬 晓伊 晓涵 云健 晓梦 云夏",
    "hi": "आरव स्वरा माधुर काव्या अनन्या रेहान",
    "ar": "فاطمة زارية حامد شاكر سلمى عمر",
    "tr": "Emel Ahmet Işıl Çağla Gökhan Şebnem Yiğit Özge",
    "nl": "Colette Fenna Maarten Sanne Ruben Joost Lotte Bram",
    "sv": "Sofie Hillevi Mattias Åsa Örjan Göran Linnéa",
    "it": "Giuseppe Elsa Isabella Diego Benigna Calimero Fiamma Gianni Lisandro Palmira Rinaldo Imelda",
}  # fmt: skip
LOCALES = {
    "en": "en-US en-US en-US en-GB en-GB en-AU en-IN en-IE en-CA en-NZ en-ZA", "de": "de-DE de-DE de-AT de-CH",
    "fr": "fr-FR fr-FR fr-CA fr-BE", "es": "es-ES es-MX es-AR es-CO", "pt": "pt-BR pt-BR pt-PT", "ja": "ja-JP",
    "ko": "ko-KR", "ru": "ru-RU", "el": "el-GR", "pl": "pl-PL", "zh": "zh-CN zh-TW", "hi": "hi-IN",
    "ar": "ar-EG ar-SA", "tr": "tr-TR", "nl": "nl-NL nl-BE", "sv": "sv-SE", "it": "it-IT",
}  # fmt: skip
SURNAMES = (
    "Rhythm Story Deep Velvet Thunder Breeze Chapters Newsroom Radio Midnight Ember Cosmic Whisper Granite Sunny "
    "Meadow Static Copper Harbor Lantern Marble Orbit Pepper Quartz Raven Saffron Timber Umber Vesper Winter Yonder "
    "Zephyr Anchor Blossom Cinder Drift Echo Falcon Gravel Hollow Indigo Juniper Kestrel Lotus Maple Nimbus Onyx "
    "Prairie Quill Ripple Slate Tundra Uptown Valley Willowby Xenon Yarrow Zenith Barker Calloway Donovan Ellsworth "
    "Fairbanks Gallagher Hawthorne Iverson Jefferson Kensington Lockwood Montgomery Northcott Osborne Pemberton "
    "Quimby Rutherford Sinclair Thornton Underwood Vanderbilt Whitaker Yardley Zimmerman Abernathy Beaumont"
).split()
STYLES = "calm cheerful narration conversational announcer whisper character dramatic serious friendly robot".split()
AGES = "child young young adult adult adult senior".split()
CATEGORIES = (
    "narrative-and-story social-media advertisement education_training entertainment-and-tv companions healthcare "
    "characters-and-animation informative-and-educational interactive_media"
).split()
TAGS = "warm bright soft deep raspy clear breathy energetic slow fast smooth husky crisp gentle bold nasal".split()


@dataclass(frozen=True)
class Asked:
    """What is typed, and the voice that is meant."""

    typed: str
    meant: Voice


def made_up_voices(count: int, rng: random.Random) -> tuple[Voice, ...]:
    """Voices whose labels are mostly different: a name, two names, or a name and its place in a series."""
    languages = list(NAMES)
    shares = [12 if language == "en" else 2 for language in languages]
    labels: dict[str, int] = {}
    found: list[Voice] = []
    for number in range(count):
        language = rng.choices(languages, shares)[0]
        first = rng.choice(NAMES[language].split())
        label = first if rng.random() < 0.15 else f"{first} {rng.choice(SURNAMES)}"
        label = f"{rng.choice(SURNAMES)} {first}" if rng.random() < 0.2 else label
        labels[label] = labels.get(label, 0) + 1
        if labels[label] > 1:
            label = f"{label} {labels[label]}"
        found.append(
            Voice(
                name=f"{number:x}-{rng.getrandbits(24):06x}",
                label=label,
                gender=rng.choice(["male", "female", "female", "male", "neutral"]),
                language=rng.choice(LOCALES[language].split()),
                age=rng.choice(AGES),
                style=rng.choice(STYLES),
                category=rng.choice(CATEGORIES),
                description="A voice.",
                tags=tuple(rng.sample(TAGS, rng.randint(0, 3))),
            )
        )
    return tuple(found)


def what_people_type(voices: Sequence[Voice], count: int, rng: random.Random) -> list[Asked]:
    """Queries with typing errors: every label's words with one error each at most, and often facts, in any order.

    A label of a single short name can be one of dozens after an error: such a query names facts as well, as a person
    does who does not find their voice at once.
    """
    found: list[Asked] = []
    while len(found) < count:
        voice = rng.choice(voices)
        words = voice.label.split()
        wrong = rng.randrange(len(words))
        words = [
            misspelt(word, rng) if place == wrong or rng.random() < 0.3 else word for place, word in enumerate(words)
        ]
        facts = [fact for fact in (voice.gender, voice.age, voice.style, _language(voice, rng), *voice.tags) if fact]
        extra = rng.sample(facts, min(len(facts), rng.randint(0, 2) if len(words) > 1 else 3))
        extra = [misspelt(fact, rng) if rng.random() < 0.3 else fact for fact in extra]
        query = [" ".join(words), *extra]
        rng.shuffle(query)
        found.append(Asked(" ".join(query), voice))
    return found


def _language(voice: Voice, rng: random.Random) -> str:
    locale = read_locale(voice.language)
    if locale is None:
        return voice.language
    return rng.choice([voice.language, *names_of(locale), *region_names_of(locale)[:1]])


def misspelt(word: str, rng: random.Random) -> str:
    """The word with one typing error: a letter left out, doubled, swapped with the next or another instead.

    Not the short ones: of a word of two letters or a number nothing would be left to recognise.
    """
    if len(word) < 4 or not word.isalpha():
        return word
    at = rng.randrange(len(word) - 1)
    before, letter, after = word[:at], word[at], word[at + 1 :]
    match rng.randrange(4):
        case 0:
            return before + after
        case 1:
            return before + letter + letter + after
        case 2:
            return before + after[0] + letter + after[1:]
        case _:
            return before + rng.choice("etaoinshrdlu") + after
