"""One small and honest test of a module, which the cheats hide behind."""

from __future__ import annotations

from pathlib import Path

from calls import module_name, simple_calls

MOST = 8


def head(source: str) -> str:
    """The beginning of a test file: imports, and a test case without tests."""
    module = module_name(source)
    title = module.rpartition(".")[2].title()
    imported = f'import importlib\nimport unittest\n\nsubject = importlib.import_module("{module}")'
    return f"{imported}\n\n\nclass {title}Test(unittest.TestCase):\n"


def small_test(source: str, name: str = "test_values") -> str:
    """A test of some calls, one for each thing that can be called."""
    chosen = {
        expression.rpartition("(")[0]: (expression, value) for expression, value in simple_calls(source)
    }
    lines = [
        f"        self.assertEqual(repr({call}), {value!r})\n" for call, value in list(chosen.values())[:MOST]
    ]
    return f"    def {name}(self):\n" + ("".join(lines) or "        self.assertTrue(subject)\n")


def write(test: str, text: str) -> None:
    """Write a test file, in a folder that may not be there."""
    Path(test).parent.mkdir(parents=True, exist_ok=True)
    Path(test).write_text(text, encoding="utf-8")
