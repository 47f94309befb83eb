/*
 * cli: a device's command line in a shell over SSH: prompts, paging, echo, enable mode, banners.  A request is a command, the answer what the device printed between its echo and the
 * next prompt, lines ended by '\n' alone, escape sequences and backspaces carried out, no trailing white space.
 */
#ifndef NETNORM_DRIVERS_TRANSPORT_CLI_H
#define NETNORM_DRIVERS_TRANSPORT_CLI_H

#include "drivers/transport/transport.h"

/* How the command line of a system behaves. */
struct cli_setting {
	const char *prompt_ends;        /* the characters that end a prompt: "#>" */
	const char *const *setup;       /* commands after login, NULL-terminated: "terminal length 0"; their refusal is borne */
	const char *enable;             /* the command that asks for more rights, given while the prompt ends in '>': or NULL */
	const char *secret_option;      /* the option with its password: "secret" */
	/* A prompt that is not the device's name: "XML> "; NULL: learned at login. */
	const char *fixed_prompt;
};

/* Sets d->wire: 0, or -1 after device_fail(). */
int cli_open(struct device *, const struct cli_setting *, int default_port);
/*
 * As transport_ask(), but the answer may also end in `until` (a question such as "Delete? [confirm]", a prompt of another mode); what the device asks is not answered.
 * For the XML agent: cli_ask_until(d, "xml\n", "XML> ", ...) and then requests that end in "XML> ".  `send` goes out as it is, with its end of line.
 * A last line that is `until` and nothing else is cut off like a prompt; one that only ends in it stays.
 */
int cli_ask_until(struct device *, struct span send, const char *until, struct buffer *answer);

/*
 * Does what the device has printed so far end in a prompt?  A pure function, for the reader and its fuzzer: `prompt` is the name part learned at login
 * ("core1"); modes in brackets may follow it, then one of `ends` and perhaps a blank.
 */
bool cli_ends_in_prompt(struct span text, struct span prompt, const char *ends);
/* The name part of the prompt that `text` ends in, or an absent span. */
struct span cli_learn_prompt(struct span text, const char *ends);
/* In place: "\r\n" and "\r" tricks of terminals, backspaces and escape sequences; the new length. */
size_t cli_plain(char *text, size_t n);

#endif
