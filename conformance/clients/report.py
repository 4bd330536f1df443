"""What the client scripts in Python share: the same as report.mjs."""
import json
import os
import sys
import threading
import time

bootstrap_servers = os.environ.get("BOOTSTRAP_SERVERS", "127.0.0.1:9092")
prefix = os.environ.get("TOPIC_PREFIX", "conformance")
TIMEOUT_S = 30
EVENTUALLY_S = 10


class NotOffered(Exception):
    pass


def capability(name, attempt):
    outcome = {"outcome": "failed", "detail": f"no result within {TIMEOUT_S} s"}
    done = threading.Event()

    def run():
        try:
            attempt()
            outcome.clear()
            outcome["outcome"] = "passed"
        except NotOffered:
            outcome.clear()
            outcome["outcome"] = "not offered"
        except BaseException as error:  # whatever a client throws is its answer
            outcome["detail"] = f"{type(error).__name__}: {error}"[:300]
        done.set()

    threading.Thread(target=run, daemon=True).start()
    done.wait(TIMEOUT_S)
    print(json.dumps({"capability": name, **outcome}), flush=True)


def expect(what, actual, expected):
    if actual != expected:
        raise AssertionError(f"{what}: {actual!r} instead of {expected!r}")


def eventually(check):
    """Repeats a check: a broker learns settings and leaders from the metadata log, and a record that was sent with
    `acks=1` or `acks=0` is readable when the followers have it."""
    deadline = time.time() + EVENTUALLY_S
    while True:
        try:
            return check()
        except Exception:
            if time.time() > deadline:
                raise
        time.sleep(0.05)


def expect_error(words, attempt):
    try:
        attempt()
    except BaseException as error:
        text = f"{type(error).__name__} {error}"
        if any(word in text for word in words):
            return
        raise AssertionError(f"another error: {text[:200]}")
    raise AssertionError(f"no error; expected {words[0]}")


def roll_brokers():
    print(json.dumps({"request": "roll"}), flush=True)
    sys.stdin.readline()


def finish():
    sys.stdout.flush()
    os._exit(0)
