import itertools
import math

import pytest

from bot.studio.podcast.cast import MAX_SPEAKERS, choose_cast
from bot.studio.podcast.plan import MAX_TEXT_CHARACTERS, PodcastPlan, plan_podcast, wanted_duration_s
from bot.studio.podcast.speakers import DEFAULT_CAST, SPEAKERS
from bot.studio.refusal import Refusal
from bot.studio.speech.parts import PausePart, Shape, SpeechPart
from bot.studio.voices import Voice, catalogue
from bot.studio.voicing.design import design_voice

SCRIPT = "Anna: Hello!\nBen: Hi. How was it?\nAnna: It was fine."


def nobody(name: str) -> None:
    del name


def plan(
    text: str | None = None,
    prompt: str | None = None,
    speakers: tuple[str, ...] = (),
    *,
    keep_wording: bool = False,
    expected_duration: str | None = None,
) -> PodcastPlan:
    return plan_podcast(
        text=text,
        prompt=prompt,
        speakers=speakers,
        keep_wording=keep_wording,
        expected_duration=expected_duration,
        find_saved=nobody,
    )


def refusal_of(text: str, *speakers: str) -> Refusal:
    with pytest.raises(Refusal) as refused:
        plan(text, speakers=speakers)
    return refused.value


def voices_of(planned: PodcastPlan) -> dict[str, str]:
    return {label: member.voice for label, member in planned.cast.members.items()}


def test_all_documented_speakers_are_there_and_differ() -> None:
    assert len(SPEAKERS) == 28
    assert len({shape.model_dump_json() for shape in SPEAKERS.values()}) == 28


def test_default_voices_are_of_the_list() -> None:
    assert set(DEFAULT_CAST) <= set(catalogue())
    assert len(DEFAULT_CAST) == MAX_SPEAKERS


def test_names_get_voices_that_are_likely_theirs() -> None:
    assert voices_of(plan(SCRIPT)) == {"Anna": "heart", "Ben": "bruno"}
    assert voices_of(plan("Ben: Hello!\nAnna: Hi.")) == {"Ben": "bruno", "Anna": "heart"}
    assert voices_of(plan("Robot: Beep.\nOlivia: Hi.\nUnit-7: Boop.")) == {
        "Robot": "robot",
        "Olivia": "olivia",
        "Unit-7": "unit-7",
    }


def test_given_voices_go_to_the_speakers_in_order_of_appearance() -> None:
    assert voices_of(plan(SCRIPT, speakers=("ethan", "atlas"))) == {"Anna": "ethan", "Ben": "atlas"}
    assert voices_of(plan(SCRIPT, speakers=("Mason",)))["Ben"] != "Mason"
    extra = plan(SCRIPT, speakers=("ethan", "olivia", "noah"))
    assert any("noah" in warning for warning in extra.warnings)


def test_a_designed_voice_can_speak() -> None:
    voice = design_voice("old raspy wizard").voice

    def find(name: str) -> Voice | None:
        return voice if name == voice.name else None

    planned = plan_podcast(text=SCRIPT, prompt=None, speakers=(voice.name,), find_saved=find)
    assert planned.cast.members["Anna"].shape == voice.shape


@pytest.mark.parametrize("count", range(2, MAX_SPEAKERS + 1))
def test_default_speakers_differ_in_pitch(count: int) -> None:
    cast = choose_cast([f"Speaker {n}" for n in range(count)], (), nobody)
    pitches = sorted(member.shape.pitch for member in cast.members.values())
    assert all(math.log(high / low) > math.log(1.09) for low, high in itertools.pairwise(pitches))
    assert bool(cast.warnings) == (count > 4) or "moved apart" in cast.warnings[0]


def test_voices_that_are_too_alike_are_moved_apart() -> None:
    cast = choose_cast(["A", "B", "C"], ("olivia", "abigail", "olivia"), nobody)
    pitches = sorted(member.shape.pitch for member in cast.members.values())
    assert all(high / low > 1.09 for low, high in itertools.pairwise(pitches))
    assert any("moved apart in pitch: B, C" in warning for warning in cast.warnings)


