"""An agent that leaves a child behind, which goes on asking, as soon as that has been answered once."""

import json
import os
import urllib.error
import urllib.request

body = json.dumps(
    {"model": os.environ["MODEL"], "messages": [{"role": "user", "content": "framework"}]}
).encode()
headers = {"Content-Type": "application/json", "Authorization": f"Bearer {os.environ['KEY']}"}
heard, said = os.pipe()
if os.fork():
    os.read(heard, 1)
else:
    os.setsid()
    while True:
        request = urllib.request.Request(f"{os.environ['URL']}/v1/chat/completions", body, headers)
        try:
            urllib.request.urlopen(request).read()
        except OSError:
            continue
        os.write(said, b".")
