"""An agent that lends its way to the model to other trials, by a folder that they share, and tries theirs.

WAIT=1: it waits for one other trial, and until that has tried too. What came of it goes into tried.json.
"""

import json
import os
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

SHARED = Path.home() / "shared"
OURS = {"url": os.environ["URL"], "key": os.environ["KEY"]}
NAME = OURS["url"].rpartition("/")[2]


def ask(url, key):
    body = {"model": os.environ["MODEL"], "messages": [{"role": "user", "content": sys.argv[1]}]}
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {key}"}
    request = urllib.request.Request(f"{url}/v1/chat/completions", json.dumps(body).encode(), headers)
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code


def publish(kind, content):
    written = SHARED / f".{kind}.{NAME}"
    written.write_text(json.dumps(content))
    written.rename(SHARED / f"{kind}.{NAME}")


def others(kind):
    found = [file for file in SHARED.glob(f"{kind}.*") if file.name != f"{kind}.{NAME}"]
    while os.environ.get("WAIT") and not found:
        time.sleep(0.01)
        found = [file for file in SHARED.glob(f"{kind}.*") if file.name != f"{kind}.{NAME}"]
    return [json.loads(file.read_text()) for file in found]


publish("ours", OURS)
tried = {"ours": ask(**OURS)}
for theirs in others("ours"):
    tried["their key"] = ask(OURS["url"], theirs["key"])
    tried["their place"] = ask(theirs["url"], OURS["key"])
    if not os.environ.get("WAIT"):
        tried["theirs"] = ask(**theirs)
publish("done", tried)
others("done")
Path("tried.json").write_text(json.dumps(tried) + "\n")
