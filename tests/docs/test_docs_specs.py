from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import jsonschema
import msgspec
import yaml

from specrun.graders.answer import read_answer
from specrun.results.codec import decode
from specrun.spec.models import BENCHMARKS

if TYPE_CHECKING:
    from tests.docs.conftest import Block, Place

MODELINE = "# yaml-language-server: $schema="
NO_SPECS = ("# specrun-answer.yaml\n", "# .pre-commit-config.yaml\n", "# .github/workflows/grade.yml\n")
"""How other YAML begins."""


def test_an_example_is_a_valid_spec(demo: Place, spec_block: Block, neighbours: list[Block]) -> None:
    """Beside what `specrun init` writes, and the files that the same document shows."""
    spec = yaml.safe_load(spec_block.text)
    for block in neighbours:
        if block.file is not None and not (demo.folder / block.file).exists():
            _write(demo.folder / block.file, block.text)
    first = spec_block.text.splitlines()[0]
    file = _file_of(demo.folder, spec)
    if file.exists():
        written = yaml.safe_load(file.read_text(encoding="utf-8"))
        assert spec == written, f"{spec_block.place}: not what `specrun init` or the document has there"
    _write(file, spec_block.text)
    for needed in spec.get("files", ()):
        source = file.parent / needed["source"]
        source.parent.mkdir(exist_ok=True)
        source.touch()
    assert first.startswith(MODELINE), f"{spec_block.place}: no modeline for editors"
    schema = (file.parent / first.removeprefix(MODELINE)).read_bytes()
    jsonschema.validate(spec, msgspec.json.decode(schema))
    validated = demo.run("specrun", "validate", "specs")
    assert validated.returncode == 0, f"{spec_block.place}: {validated.stdout}"


def test_yaml_that_is_no_spec_says_what_it_is(blocks: list[Block]) -> None:
    """These have tests of their own."""
    others = [block for block in blocks if block.language == "yaml" and "specrun: 1" not in block.text]
    for block in others:
        assert block.text.startswith(NO_SPECS), block.place


def test_the_example_of_an_answer_is_one(root: Path) -> None:
    text = (root / "docs/spec-reference.md").read_text(encoding="utf-8")
    example = text.split("# specrun-answer.yaml\n")[1].split("```")[0]
    answer = read_answer(example.encode())
    assert answer.problems == ()
    assert answer.setup is not None
    assert answer.setup.coverage_report is not None


def test_the_documented_finding_is_said(demo: Place, root: Path) -> None:
    text = (root / "docs/spec-reference.md").read_text(encoding="utf-8")
    example = next(part for part in text.split("```yaml\n") if "id: stricter" in part).split("```")[0]
    (demo.folder / "specs/stricter.yaml").write_text(example, encoding="utf-8")
    ran = demo.run("specrun", "specs/stricter.yaml", "--offline", "-q")
    assert ran.returncode == 0, ran.stdout
    findings = (demo.folder / "reports/stricter/findings.md").read_text(encoding="utf-8")
    assert "greeter-4 does not count" in ran.stdout, "4 tests are not true, so the oracle fails"
    assert "fewer than half" not in findings, "a rate over no counted trial is none"


def test_the_pre_commit_hook_stops_a_wrong_spec(demo: Place, root: Path) -> None:
    sample = _pre_commit_sample(root)
    (hook,) = yaml.safe_load((root / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    (used,) = sample["repos"][0]["hooks"]
    assert used["id"] == hook["id"]
    assert used["args"] == hook["args"]
    assert hook["pass_filenames"] is False
    command = [*hook["entry"].split(), *hook["args"]]
    assert demo.run(*command).returncode == 0
    (demo.folder / "specs/agents/wrong.yaml").write_text("specrun: 1\nkind: agent\n", encoding="utf-8")
    assert demo.run(*command).returncode == 2


def _pre_commit_sample(root: Path) -> dict:
    text = (root / "README.md").read_text(encoding="utf-8")
    return yaml.safe_load(text.split("# .pre-commit-config.yaml\n")[1].split("```")[0])


def test_the_documented_context_benchmark_is_sound(demo: Place, root: Path) -> None:
    for example in _context_examples(root):
        _write(_file_of(demo.folder, yaml.safe_load(example)), example)
    ran = demo.run("specrun", "specs/my-context.yaml", "--offline", "-q")
    assert ran.returncode == 0, ran.stdout
    results = decode((demo.folder / "reports/my-context/results.json").read_bytes())
    outcomes = {trial.name: trial.outcome for trial in results.trials}
    assert outcomes["grep/deploy-log@capped/1"] == "failed"
    assert outcomes["grep/deploy-log@reference/1"] == "passed"
    assert {
        score.status for trial in results.trials for score in trial.scores if score.grader == "context-checks"
    } == {
        "passed",
        "not_applicable",
    }


def _context_examples(root: Path) -> list[str]:
    """The fixture and the benchmark of docs/context.md."""
    text = (root / "docs/context.md").read_text(encoding="utf-8")
    return [part.split("```")[0] for part in text.split("```yaml\n")[1:]]


def _write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")


def _file_of(folder: Path, spec: dict) -> Path:
    if spec["kind"] == "context-fixture":
        return folder / f"fixtures/context/{spec['id']}.yaml"
    below = "" if spec["kind"] in BENCHMARKS else f"{spec['kind'].removesuffix('s')}s/"
    return folder / f"specs/{below}{spec['id']}.yaml"
