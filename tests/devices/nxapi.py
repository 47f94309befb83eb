"""NX-API as JSON-RPC 2.0: the methods cli and cli_ascii.  What is asked by cli_ascii is looked up with "text " in front of the command."""
import json

from .answers import Refusal

PATH = "/ins"


def error(code, message, text):
    return {"error": {"code": code, "message": message, "data": {"msg": text}}}


def outcome(device, call):
    params = call.get("params")
    if call.get("jsonrpc") != "2.0" or "id" not in call:
        return error(-32600, "Invalid request", "not a request of JSON-RPC 2.0\n")
    if call.get("method") not in ("cli", "cli_ascii"):
        return error(-32601, "Method not found", f"no method {call.get('method')}\n")
    if not isinstance(params, dict) or not isinstance(params.get("cmd"), str) or params.get("version") != 1:
        return error(-32602, "Invalid params", "cmd or version is missing\n")
    text = call["method"] == "cli_ascii"
    found = device.answers.find(("text " if text else "") + params["cmd"].strip())
    if found is None:
        return error(-32602, "Invalid params", "% Invalid command\n")
    if isinstance(found.value, Refusal):
        return error(found.value.get("code", -32602), found.value.get("why", "Invalid params"), found.value.message)
    if found.value is None or found.value == "":
        return {"result": None}
    return {"result": {"msg": found.value} if text else {"body": found.value}}


def respond(device, body, headers):
    """A batch is answered by a batch, one request by one answer.  A command that failed makes the status 500."""
    kind = "application/json-rpc"
    if headers.get("content-type", "").split(";")[0].strip() != kind:
        return 400, "text/plain", b"only application/json-rpc is spoken here\n"
    try:
        calls = json.loads(body)
    except ValueError:
        return 500, kind, json.dumps({"jsonrpc": "2.0", "id": None, "error": {"code": -32700, "message": "Parse error"}}).encode()
    batch = calls if isinstance(calls, list) else [calls]
    if not all(isinstance(call, dict) for call in batch):
        return 400, "text/plain", b"not a request of JSON-RPC\n"
    replies = [dict(jsonrpc="2.0", **outcome(device, call), id=call.get("id")) for call in batch]
    status = 500 if any("error" in reply for reply in replies) else 200
    return status, kind, json.dumps(replies if len(replies) > 1 else replies[0]).encode()
