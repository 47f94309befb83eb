/*
 * Each line by a table of phrases.  The first phrase that a line starts with, up to its secret, decides.
 */
#include "drivers/sanitize.h"

#include "drivers/field.h"

#define REMOVED "<removed>"

enum hide {
	HIDE_REST,              /* all that follows */
	HIDE_WORD,              /* one word */
	HIDE_LONE,              /* a word, or a type and a word, if nothing else follows */
	HIDE_NOTHING,           /* it looks like one of the phrases below, but has no secret */
};

/*
 * A phrase is words: "a|b" one of them, "%" any, "#" a number, "x?" may be missing, "*" any words (once); "#?" is the type of a secret that follows it.  Where a phrase has
 * no "#?", a type goes with the secret, as NAPALM does.
 */
static const struct phrase {
	const char *words;
	enum hide hide;
} phrases[] = {
	{ "snmp-server community", HIDE_REST },
	/* EOS names the hash. */
	{ "username % * password|secret sha512|8a", HIDE_REST },
	{ "enable|boot|aaa root? password|secret sha512|8a", HIDE_REST },
	{ "aaa|boot root? secret #?", HIDE_REST },
	{ "username % * password|secret #?", HIDE_REST },
	{ "enable secret level? #? #?", HIDE_REST },
	{ "enable password level # #?", HIDE_REST },
	/* With a type only: NAPALM shows `enable password cisco`, and its recorded result has it so. */
	{ "enable password 0|5|6|7|8|9", HIDE_REST },
	{ "tacacs-server * key", HIDE_REST },
	{ "radius-server * key #?", HIDE_REST },
	{ "crypto isakmp key #?", HIDE_WORD },
	{ "* message-digest-key # md5", HIDE_REST },
	{ "* authentication-key # md5|hmac-sha1|hmac-sha2-256|hmac-sha2-512|cmac-aes-128 encrypted|clear?", HIDE_WORD },
	{ "* authentication-key", HIDE_REST },
	{ "neighbor % password", HIDE_REST },
	{ "vrrp|glbp # authentication md5 key-string", HIDE_REST },
	{ "vrrp|glbp # authentication text", HIDE_REST },
	{ "standby # authentication md5 key-string #?", HIDE_WORD },
	{ "standby|vrrp|glbp # authentication md5 key-chain", HIDE_NOTHING },
	{ "standby # authentication text?", HIDE_REST },
	{ "authentication md5 key-string", HIDE_REST },
	{ "key-string", HIDE_REST },
	{ "key-octet-string #?", HIDE_WORD },
	{ "ppp chap|pap * password #?", HIDE_REST },
	{ "dot1x username % password #?", HIDE_REST },
	{ "* wpa-psk ascii|hex #?", HIDE_REST },
	{ "security wpa psk set-key ascii|hex #?", HIDE_REST },
	{ "* server-key #?", HIDE_REST },
	{ "* key 0|5|6|7|8", HIDE_REST },
	{ "pre-shared-key|shared-key", HIDE_REST },
	/* Of MACsec on EOS: a name, then the key. */
	{ "key % 0|7|8a", HIDE_REST },
	{ "* isis password", HIDE_WORD },
	{ "area-password|domain-password", HIDE_WORD },
	{ "ip ftp|http password #?", HIDE_REST },
};

/* One of the "a|b" of `choice`. */
static bool
is_one_of(struct span word, struct span choice)
{
	while (choice.n > 0) {
		const char *bar = memchr(choice.p, '|', choice.n);
		struct span one = bar ? span_between(choice.p, bar) : choice;

		if (span_eq(one, word))
			return true;
		choice = span_skip(choice, one.n + 1);
	}
	return false;
}

/* A secret may be a number itself: a type is short, and something follows it. */
static bool
is_word(struct span word, struct span rest, struct span wanted)
{
	if (span_eq(wanted, SPAN_LIT("%")))
		return true;
	if (span_eq(wanted, SPAN_LIT("#?")))
		return span_is_number(word) && word.n <= 2 && rest.n > 0;
	return span_eq(wanted, SPAN_LIT("#")) ? span_is_number(word) : is_one_of(word, wanted);
}

/* Takes the words of a phrase without "*" off *line, all or none. */
static bool
take_words(struct span *line, struct span words)
{
	struct span left = *line, wanted;

	while (field_word(&words, &wanted)) {
		bool optional = wanted.p[wanted.n - 1] == '?';
		struct span rest = left, word;

		wanted.n -= optional && wanted.p[0] != '#';
		if (field_word(&rest, &word) && is_word(word, rest, wanted))
			left = rest;
		else if (!optional)
			return false;
	}
	*line = left;
	return true;
}

/* *line becomes what follows the phrase. */
static bool
take_phrase(struct span *line, struct span words)
{
	const char *star = memchr(words.p, '*', words.n);
	struct span tail = star ? span_skip(words, (size_t)(star - words.p) + 1) : SPAN_NONE, word;

	if (!take_words(line, star ? span_between(words.p, star) : words))
		return false;
	while (star) {
		struct span rest = *line;

		if (take_words(&rest, tail)) {
			*line = rest;
			return true;
		}
		if (!field_word(line, &word))
			return false;
	}
	return true;
}

/* ---- what comes out ---- */

struct sanitizer {
	struct buffer *out;
	struct span line;               /* what is not yet in `out` of the line at hand */
	bool server;                    /* in the block of a TACACS+ or RADIUS server */
};

