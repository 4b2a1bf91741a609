"""No template can hang, or take the machine's memory: it is refused, or done, within its budget."""

# ruff: noqa: E501  one case a line reads best

from __future__ import annotations

import resource
import subprocess
import sys
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specrun.spec import templates
from specrun.spec.problems import SpecError
from specrun.spec.template_sizes import LARGEST_VALUE, TooMuchError, check_format, size_of

BIG = "{% set big %}" + "y" * 900_000 + "{% endset %}"
LIST = "{% set list = range(99999)|list %}"

ATTACKS = {
    "loops in loops": "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}",
    "many loops in loops": "{% for a in range(9) %}" * 20 + "{% endfor %}" * 20,
    "text times": "{{ 'a' * 10**10 }}",
    "times text": "{{ 10**10 * 'a' }}",
    "list times": "{{ ([1] * 10**10)|length }}",
    "powers": "{{ 9**99999999 }}",
    "powers of powers": "{% set a = 9**9999 %}" + "{% set a = a * a %}" * 60,
    "wide percent": "{{ '%1000000000s' % 1 }}",
    "wide percent by name": "{{ '%(a%b(c)) 1000000000d' % {'a%b(c)': 1} }}",
    "wide percent of bytes": "{{ '%1000000000d'.encode() % 1 }}",
    "wide by a value": "{{ '%*s' % (10**9, 1) }}",
    "exact to no end": "{{ '%.1000000000f' % 1.5 }}",
    "wide format filter": "{{ '%1000000000s'|format(1) }}",
    "wide format": "{{ '{:1000000000}'.format(1) }}",
    "wide format by attribute": "{{ ('{:1000000000}'|attr('format'))(1) }}",
    "wide format of a map": "{{ '{x:1000000000}'.format_map({'x': 1}) }}",
    "wide format by a value": "{{ '{:{}}'.format(1, 10**9) }}",
    "format again and again": "{{ ('{0}' * 9999).format('a' * 9999) }}",
    "center": "{{ 'a'|center(10**10) }}",
    "ljust": "{{ 'a'.ljust(10**10) }}",
    "expandtabs": "{{ '\\t'.expandtabs(10**10) }}",
    "to_bytes": "{{ (1).to_bytes(10**10) }}",
    "indent": "{{ 'x'|indent(10**10, true) }}",
    "batch": "{{ [1]|batch(10**10, 0)|list }}",
    "slice": "{{ [1]|slice(10**10)|list }}",
    "tojson": "{{ {'a': 1}|tojson(indent=10**9) }}",
    "replace": "{{ ('a' * 99999).replace('a', 'b' * 99999) }}",
    "replace filter": "{{ 'aaa'|replace('', 'b' * 99999)|replace('b', 'c' * 99999) }}",
    "translate": "{{ ('a' * 9999).translate({97: 'b' * 9999}) }}",
    "join": "{{ range(99999)|map('string')|join('b' * 99999) }}",
    "join by a method": "{{ ('b' * 99999).join(range(99999)|map('string')) }}",
    "links": "{{ ('a.b ' * 9999)|urlize(rel='x' * 9999) }}",
    "mapped": "{{ range(99999)|map('center', 9999)|list }}",
    "doubled text": "{% set a = 'xxxx' %}" + "{% set a = a ~ a %}" * 60,
    "added text": "{% set a = 'xxxx' %}" + "{% set a = a + a %}" * 60,
    "doubled blocks": "{% set a = 'xxxx' %}" + "{% set a %}{{ a }}{{ a }}{% endset %}" * 60,
    "doubled lists": "{% set a = [1] %}" + "{% set a = [a, a] %}" * 60 + "{{ a|string }}",
    "doubled tuples": "{% set a = (1, 2) %}" + "{% set a = (a, a) %}" * 60 + "{{ {a: 1} }}",
    "doubled maps": "{% set a = {1: 2} %}" + "{% set a = {1: a, 2: a} %}" * 60 + "{{ a|pprint }}",
    "compared": "{% set a, b = [1], [1] %}" + "{% set a, b = [a, a], [b, b] %}" * 60 + "{{ a == b }}",
    "macros": "{% macro m(n) %}{% if n %}{{ m(n - 1) }}{{ m(n - 1) }}{% endif %}{% endmacro %}{{ m(60) }}",
    "macros to themselves": "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
    "blocks to themselves": "{% block a %}{{ self.a() }}{% endblock %}",
    "loops to themselves": "{% for a in [1] recursive %}{{ loop([1, 1]) }}{% endfor %}",
    "much output": "{% for a in range(99999) %}" + "y" * 9999 + "{% endfor %}",
    "much captured": "{% for a in range(99999) %}{% set x %}" + "y" * 99999 + "{% endset %}{% endfor %}",
    "much filtered": "{% filter upper %}{% for a in range(99999) %}" + "y" * 9999 + "{% endfor %}{% endfilter %}",
    "searched": BIG + "{% for a in range(99999) %}{{ 'z' in big }}{% endfor %}",
    "cut": BIG + "{% for a in range(99999) %}{% set x = big[1:] %}{% endfor %}",
    "tested": BIG + "{% for a in range(99999) %}{% set x = big is lower %}{% endfor %}",
    "called": BIG + "{% for a in range(99999) %}{% set x = big.upper() %}{% endfor %}",
    "filtered": BIG + "{% for a in range(99999) %}{% set x = big|upper %}{% endfor %}",
    "counted": LIST + "{% for a in list %}{% set x = list.count(-1) %}{% endfor %}",
    "looked for": LIST + "{{ list|select('in', list)|list }}",
    "long range": "{{ range(10**12) }}",
}  # fmt: skip

