"""Specs of models and of prices: what is right, and every error at its place."""

# ruff: noqa: E501  one case a line reads best

from __future__ import annotations

import pytest

from specrun.spec.collect import validate
from specrun.spec.library import Library

PROVIDER = "specrun: 1\nkind: model\nid: m\nname: large-1\ntype: provider\n"
SCRIPTED = "specrun: 1\nkind: model\nid: m\nname: scripted-m\ntype: scripted\n"
TURNS = SCRIPTED + "conversations:\n- turns:\n  - "
RULES = SCRIPTED + "conversations:\n- rules:\n"
PRICES = "specrun: 1\nkind: prices\nid: p\ncurrency: EUR\nas_of: '2026-01-01'\n"
PRICE = "{input: '1', output: '2', source: a page}"
ONE = PRICES + f"models: {{large-1: {PRICE}}}\n"

GOOD = {
    "a provider": PROVIDER + "endpoints: {chat: {base_url: 'https://h.example:8/v1', key_env: KEY}}\nnames: {small: tiny-1}\n",
    "a provider on this machine": PROVIDER + "endpoints: {responses: {base_url: 'http://localhost:8'}, messages: null}\n",
    "turns": TURNS + "{say: a, think: b, calls: [{tool: t, arguments: {x: [1, {y: ~}]}}, {tool: u, text: v}]}\n",
    "faults": TURNS + "{say: a, pause: 10ms, faults: [{status: 429, retry_after: 1}, {cut: 0}, {malformed: true}]}\n",
    "usage": TURNS + "{say: a, usage: {input: 1, output: 2, cache_read: 3, cache_write: 4, reasoning: 2}}\n  - {say: '', usage: none}\n",
    "rules": RULES + "  - {seen: a, say: b}\n  - {seen: null, calls: [{tool: t}]}\n",
    "conversations": SCRIPTED + "conversations:\n- {prompt: a, turns: [{say: b}]}\n- {turns: [{say: c}]}\n",
    "prices": ONE + "prefixes: {large-: large-1}\n",
    "all prices": PRICES + "note: n\nmodels: {m: {input: '0', output: '1.50', cache_read: '1', cache_write: '1', cache_write_long: '1', source: s}}\n",
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(GOOD))
def test_what_is_right(shelf, name):
    file = shelf.write("specs/good.yaml", GOOD[name])
    assert Library(shelf.root).resolve(file).model.kind in ("model", "prices")


URL = "must be a base URL without user, query and fragment such as https://provider.example/v1"
MONEY = 'must be an amount of money, in quotes such as "0.50"'
SILENT = "this answer says nothing: give 'say' or 'calls'"
NO_EFFECT = "and fits always: this one would have no effect"
COUNTED = "{say: a, usage: {input: 1, output: 2"

