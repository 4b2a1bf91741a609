from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from specrun.results.codec import decode

if TYPE_CHECKING:
    from tests.docs.conftest import Place


def test_a_grader_of_another_package_grades(place: Place, root: Path) -> None:
    """The package of docs/graders.md, found by its entry point, in the benchmark shown below it."""
    assert place.run("specrun", "init", ".").returncode == 0
    text = (root / "docs/graders.md").read_text(encoding="utf-8")
    example = text.split("```yaml\n")[1].split("```")[0]
    (place.folder / "specs/short.yaml").write_text(example, encoding="utf-8")
    ran = place.run("specrun", "specs/short.yaml", "--offline", "-q")
    assert ran.returncode == 0, ran.stdout
    results = decode((place.folder / "reports/short/results.json").read_bytes())
    scores = {
        trial.agent: score
        for trial in results.trials
        for score in trial.scores
        if score.grader == "short-answer"
    }
    assert (scores["nop"].status, scores["nop"].figures) == ("not_applicable", {"script_lines": None})
    assert (scores["guess"].status, scores["guess"].figures) == ("passed", {"script_lines": 1})
    assert scores["oracle"].status == "failed"
    assert scores["oracle"].evidence == ("5 lines of script, at most 3 are allowed",)
    report = (place.folder / "reports/short/results.md").read_text(encoding="utf-8")
    assert "script lines (lines ↓)" in report


def test_an_option_that_the_grader_does_not_have_is_an_error(place: Place, root: Path) -> None:
    assert place.run("specrun", "init", ".").returncode == 0
    text = (root / "docs/graders.md").read_text(encoding="utf-8")
    example = text.split("```yaml\n")[1].split("```")[0].replace("{limit: 3}", "{limits: 3}")
    (place.folder / "specs/short.yaml").write_text(example, encoding="utf-8")
    validated = place.run("specrun", "validate", "specs")
    assert validated.returncode == 2
    assert "short-answer" in validated.stdout
