"""A network on this computer that only says where it would be. Its first argument says how it behaves."""

import json
import sys

if __name__ == "__main__":
    mode = sys.argv[1]
    if mode == "breaks":
        print("The port is in use.", file=sys.stderr, flush=True)
        sys.exit(4)
    if mode == "garbage_first":
        print("loading", flush=True)
        print(json.dumps({"orchestrator_url": "http://elsewhere.example"}), flush=True)
    if mode != "silent":
        here = {"orchestrator_url": "http://127.0.0.1:9/", "chain": "sqlite", "dashboard_url": "http://127.0.0.1:9/ui"}
        print(json.dumps({**here, "added_later": 1}), flush=True)
    sys.stdin.read()
