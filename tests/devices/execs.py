"""Commands over SSH, one a channel, each known as a whole: its output and its exit status, which `!error {status: 1, message: text}` makes another than 0."""
import re

from .answers import Refusal


def outcome(device, command):
    """(text, status)"""
    found = device.answers.find(command)
    if found is not None and isinstance(found.value, Refusal):
        return found.value.message, int(found.value.get("status", 1))
    if found is not None:
        return found.value, 0
    inner = re.fullmatch(r"(?:sudo )?vtysh -c '(.*)'", command)
    if inner:
        return f"% Unknown command: {inner[1]}\n", 1
    return f"sh: 1: {command.split()[0] if command.split() else ''}: not found\n", 127


def run(talk, command):
    text, status = outcome(talk.device, command)
    talk.answer(talk.device.faults.answer(text.encode()))
    talk.channel.send_exit_status(status)
