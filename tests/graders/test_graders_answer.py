import pytest
from hypothesis import given
from hypothesis import strategies as st

from specrun.graders.answer import Detect, Setup, read_answer, write_answer
from specrun.spec.models.common import TestReport


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (None, "there is no answer file"),
        (b"", "the answer is not a mapping"),
        (b"- a", "the answer is not a mapping"),
        (b"detect: {", "the answer is not YAML: "),
        (b"\xff\xfe", "the answer is not YAML: byte 0xff is not UTF-8"),
        (b"a: &a [*a]", "the answer is not YAML: "),
        (b"detect: {tests_present: maybe}\nsetup: {}", "section 'detect': Expected `bool`, got `str`"),
        (b"detect: {tests_present: true}", "there is no section 'setup'"),
        (b"detect: {tests_present: true}\nsetup: {}\nverdict: passed", "unknown sections: verdict"),
        (b"setup: {outcome: passed}", "section 'setup': Object contains unknown field `outcome`"),
        (b"setup: {report: {format: junit, path: ../../x}}", "section 'setup': "),
        (b"setup: {report: {format: junit, path: /etc/passwd}}", "section 'setup': "),
        (b"setup: {report: {format: text, path: x}}", "section 'setup': Invalid enum value 'text'"),
        (
            b"setup: {test_command: '" + b"x" * 70_000 + b"'}",
            "section 'setup': larger than 65536 bytes: test_command",
        ),
    ],
)
def test_what_cannot_be_read_is_a_problem_of_the_answer(content, problem):
    assert any(problem in said for said in read_answer(content).problems), read_answer(content).problems


def test_one_bad_section_does_not_cost_the_other():
    answer = read_answer(b"detect: {tests_present: true, frameworks: [pytest]}\nsetup: 7\n")
    assert answer.detect == Detect(True, ("pytest",))
    assert answer.setup is None


@given(st.binary(max_size=300))
def test_no_bytes_make_it_raise(content):
    read_answer(content)


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=60), st.booleans())
def test_what_is_written_is_read(script, present):
    detect = Detect(present, ("pytest",) if present else ())
    setup = Setup(setup_script=script, test_command=script, report=TestReport(format="tap", path="a/b.tap"))
    answer = read_answer(write_answer(detect, setup))
    assert (answer.detect, answer.setup, answer.problems) == (detect, setup, ())
