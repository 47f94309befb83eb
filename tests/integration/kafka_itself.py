#!/usr/bin/python3
"""The rig by itself: what kcat wrote before a SIGKILL of the broker is read back after it, in order."""
import os
import time

import kafka_rig

TOPIC, KEYS, EACH = "rig", 10, 200


def pairs(first):
    return [(f"key-{k}", f"{n}") for n in range(first, first + EACH) for k in range(KEYS)]


def main():
    with kafka_rig.Broker(os.environ.get("TMPDIR", "/tmp")) as broker:
        begin = time.monotonic()
        broker.start()
        print(f"ready after {time.monotonic() - begin:.1f} s at {broker.address}")
        broker.produce(TOPIC, pairs(0))
        broker.kill()
        broker.start()
        broker.produce(TOPIC, pairs(EACH))
        by_key = {}
        for record in broker.read(TOPIC):
            by_key.setdefault(record.key, []).append(int(record.value))
        broker.stop()
    wanted = {f"key-{k}": list(range(2 * EACH)) for k in range(KEYS)}
    if by_key != wanted:
        print({key: len(numbers) for key, numbers in by_key.items()})
        return 1
    return 0


if __name__ == "__main__":
    kafka_rig.run(main)
