"""eAPI: JSON-RPC 2.0 with the method runCmds.  Requests in the format "text" are looked up with "text " in front of the command."""
import json

from .answers import Refusal

PATH = "/command-api"
INVALID, FAILED = 1002, 1000


class Stopped(Exception):
    """A command failed: its code, what is wrong in short, and its place among the answers."""

    def __init__(self, code, why, errors):
        super().__init__(why)
        self.code, self.why, self.place = code, why, {"errors": errors}


def command_of(item):
    """(command, its input or None)"""
    if isinstance(item, str):
        return item.strip(), None
    return str(item["cmd"]).strip(), item.get("input")


def run_one(device, command, given, text):
    if command == "enable":
        if device.setting("secret") is not None and given != device.setting("secret"):
            raise Stopped(FAILED, "could not run command", ["Bad secret"])
        return {"output": ""} if text else {}
    found = device.answers.find(("text " if text else "") + command)
    if found is None:
        words = command.split() or [""]
        raise Stopped(INVALID, "invalid command", [f"Invalid input (at token {len(words) - 1}: '{words[-1]}')"])
    if isinstance(found.value, Refusal):
        raise Stopped(found.value.get("code", FAILED), found.value.get("why", "could not run command"), [found.value.message])
    return {"output": found.value} if text else found.value


def run_all(device, items, text):
    """("result", answers), or ("error", what eAPI says of the first that failed)."""
    results = []
    for n, item in enumerate(items, 1):
        command, given = command_of(item)
        try:
            results.append(run_one(device, command, given, text))
        except Stopped as e:
            message = f"CLI command {n} of {len(items)} '{command}' failed: {e.why}"
            return "error", {"code": e.code, "message": message, "data": results + [e.place]}
    return "result", results


def reply(device, body):
    try:
        call = json.loads(body)
    except ValueError:
        return {"jsonrpc": "2.0", "id": None, "error": {"code": -32700, "message": "Parse error"}}
    if not isinstance(call, dict) or call.get("jsonrpc") != "2.0":
        return {"jsonrpc": "2.0", "id": None, "error": {"code": -32600, "message": "Invalid request"}}
    base = {"jsonrpc": "2.0", "id": call.get("id")}
    params = call.get("params")
    if call.get("method") != "runCmds":
        return dict(base, error={"code": -32601, "message": "Method not found"})
    if not isinstance(params, dict) or not isinstance(params.get("cmds"), list) or params.get("version") not in (1, "latest") \
            or params.get("format", "json") not in ("json", "text"):
        return dict(base, error={"code": -32602, "message": "Invalid params"})
    key, value = run_all(device, params["cmds"], params.get("format") == "text")
    return dict(base, **{key: value})


def respond(device, body, _headers):
    return 200, "application/json", json.dumps(reply(device, body)).encode()
