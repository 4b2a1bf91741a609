"""What each arm puts into the prompt: small output, results counted by hand, and what must always hold."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from declared_fixtures import fixture, holding
from hypothesis import given
from hypothesis import strategies as st

from specrun.artifacts.reference import capped_notice, header, notice, reference
from specrun.context.arms import STRATEGIES
from specrun.context.arms.relevance import bm25
from specrun.context.inline import Inline
from specrun.context.material import Material, make
from specrun.context.replay import Replayer
from specrun.measure.tokens import estimate

TEN = b"".join(b"%02d.....\n" % number for number in range(1, 11))
"""Ten lines of seven characters: 80 in all, 20 tokens; two of them are 15 characters, 4 tokens."""

STORE = {"spill": {"lines": 4, "chars": 1000}, "excerpt_chars": 100}


def composed(temporary: Path, *contents: bytes, store=None, prompt="?", **arm) -> tuple[Material, Inline]:
    """The context of one arm."""
    material = holding(temporary, *contents, arms={"it": arm}, store=store or STORE, prompt=prompt)
    return material, Replayer(material, "it", 20).inline


def text_of(found: Inline) -> str:
    """The prompt as a model sees it."""
    parts = []
    for part in found.parts:
        content = part.whole.content if part.whole else None
        parts.append(
            part.text if content is None else content.bytes(0, content.size).decode(errors="replace")
        )
    return "\n".join(parts)


def kept(found: Inline) -> str:
    return "".join("+" if decision.kept else "-" for decision in found.decisions)


def in_view(found: Inline, name: str = "a0") -> set[int]:
    ranges = [each for part in found.parts if part.artifact == name for each in part.lines]
    return {line for first, last in ranges for line in range(first, last + 1)}


def test_full_shows_everything_and_has_no_tools(tmp_path):
    _, found = composed(tmp_path, TEN, b"more\n", context="full")
    assert text_of(found) == f"{TEN.decode()}\nmore\n"
    assert (kept(found), found.tools, found.characters) == ("++", False, 80 + 1 + 5)
    assert in_view(found) == set(range(1, 11))


def test_capped_shows_the_first_lines_and_has_no_tools(tmp_path):
    _, found = composed(tmp_path, TEN, b"more\n", context="capped")
    assert text_of(found) == "01.....\n02.....\n03.....\n04....." + capped_notice(4, 10) + "\nmore\n"
    assert (kept(found), found.tools) == ("-+", False)
    assert in_view(found) == {1, 2, 3, 4}
    assert in_view(found, "a1") == {1}


def test_capped_cuts_the_middle_of_what_has_few_lines(tmp_path):
    store = {"spill": {"lines": 100, "chars": 60}}
    _, found = composed(tmp_path, TEN, store=store, context="capped")
    text = TEN.decode()[:-1]
    assert text_of(found) == text[:13] + "\n[... 53 characters left out ...]\n" + text[-13:]
    assert in_view(found) == {1, 10}


def test_capped_of_almost_nothing_is_the_beginning_of_the_notice(tmp_path):
    store = {"spill": {"lines": 1, "chars": 20}}
    _, found = composed(tmp_path, TEN, store=store, context="capped")
    assert text_of(found) == ("01....." + capped_notice(1, 10))[:20]
    assert in_view(found) == {1}


def test_reference_names_what_is_stored_and_says_once_what_that_is(tmp_path):
    material, found = composed(tmp_path, TEN, b"more\n", TEN + TEN, context="reference")
    first, _, last = (reference(source.content.artifact) for source in material.sources)
    assert text_of(found) == f"{notice()}\n{first}\nmore\n\n{last}"
    assert (kept(found), found.tools) == ("-+-", True)
    assert in_view(found) == set()


def test_reference_has_no_tools_where_nothing_is_stored(tmp_path):
    _, found = composed(tmp_path, b"one\n", b"", context="reference")
    assert text_of(found) == "one\n\n"
    assert (kept(found), found.tools) == ("++", False)


def test_reference_and_excerpt(tmp_path):
    content = b"".join(b"%02d%s\n" % (number, b"." * 17) for number in range(1, 21))
    material, found = composed(tmp_path, content, context="reference+excerpt")
    artifact = material.sources[0].content.artifact
    text = content.decode()[:-1]
    mark = "\n[... 334 characters left out ...]\n"
    cut = text[:33] + mark + text[-32:]
    assert text_of(found) == f"{header(artifact)}\n{reference(artifact)}\n\n{cut}"
    assert (len(cut), len(text)) == (100, 399)
    assert in_view(found) == {1, 20}


@pytest.mark.parametrize(
    ("arm", "expected"),
    [
        ({"context": "recency", "budget": 8}, "---++"),
        ({"context": "recency", "budget": 11}, "---++"),
        ({"context": "recency", "budget": 3}, "-----"),
        ({"context": "recency", "budget": 20}, "+++++"),
        ({"context": "size-threshold", "largest": 3}, "-----"),
        ({"context": "size-threshold", "largest": 4}, "+++++"),
    ],
)
def test_what_fits_is_kept_to_the_token(tmp_path, arm, expected):
    _, found = composed(tmp_path, TEN, segment_lines=2, **arm)
    assert kept(found) == expected


def test_recency_ends_at_the_first_segment_that_does_not_fit(tmp_path):
    _, found = composed(tmp_path, b"a" * 4, b"b" * 400, b"c" * 4, context="recency", budget=50)
    assert kept(found) == "--+"


def test_size_threshold_keeps_the_small_ones_wherever_they_stand(tmp_path):
    _, found = composed(tmp_path, b"a" * 4, b"b" * 400, b"c" * 5, context="size-threshold", largest=1)
    assert kept(found) == "+--"


def test_pruning_refers_once_to_each_artifact(tmp_path):
    material, found = composed(tmp_path, TEN, TEN + b"x", context="recency", budget=1, segment_lines=2)
    first, second = (reference(source.content.artifact) for source in material.sources)
    assert text_of(found) == f"{notice()}\n{first}\n{second}\nx"
    assert found.decisions[-1].segment.id == "a1:11-11"


def test_relevance_keeps_the_best_that_fit_and_ties_by_their_order(tmp_path):
    contents = [b"about cats", b"about dogs and", b"cats cats cats", b"none of it", b"none again"]
    _, found = composed(tmp_path, *contents, prompt="Cats?", context="relevance", budget=10)
    assert kept(found) == "+-++-"
    sure = [decision.confidence for decision in found.decisions]
    assert sure[2] == 1.0
    assert sure[1] == 1.0
    assert sure[3] == 0.0
    assert 0 < sure[0] < 1


def test_bm25_counts_rare_words_more_and_long_texts_less():
    texts = ["common rare", "common", "common", "common rare and much more that nobody asked about", "other"]
    scores = bm25("Rare, common!", texts)
    assert sorted(range(5), key=lambda number: -scores[number])[:2] == [0, 3]
    assert scores[1] == scores[2]
    assert scores[4] == 0


@pytest.mark.parametrize(
    "question", ["", "?!", "___", '" OR NEAR(', "naïve ÅNGSTRÖM", "x" * 5000, "a " * 3000]
)
def test_bm25_of_any_question(question):
    assert len(bm25(question, ["one", "", "two\x00three", "\ufffd"])) == 4
    assert bm25(question, []) == []


def test_compaction_prunes_where_that_is_enough(tmp_path):
    contents = [b"a" * 400, b"b" * 400, b"c" * 400]
    arm = {"context": "compaction", "budget": 260, "hysteresis": 50}
    material, found = composed(tmp_path, *contents, **arm)
    size = estimate(len(reference(material.sources[0].content.artifact)))
    assert 100 + 100 + size <= 260 < 300
    assert (kept(found), found.compactions, found.skips) == ("-++", 0, ("prune_sufficient",))


def test_compaction_refers_to_everything_but_not_again_before_enough_is_new(tmp_path):
    contents = [b"a" * 400, b"b" * 4000, b"c" * 400, b"d" * 4000]
    _, found = composed(tmp_path, *contents, context="compaction", budget=150, hysteresis=5000)
    assert (kept(found), found.compactions) == ("---+", 1)
    assert found.skips[-1] == "hysteresis"
    _, found = composed(tmp_path, *contents, context="compaction", budget=150, hysteresis=1)
    assert (kept(found), found.compactions) == ("----", 3)


def test_compaction_counts_one_reference_for_all_segments_of_an_artifact(tmp_path):
    many = b"".join(b"%03d\n" % number for number in range(300))
    arm = {"context": "compaction", "budget": 100, "hysteresis": 1, "segment_lines": 1}
    _, found = composed(tmp_path, many, **arm)
    assert found.compactions == 0
    assert set(found.skips) == {"prune_sufficient"}
    size = estimate(len(reference(found.decisions[0].segment.source.content.artifact)))
    assert kept(found).count("+") == 100 - size


def test_an_arm_that_must_look_at_too_much_says_so(tmp_path):
    pad = {"repeat": {"text": "x", "times": 1000000}}
    big = {"lines": {"count": 70, "text": "${pad}", "vars": {"pad": pad}}}
    arms = {"it": {"context": "relevance", "budget": 5}}
    material = make(fixture(payloads={"it": big}, arms=arms), Path(), tmp_path)
    with pytest.raises(ValueError, match="segment out has 70000070 bytes; arms look at 67108864 at most"):
        Replayer(material, "it", 20)


ARMS = st.one_of(
    st.sampled_from([{"context": name} for name in ("full", "capped", "reference", "reference+excerpt")]),
    st.fixed_dictionaries(
        {"context": st.sampled_from(["recency", "relevance"]), "budget": st.integers(1, 200)},
        optional={"segment_lines": st.integers(1, 5)},
    ),
    st.fixed_dictionaries(
        {"context": st.just("size-threshold"), "largest": st.integers(1, 60)},
        optional={"segment_lines": st.integers(1, 5)},
    ),
    st.fixed_dictionaries(
        {"context": st.just("compaction"), "budget": st.integers(1, 200), "hysteresis": st.integers(1, 100)},
        optional={"segment_lines": st.integers(1, 5)},
    ),
)
LINES = st.lists(st.integers(0, 40), max_size=25)


@given(
    arm=ARMS,
    sizes=st.lists(LINES, min_size=1, max_size=3),
    end=st.sampled_from(["\n", "\r\n"]),
    final=st.booleans(),
    chars=st.integers(0, 300),
    lines=st.integers(0, 10),
    excerpt=st.integers(100, 200),
)
def test_every_segment_is_decided_once_and_the_lines_in_view_stand_there(
    arm, sizes, end, final, chars, lines, excerpt
):
    texts = [
        [f"{number}.{line:03}é{'x' * size}" for line, size in enumerate(each, 1)]
        for number, each in enumerate(sizes)
    ]
    contents = [(end.join(each) + (end if final and each else "")).encode() for each in texts]
    store = {"spill": {"lines": lines, "chars": chars}, "excerpt_chars": excerpt}
    with tempfile.TemporaryDirectory() as folder:
        material, found = composed(Path(folder), *contents, store=store, **arm)
        shown = [line.removesuffix("\r") for line in text_of(found).split("\n")]
        ids = [decision.segment.id for decision in found.decisions]
        covered = [(d.segment.source.name, d.segment.first, d.segment.last) for d in found.decisions]
        tokens = [
            estimate(len("\n".join(texts[int(name[1:])][first - 1 : last]))) for name, first, last in covered
        ]
        within = sum(size for size, each in zip(tokens, found.decisions, strict=True) if each.kept)
        assert found.characters == len(text_of(found)) or not found.parts
        material.close()
    assert len(ids) == len(set(ids))
    for number, each in enumerate(texts):
        ranges = [(first, last) for name, first, last in covered if name == f"a{number}"]
        assert [line for first, last in ranges for line in range(first, last + 1)] == list(
            range(1, max(1, len(each)) + 1)
        )
        assert in_view(found, f"a{number}") == {line for line, text in enumerate(each, 1) if text in shown}
    if arm["context"] in ("recency", "relevance"):
        assert within <= arm["budget"]
    if arm["context"] == "recency":
        assert "-" not in kept(found).lstrip("-")


def test_every_arm_is_tested_here():
    assert set(STRATEGIES) == {
        "full",
        "capped",
        "reference",
        "reference+excerpt",
        "recency",
        "size-threshold",
        "relevance",
        "compaction",
    }