FINE = [
    ("{% for a in [3, 1, 2]|sort|reverse %}{{ a }}{% if not loop.last %}, {% endif %}{% endfor %}", "3, 2, 1"),
    ("{% macro m(l) %}{{ l.index }}{% endmacro %}{% for a in range(3) %}{{ m(loop) }}{% endfor %}", "123"),
    ("{{ [1, 2]|map('string')|join(', ') }}; {{ '%.2f'|format(1.234) }}", "1, 2; 1.23"),
    ("{{ '{:,}'.format(12345678) }} {{ '%5d|%-4s' % (7, 'a') }} {{ '**12345** %s'|format('a') }}", "12,345,678     7|a    **12345** a"),
    ("{{ 1 < 2 < 3 }} {{ 2 in (1, 2) }} {{ {'a': 1} == {'a': 1} }} {{ 'b' not in x }}", "True True True True"),
    ("{% for k, v in {'a': 1}.items() %}{{ k }}={{ v }}{% endfor %}{{ 'abc'[1:] ~ 1 ~ none }}", "a=1bc1None"),
    ("{% set a, b = (1, 2) %}{% set c %} {{ a + b }} {% endset %}{{ c|trim }}{% filter upper %}x{% endfilter %}", "3X"),
    ("{{ x|default(12345678901) }}{{ 12345678901|string }}{{ nothing|default('-') }}", "a12345678901-"),
    ("{{ nothing is defined }} {{ x is defined }} {{ x is in(['a']) }}", "False True True"),
    ("{% set c %}{% set d %}a{% endset %}{{ d }}{% endset %}{% set e | upper %}{{ c }}{% endset %}{{ e }}", "A"),
    ("{{ range(9999)|select('odd')|sum }}{% for a in range(50000) %}{% endfor %}", "24990001"),
]  # fmt: skip


def attack(text: str) -> str:
    try:
        templates.render(text, x="a")
    except ValueError as error:
        return str(error)
    return ""


