import asyncio

import pytest

from specrun.graders.base import NoOptions
from specrun.graders.detection import grade
from specrun.spec.models.project import Truth

BOTH = Truth(tests_present=True, frameworks=("pytest", "unittest"), expected_tests=1, covered_lines=1)
NONE = Truth(tests_present=False)
MISSED = ("missed: unittest",)


def detect(graded, truth, text):
    answer = None if text is None else f"detect: {text}\nsetup: {{}}\n".encode()
    return asyncio.run(grade(graded(truth, answer=answer), NoOptions()))


@pytest.mark.parametrize(
    ("truth", "text", "status", "value", "figures", "evidence"),
    [
        (BOTH, "{tests_present: true, frameworks: [pytest, unittest]}", "passed", 1.0, (1, 1.0, 1.0), ()),
        (
            BOTH,
            "{tests_present: true, frameworks: [pytest]}",
            "failed",
            2 / 3,
            (1, 1.0, 0.5),
            ("missed: unittest",),
        ),
        (
            BOTH,
            "{tests_present: true, frameworks: [pytest, jest, nose]}",
            "failed",
            0.4,
            (1, 1 / 3, 0.5),
            ("missed: unittest", "not used: jest, nose"),
        ),
        (
            BOTH,
            "{tests_present: false}",
            "failed",
            0.0,
            (0, None, 0.0),
            ("it has tests, the answer says none", "missed: pytest, unittest"),
        ),
        (NONE, "{tests_present: false}", "passed", 1.0, (1, None, None), ()),
        (
            NONE,
            "{tests_present: true, frameworks: [pytest]}",
            "failed",
            0.0,
            (0, 0.0, None),
            ("it has no tests, the answer says some", "not used: pytest"),
        ),
        (BOTH, None, "failed", 0, (0, None, 0.0), ("there is no answer file",)),
    ],
)
def test_precision_recall_and_f1(graded, truth, text, status, value, figures, evidence):
    score = detect(graded, truth, text)
    assert (score.status, score.evidence) == (status, evidence)
    assert score.value == pytest.approx(value)
    assert score.figures == {
        "present_right": figures[0],
        "precision": pytest.approx(figures[1]) if figures[1] is not None else None,
        "recall": pytest.approx(figures[2]) if figures[2] is not None else None,
    }