BAD = {
    "no type": (PROVIDER.replace("type: provider\n", "") + "endpoints: {}\n", ["1:1: missing key 'type': one of: provider, scripted"]),
    "unknown type": (PROVIDER.replace("provider", "scriptde"), ["1:1: missing key 'conversations'", "5:7: unknown type 'scriptde', did you mean 'scripted'?"]),
    "no endpoints": (PROVIDER, ["1:1: missing key 'endpoints'"]),
    "a name of two words": (PROVIDER.replace("large-1", "large 1") + "endpoints: {}\n", ["4:7: 'name' must be a name without spaces"]),
    "another protocol": (PROVIDER + "endpoints: {chats: {base_url: 'https://h'}}\n", ["6:13: unknown key 'chats', did you mean 'chat'?"]),
    "a URL with a user": (PROVIDER + "endpoints: {chat: {base_url: 'https://u:p@h/v1'}}\n", [f"6:30: 'base_url' {URL}"]),
    "a URL with a query": (PROVIDER + "endpoints: {chat: {base_url: 'https://h/v1?key=k'}}\n", [f"6:30: 'base_url' {URL}"]),
    "a key in place of its variable": (PROVIDER + "endpoints: {chat: {base_url: 'https://h', key_env: sk-1}}\n",
                                       ["6:52: 'key_env' must be letters, digits and '_'"]),
    "no conversation": (SCRIPTED + "conversations: []\n", ["6:16: 'conversations' must not be empty"]),
    "turns and rules": (SCRIPTED + "conversations: [{turns: [{say: a}], rules: [{say: b}]}]\n", ["6:17: expected exactly one of: turns; rules"]),
    "neither": (SCRIPTED + "conversations: [{prompt: a}]\n", ["6:17: expected exactly one of: turns; rules"]),
    "no regular expression": (SCRIPTED + "conversations: [{prompt: '(', turns: [{say: a}]}]\n",
                              ["6:26: 'prompt': not a regular expression that RE2 can run: missing ): ("]),
    "no expression of RE2": (RULES + "  - {seen: '(?=x)', say: a}\n", ["8:12: 'seen': not a regular expression that RE2 can run: invalid perl operator: (?="]),
    "seen in a turn": (TURNS + "{say: a, seen: b}\n", ["8:14: unknown key 'seen'"]),
    "nothing is said": (TURNS + "{think: a}\n", [f"8:5: {SILENT}"]),
    "nothing is called": (TURNS + "{calls: []}\n", [f"8:5: {SILENT}"]),
    "a silent rule": (RULES + "  - {seen: a, say: b}\n  - {seen: c, say: ~}\n", [f"9:5: {SILENT}"]),
    "a call of nothing": (TURNS + "{calls: [{tool: ''}]}\n", ["8:21: 'tool' must not be empty"]),
    "arguments as text": (TURNS + "{calls: [{tool: t, arguments: ls}]}\n", ["8:35: 'arguments' must be a mapping, not text"]),
    "both arguments and text": (TURNS + "{calls: [{tool: t}, {tool: t, arguments: {a: 1}, text: b}]}\n",
                                ["8:60: a call has either 'arguments' or 'text', not both"]),
    "a rule behind one that fits always": (RULES + "  - {seen: a, say: b}\n  - {say: c}\n  - {seen: d, say: e}\n",
                                           [f"10:5: rules[1] has no 'seen' {NO_EFFECT}"]),
    "conversations behind one that fits always": (SCRIPTED + "conversations:\n- turns: [{say: a}]\n- turns: [{say: b}]\n- {prompt: c, turns: [{say: d}]}\n",
                                                  [f"8:3: conversations[0] has no 'prompt' {NO_EFFECT}", f"9:3: conversations[0] has no 'prompt' {NO_EFFECT}"]),
    "no fault": (TURNS + "{say: a, faults: [{}]}\n", ["8:23: expected exactly one of: status; cut; malformed"]),
    "two faults in one": (TURNS + "{say: a, faults: [{status: 500, cut: 1}]}\n", ["8:23: expected exactly one of: status; cut; malformed"]),
    "a status that is no error": (TURNS + "{say: a, faults: [{status: 200}]}\n", ["8:32: 'status' must be at least 400"]),
    "retry_after without a status": (TURNS + "{say: a, faults: [{cut: 1, retry_after: 2}]}\n", ["8:45: 'retry_after' goes with a 'status'"]),
    "half a usage": (TURNS + "{say: a, usage: {input: 1}}\n", ["8:21: missing key 'output'"]),
    "usage as a number": (TURNS + "{say: a, usage: 5}\n", ["8:21: 'usage' must be none or a mapping, not a number"]),
    "another usage": (TURNS + "{say: a, usage: nothing}\n", ["8:21: 'usage' must be none"]),
    "more reasoning than output": (TURNS + COUNTED + ", reasoning: 3}}\n",
                                   ["8:54: 'output' counts the 3 tokens of reasoning too, and is only 2"]),
    "a pause without a unit": (TURNS + "{say: a, pause: 5}\n", ["8:21: 'pause' must be a duration such as 90s, 15m, 2h"]),
    "no model is priced": (PRICES + "models: {}\n", ["6:9: 'models' must not be empty"]),
    "an unquoted price": (PRICES + "models: {m: {input: 1.10, output: '2', source: s}}\n", [f"6:21: 'input' {MONEY}"]),
    "a negative price": (PRICES + "models: {m: {input: '1', output: '-2', source: s}}\n", [f"6:34: 'output' {MONEY}"]),
    "no source": (PRICES + "models: {m: {input: '1', output: '2'}}\n", ["6:13: missing key 'source'"]),
    "an unknown kind of token": (PRICES + "models: {m: {input: '1', output: '2', cached: '1', source: s}}\n", ["6:39: unknown key 'cached', did you mean 'cache_read'?"]),
    "no currency": (ONE.replace("EUR", "euro"), ["4:11: 'currency' must be text that matches ^[A-Z]{3}$(?!\\n)"]),
    "a model without a name": (PROVIDER + "endpoints: {}\nnames: {a: b, '': x}\n", ["7:15: the key '' must be a name without spaces", "7:15: the key '' must not be empty"]),
    "a fault that is none": (TURNS + "{say: a, faults: [{malformed: false}]}\n", ["8:35: 'malformed' must be true"]),
    "a fault in words": (TURNS + "{say: a, faults: [{malformed: 'yes'}]}\n", ["8:35: 'malformed' must be true, not text"]),
    "a fault by number": (TURNS + "{say: a, faults: [{malformed: 1}]}\n", ["8:35: 'malformed' must be true, not a number"]),
    "no such day": (ONE.replace("2026-01-01", "2026-13-45"), ["5:8: 'as_of': there is no such day"]),
    "no such leap day": (ONE.replace("2026-01-01", "2026-02-29"), ["5:8: 'as_of': there is no such day"]),
    "no day": (ONE.replace("2026-01-01", "May 2026"), ["5:8: 'as_of' must be a date such as 2026-11-21"]),
    "a prefix of a model without a price": (ONE + "prefixes: {large-: large-1, small-: large-2}\n",
                                            ["7:37: there is no price of 'large-2', did you mean 'large-1'?"]),
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(BAD))
def test_what_is_wrong_is_told_where_it_stands(shelf, name):
    content, expected = BAD[name]
    good, wrong = validate([shelf.write("specs/bad.yaml", content)])
    assert good == []
    assert [str(problem) for problem in wrong] == [f"specs/bad.yaml:{line}" for line in expected]