/* The line up to `secret`, then the mark, and the secret is forgotten. */
static void
hide(struct sanitizer *s, struct span secret)
{
	buffer_put(s->out, span_between(s->line.p, secret.p));
	buffer_puts(s->out, REMOVED);
	s->line = span_between(secret.p + secret.n, s->line.p + s->line.n);
}

static void
hide_word(struct sanitizer *s, struct span rest)
{
	struct span word;

	if (field_word(&rest, &word))
		hide(s, word);
}

static void
hide_lone(struct sanitizer *s, struct span rest)
{
	struct span tail = rest, first, second;

	if (!field_word(&tail, &first))
		return;
	if (field_word(&tail, &second) && (tail.n > 0 || (!span_is_number(first) && !is_one_of(first, SPAN_LIT("encrypted|clear")))))
		return;
	hide(s, rest);
}

static void
hide_by(struct sanitizer *s, enum hide how, struct span rest)
{
	if (how == HIDE_LONE)
		hide_lone(s, rest);
	else if (how == HIDE_WORD)
		hide_word(s, rest);
	else if (how == HIDE_REST && rest.n > 0)
		hide(s, span_between(rest.p, s->line.p + s->line.n));
}

/* The community is the word behind what may stand between: of a trap's version, of what kind it is. */
static void
hide_host(struct sanitizer *s, struct span rest)
{
	struct span word;

	if (!take_words(&rest, SPAN_LIT("%")))
		return;
	if (take_words(&rest, SPAN_LIT("use-vrf|source-interface|filter-vrf")))
		return;
	while (take_words(&rest, SPAN_LIT("vrf %")) || take_words(&rest, SPAN_LIT("traps|informs")) || take_words(&rest, SPAN_LIT("version 1|2c|3 noauth|auth|priv?")) ||
	    take_words(&rest, SPAN_LIT("community 0|7|clear|encrypted?")) || take_words(&rest, SPAN_LIT("clear|encrypted")))
		;
	if (!field_word(&rest, &word))
		return;
	hide(s, word);
	/* NAPALM puts a blank behind the mark, whatever follows. */
	buffer_puts(s->out, " ");
}

/* Behind "auth" or "priv" stand the name of an algorithm, which "priv" may lack, and the key. */
static void
hide_key(struct sanitizer *s, struct span *rest, bool priv)
{
	struct span word, after = *rest;

	if (!take_words(&after, SPAN_LIT("md5|sha|sha-224|sha-256|sha-384|sha-512|des|des56|3des|aes|aes-128|aes128")) && !priv)
		return;
	take_words(&after, SPAN_LIT("128|192|256? encrypted|clear?"));
	*rest = after;
	if (field_word(&after, &word) && !is_one_of(word, SPAN_LIT("auth|priv"))) {
		hide(s, word);
		*rest = after;
	}
}

/*
 * NAPALM writes the engine's id of a user with MD5 twice, which tools that compare its output have come to expect.
 */
static void
hide_user(struct sanitizer *s, struct span rest)
{
	struct span word, twice = SPAN_NONE;
	bool md5 = false, priv = false;

	take_words(&rest, SPAN_LIT("%"));
	while (field_word(&rest, &word)) {
		bool auth = span_eq(word, SPAN_LIT("auth"));

		if (auth || span_eq(word, SPAN_LIT("priv"))) {
			md5 = md5 || (auth && span_starts(rest, SPAN_LIT("md5 ")));
			priv = priv || !auth;
			hide_key(s, &rest, !auth);
		} else if (span_eq(word, SPAN_LIT("engineID")) && md5 && priv && field_word(&rest, &twice)) {
			twice = span_between(word.p, twice.p + twice.n);
		}
	}
	buffer_put(s->out, s->line);
	s->line = SPAN_NONE;
	if (twice.p) {
		buffer_puts(s->out, " ");
		buffer_put(s->out, twice);
	}
}

static void
hide_phrases(struct sanitizer *s)
{
	for (size_t i = 0; i < sizeof(phrases) / sizeof(*phrases); i++) {
		struct span rest = s->line;

		if (take_phrase(&rest, span_str(phrases[i].words))) {
			hide_by(s, phrases[i].hide, rest);
			return;
		}
	}
}

static void
sanitize_line(struct sanitizer *s)
{
	struct span rest = s->line;
	bool inner = rest.n > 0 && span_is_space(rest.p[0]);

	if (!inner)
		s->server = take_words(&rest, SPAN_LIT("tacacs|radius server %"));
	rest = s->line;
	if (take_words(&rest, SPAN_LIT("snmp-server host")))
		hide_host(s, rest);
	else if (take_words(&rest, SPAN_LIT("snmp-server user")))
		hide_user(s, rest);
	else if (inner && take_words(&rest, SPAN_LIT("password|secret")))
		hide_lone(s, rest);
	else if (inner && s->server && take_words(&rest, SPAN_LIT("key")))
		hide_by(s, HIDE_REST, rest);
	else
		hide_phrases(s);
	buffer_put(s->out, s->line);
}

void
sanitize_cisco(struct buffer *out, struct span config)
{
	struct sanitizer s = { out, SPAN_NONE, false };

	while (field_line(&config, &s.line)) {
		const char *end = s.line.p + s.line.n;

		sanitize_line(&s);
		buffer_put(out, span_between(end, config.p));
	}
}

void
sanitize_blank(struct buffer *out, struct span config, const char *const *starts)
{
	struct span line;

	while (field_line(&config, &line)) {
		const char *end = line.p + line.n;
		bool keep = true;

		for (size_t i = 0; starts[i]; i++)
			keep = keep && !span_starts(line, span_str(starts[i]));
		if (keep)
			buffer_put(out, line);
		buffer_put(out, span_between(end, config.p));
	}
}
