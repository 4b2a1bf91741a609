"""An agent that asks its model until it is refused, and then sleeps for ever."""

import json
import os
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

prompt = sys.stdin.read()
body = json.dumps({"model": os.environ["MODEL"], "messages": [{"role": "user", "content": prompt}]}).encode()
headers = {"Content-Type": "application/json", "Authorization": f"Bearer {os.environ['KEY']}"}
Path("begun.txt").write_text("begun\n")
try:
    while True:
        urllib.request.urlopen(
            urllib.request.Request(f"{os.environ['URL']}/v1/chat/completions", body, headers)
        ).read()
except urllib.error.HTTPError:
    time.sleep(100_000)
