"""Templates are checked before anything runs, and rendered in a sandbox."""

from __future__ import annotations

import pytest

from specrun.spec import templates
from specrun.spec.problems import SpecError

ALLOWED = frozenset({"stage"})


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a\n{{ nope }}", "2:1: unknown variable 'nope' (a template here may use: stage)"),
        ("{% for x in y %}", "1:1: not a valid template: Unexpected end of template."),
        ("{{ stage | nofilter }}", "1:1: not a valid template: No filter named 'nofilter'."),
        ("{% include 'x' %}", "1:1: a template must not include other files"),
        ("{% extends 'x' %}", "1:1: a template must not extend other files"),
        ("{% from 'x' import y %}", "1:1: a template must not import other files"),
        ("{{" + "(" * 5000, "1:1: not a valid template: nested too deeply"),
    ],
)
def test_bad_templates(tmp_path, monkeypatch, text, expected):
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "t.md"
    file.write_text(text)
    with pytest.raises(SpecError) as caught:
        templates.check(file, ALLOWED)
    assert str(caught.value.problems[0]).startswith(f"t.md:{expected}")


def test_good_templates_render_with_their_last_newline(tmp_path):
    text = "{% set here = stage %}{% for x in range(2) %}{{ here }}{{ x }}{% endfor %} <b>\n"
    file = tmp_path / "t.md"
    file.write_text(text)
    templates.check(file, ALLOWED)
    assert templates.render(text, stage="<s>") == "<s>0<s>1 <b>\n"


def test_the_sandbox_holds():
    for text in (
        "{{ x.__class__.__mro__ }}",
        "{{ nothing }}",
        "{{ 1 / 0 }}",
        "{{ x.upper }}",
        "{{ lipsum() }}",
    ):
        with pytest.raises(ValueError, match="the template cannot be rendered: "):
            templates.render(text, x="")
