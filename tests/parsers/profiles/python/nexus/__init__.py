"""Prefixes as napalm-logs' nxos has them: never run, only told."""


def extract(msg):
    return {"message": msg}
