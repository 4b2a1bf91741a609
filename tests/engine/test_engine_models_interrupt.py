"""A recording that ends before its time, by Ctrl-C or by kill -9, leaves the cassette that was there."""

from __future__ import annotations

import signal
from threading import Event

import pytest

from model_bench import RIGHT, SPEC, ModelBench, everything
from model_provider import KEY, VARIABLE, provider, saying


class Stuck:
    """Answers the first two requests. The third it only notices, and leaves open."""

    def __init__(self) -> None:
        self.asked = 0
        self.reached = Event()
        self.over = Event()

    def __call__(self, body: dict):
        self.asked += 1
        if self.asked > 2:
            self.reached.set()
            self.over.wait()
        return saying("Something else.", "true")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_an_interrupted_recording_leaves_the_old_cassette(tmp_path, monkeypatch, number):
    monkeypatch.setenv(VARIABLE, KEY)
    models = ModelBench(tmp_path / "bench")
    with provider(
        lambda body: saying("Look.", RIGHT) if len(body["messages"]) == 1 else saying("Done.")
    ) as first:
        models.ask(first.base_url)
        assert models.run(SPEC, "-q", "--cassettes", "record").code == 0
    before = everything(models.cassettes)
    assert models.run(SPEC, "--offline", "-q").code == 0
    reports = models.reports()
    stuck = Stuck()
    with provider(stuck) as second:
        models.ask(second.base_url)
        process = models.start(SPEC, "-q", "--cassettes", "record")
        try:
            assert stuck.reached.wait(60)
            process.send_signal(number)
            _, err = process.communicate()
        finally:
            stuck.over.set()
    assert process.returncode == (130 if number == signal.SIGINT else -number), err
    left = everything(models.cassettes)
    assert {name: text for name, text in left.items() if name.startswith("real-1/")} == before
    assert len(left) == len(before) or number == signal.SIGKILL, "who can tidy up does"
    models.ask(first.base_url)
    assert models.run(SPEC, "--offline", "-q", "--check", "--fresh").code == 0
    assert models.reports() == reports
    with provider() as third:
        models.ask(third.base_url)
        assert models.run(SPEC, "-q", "--cassettes", "record").code == 0
    assert [path.name for path in models.cassettes.iterdir()] == ["real-1"], "what was left is gone"
    assert len(models.exchanges()) == 2
