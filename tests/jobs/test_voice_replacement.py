from bot.jobs.voice_replacement import MAX_COMPARED, find_nearest, find_replacements
from bot.storage.voices import GoneVoice
from tests.storage.samples import voice

WANTED = voice("w", "Jessica", gender="female", language="en-GB", style="calm", age="young")


def test_the_language_counts_most_then_gender_then_style() -> None:
    same_but_french = voice("1", "Jessica", gender="female", language="fr-FR", style="calm", age="young")
    english_man = voice("2", "Jessica", gender="male", language="en-GB", style="calm", age="young")
    english_woman = voice("3", "Zoe", gender="female", language="en-US", style="loud")
    calm_english_woman = voice("4", "Eve", gender="female", language="en-US", style="calm")
    others = [same_but_french]
    for better in (english_man, english_woman, calm_english_woman):
        others.append(better)
        assert find_nearest(WANTED, others) == better


def test_nobody_replaces_a_voice_whose_language_is_gone() -> None:
    assert find_nearest(WANTED, [voice("1", "Jessica", gender="female", language="fr-FR")]) is None
    assert find_nearest(WANTED, []) is None


def test_codes_and_names_of_one_language_are_the_same() -> None:
    assert find_nearest(WANTED, [voice("1", "A", language="fr"), voice("2", "B", language="English")]) is not None


def test_a_girl_sounds_more_like_a_boy_than_like_a_woman() -> None:
    girl, young_woman = (voice(age, "Mia", gender="female", age=age) for age in ("child", "young"))
    woman = voice("woman", "Mia Two", gender="female", age="adult")
    boy = voice("boy", "Tom", gender="male", age="Child")
    assert find_nearest(girl, [woman, boy]) is boy
    assert find_nearest(young_woman, [woman, boy]) is woman


def test_of_equals_the_first_is_taken() -> None:
    twins = [voice(name, "Twin", gender="female", language="en-GB") for name in ("a", "b")]
    assert find_nearest(WANTED, twins) == twins[0]


def test_what_is_gone_is_reported_with_what_is_nearest() -> None:
    stays, comes = voice("s", "Stay", language="en-US", gender="female"), voice("c", "Come", language="fr-FR")
    alone = voice("f", "Finn", language="fi-FI")
    assert find_replacements([WANTED, stays, alone], [stays, comes]) == (
        GoneVoice("w", "Jessica", "s"),
        GoneVoice("f", "Finn", None),
    )
    assert find_replacements([stays], [stays, comes]) == ()


def test_a_catalogue_with_all_new_names_is_not_compared_voice_by_voice() -> None:
    before = [voice(f"old-{number}", "V", language="en") for number in range(MAX_COMPARED + 5)]
    gone = find_replacements(before, [voice("new", "V", language="en")])
    assert [one.nearest for one in gone] == ["new"] * MAX_COMPARED + [None] * 5