@pytest.mark.parametrize("pair", list(itertools.combinations(sorted(SPEAKERS), 2))[::9])
def test_any_two_documented_speakers_can_be_told_apart(pair: tuple[str, str]) -> None:
    cast = choose_cast(["A", "B"], pair, nobody)
    one, other = (member.shape for member in cast.members.values())
    assert abs(math.log(one.pitch / other.pitch)) > math.log(1.09)


def test_turns_become_parts_in_the_speakers_shape_with_pauses_between() -> None:
    planned = plan("Anna: [happy] Hello! [break] Fine.\nBen: Really?\nAnna: Yes.")
    first = planned.turns[0]
    kinds = [type(part) for part in first.parts]
    assert kinds == [SpeechPart, PausePart, SpeechPart]
    assert first.pause_before_s == 0
    assert 0 < planned.turns[2].pause_before_s < planned.turns[1].pause_before_s  # an answer comes quickly
    assert isinstance(planned.turns[1].parts[0], SpeechPart)
    assert planned.turns[1].parts[0].shape == catalogue()["bruno"].shape
    assert isinstance(first.parts[0], SpeechPart)
    assert first.parts[0].shape.intonation > Shape().intonation


def test_text_without_speakers_is_arranged_or_kept_word_for_word() -> None:
    text = "Tea is a drink. It is made of leaves.\nIt is very old."
    arranged, kept = plan(text), plan(text, keep_wording=True)
    assert len(arranged.turns) > len(kept.turns) == 2
    assert any("plain arrangement" in warning for warning in arranged.warnings)
    assert kept.warnings == ()
    assert plan(prompt=text).turns == arranged.turns


def test_turns_without_words_are_left_out_and_nothing_at_all_is_refused() -> None:
    assert len(plan("Anna: ...\nBen: Hi.\nAnna: Yes.").turns) == 2
    assert refusal_of("Anna: ...\nBen: !!!\nAnna: ?").code == "nothing_to_say"


@pytest.mark.parametrize(
    ("text", "speakers", "status", "code"),
    [
        ("x" * (MAX_TEXT_CHARACTERS + 1), (), 422, "text_too_long"),
        (SCRIPT, ("nobody-at-all",), 422, "voice_unknown"),
        (SCRIPT, ("like Morgan Freeman",), 501, "likeness_not_available"),
        ("Anna: Hello!\nBen: \u4f60\u597d\u3002", (), 422, "language_unavailable"),
        ("\n".join(f"Speaker {n}: Hello." for n in "abcdefghi"), (), 422, "too_many_speakers"),
    ],
)
def test_what_cannot_be_done_is_refused(text: str, speakers: tuple[str, ...], status: int, code: str) -> None:
    refusal = refusal_of(text, *speakers)
    assert (refusal.status, refusal.code) == (status, code)


def test_a_misspelt_speaker_gets_a_hint() -> None:
    assert "olivia" in refusal_of(SCRIPT, "olivvia").message


def test_a_long_turn_is_planned_whole() -> None:
    words = "These are some words of a long speech. " * 300
    planned = plan(f"Anna: {words}\nBen: Thanks.")
    spoken = " ".join(part.text for part in planned.turns[0].parts if isinstance(part, SpeechPart))
    assert spoken.split() == words.split()


@pytest.mark.parametrize(
    ("written", "seconds"),
    [
        ("3min", 180),
        ("3 minutes", 180),
        ("90s", 90),
        ("1.5h", 5400),
        ("2", 120),
        ("soon", None),
        ("", None),
        ("-1", None),
    ],
)
def test_lengths_are_read_as_people_write_them(written: str, seconds: float | None) -> None:
    assert wanted_duration_s(written) == seconds


def test_a_length_that_will_not_be_met_is_told() -> None:
    assert any("nothing is left out or made up" in one for one in plan(SCRIPT, expected_duration="5min").warnings)
    assert any("not understood" in one for one in plan(SCRIPT, expected_duration="a while").warnings)
    assert plan(SCRIPT, expected_duration="3s").warnings == ()