def test_no_attack_takes_much_memory_or_time():
    """All of them, one after the other, in one process that may have 1 GiB and a minute of processor time."""

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (1024**3, 1024**3))
        resource.setrlimit(resource.RLIMIT_CPU, (60, 60))

    code = "import test_spec_template_limits as t\nfor text in t.ATTACKS.values(): print(t.attack(text))"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=__file__.rpartition("/")[0],
        capture_output=True,
        text=True,
        preexec_fn=limit,
    )
    assert (done.returncode, done.stderr) == (0, "")
    reasons = dict(zip(ATTACKS, done.stdout.splitlines(), strict=True))
    known = (
        "it makes a value of more than 1,000,000 characters",
        "it takes too many steps",
        "it gives more than 4,000,000 characters",
        "a format must not ask for a width of more than 9999, or take it from a value",
        "it goes too deep, or calls itself without end",
        "Range too big. The sandbox blocks ranges larger than MAX_RANGE (100000).",
    )
    assert {name: reason for name, reason in reasons.items() if not reason.endswith(known)} == {}


@pytest.mark.parametrize(("text", "expected"), FINE)
def test_what_people_write_is_done(text, expected):
    assert templates.render(text, x="a") == expected


@pytest.mark.parametrize(
    "text", ["{% for a in x %}" * 25 + "{% endfor %}" * 25, "{% if x %}" * 120 + "{% endif %}" * 120]
)
def test_what_python_cannot_nest_is_told(tmp_path, text):
    file = tmp_path / "t.md"
    file.write_text(text)
    with pytest.raises(SpecError, match="1:1: not a valid template: nested too deeply"):
        templates.check(file, frozenset({"x"}))


LARGE = {
    "{{ x }}" * 140_000: "not a valid template: more than 50,000 words and signs beside plain text",
    "{{ ["
    + "x," * 500_000
    + "] }}": "not a valid template: more than 50,000 words and signs beside plain text",
    "{{ x" + "+x" * 10_000 + " }}": "not a valid template: nested too deeply",
    "{{ x" + ".a" * 10_000 + " }}": "not a valid template: nested too deeply",
    "{{ " + "9" * 5000 + " }}": "not a valid template: Exceeds the limit",
}


@pytest.mark.parametrize("text", LARGE, ids=range(len(LARGE)))
def test_what_would_take_long_to_read_is_refused(tmp_path, text):
    file = tmp_path / "t.md"
    file.write_text(text)
    with pytest.raises(SpecError, match=f"1:1: {LARGE[text]}"):
        templates.check(file, frozenset({"x"}))


def test_plain_text_may_be_long(tmp_path):
    file = tmp_path / "t.md"
    file.write_text("word, (word) 'word' " * 50_000 + "{{ x }}")
    templates.check(file, frozenset({"x"}))
    assert templates.render(file.read_text(), x="y").endswith(" y")


def test_an_attack_on_validate_is_one_clear_line(shelf):
    shelf.write("specs/prompts/detect.md", "{{ 'a' * 10**10 }}")
    done = subprocess.run(
        [sys.executable, "-m", "specrun", "validate", "specs/bench.yaml"],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 2
    assert done.stderr == (
        "specs/prompts/detect.md:1:1: the template cannot be rendered: it makes a value of more than 1,000,000 characters\n"
    )


@given(
    st.recursive(st.text() | st.integers(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner))
)
def test_a_value_is_as_large_as_what_it_holds(value):
    assert size_of([value, value]) == 16 + 2 * size_of(value)
    assert size_of({"key": value}) == 11 + size_of(value)


def test_what_is_endless_is_not_measured_to_its_end():
    value = [1]
    for _ in range(100):
        value = [value, value]
    assert LARGEST_VALUE < size_of(value) < 2 * LARGEST_VALUE


@given(st.text(alphabet="%({:.*})5a ", max_size=12), st.integers(0, 99_999_999))
def test_a_format_that_is_let_through_is_not_wide(text, width):
    text = text.replace("5", str(width))
    try:
        check_format(text)
    except TooMuchError:
        return
    for made in (
        lambda: text % {"": 1, "a": 1},
        lambda: text % (1, 1),
        lambda: text % 1,
        lambda: text.format(1, 1, a=1),
    ):
        with suppress(ValueError, TypeError, KeyError, IndexError, AttributeError):
            assert len(made()) <= len(text) + 6 * 10_000
