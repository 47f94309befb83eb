/*
 * Who we are: key, agent, password, questions on the keyboard, in this order and each as far as the device offers it.  A device may want two of them.
 * The agent is a program of this machine; libssh waits for its answer without a deadline.
 */
#include <errno.h>
#include <stdio.h>

#include "base/file.h"
#include "drivers/transport/ssh_part.h"

#define KEY_FILE_MAX ((size_t)64 << 10)
#define QUESTION_ROUNDS 8

struct attempt {
	struct ssh *ssh;
	struct device *device;
	int64_t deadline_ns;
};

/* The text of a small file, or -1 after device_fail(). */
static int
read_file(struct device *d, const char *option, const char *path, struct buffer *text)
{
	FILE *f = file_stream(path);
	char part[4096];
	size_t n;

	if (!f)
		return device_fail(d, DEVICE_ARGUMENT, "option %s: %s: %s", option, path, file_error(errno));
	while ((n = fread(part, 1, sizeof(part), f)) > 0)
		buffer_put(text, span_of(part, n));
	explicit_bzero(part, sizeof(part));
	fclose(f);
	if (text->failed || text->n == 0 || memchr(text->p, '\0', text->n))
		return device_fail(d, DEVICE_ARGUMENT, "option %s: %s is empty, too large or no text", option, path);
	return 0;
}

static void
forget(struct buffer *b)
{
	if (b->p)
		explicit_bzero(b->p, b->cap);
	buffer_fini(b);
}

/* Without it OpenSSL would ask on this program's terminal.  So many parameters because libssh calls it. */
static int
no_passphrase(const char *prompt, char *room, size_t n, int echo, int verify, void *nobody)
{
	(void)prompt, (void)room, (void)n, (void)echo, (void)verify, (void)nobody;
	return -1;
}

static int
read_key(struct device *d, const char *path, ssh_key *key)
{
	const char *phrase_path = device_option(d, "key_passphrase_file");
	struct buffer text, phrase;
	int rc = -1;

	buffer_init(&text, KEY_FILE_MAX);
	buffer_init(&phrase, KEY_FILE_MAX);
	if (read_file(d, "key_file", path, &text) == -1)
		goto out;
	if (phrase_path) {
		if (read_file(d, "key_passphrase_file", phrase_path, &phrase) == -1)
			goto out;
		phrase.p[strcspn(phrase.p, "\r\n")] = '\0';
	}
	if (ssh_pki_import_privkey_base64(text.p, phrase.p, no_passphrase, NULL, key) != SSH_OK)
		device_fail(d, DEVICE_ARGUMENT, "option key_file: %s is no private key, or its passphrase is %s", path, phrase_path ? "another one" : "missing (key_passphrase_file)");
	else
		rc = 0;
out:
	forget(&phrase);
	forget(&text);
	return rc;
}

/* Calls again until libssh has its answer; SSH_AUTH_ERROR after device_fail() at the deadline. */
#define ASK(a, rc, call) \
	while (((rc) = (call)) == SSH_AUTH_AGAIN) \
		if (ssh_wait((a)->ssh, (a)->device, (a)->deadline_ns, "the login") == -1) { \
			(rc) = SSH_AUTH_ERROR; \
			break; \
		}

static int
try_none(struct attempt *a)
{
	int rc;

	ASK(a, rc, ssh_userauth_none(a->ssh->session, NULL));
	return rc;
}

static int
try_key(struct attempt *a)
{
	const char *path = device_option(a->device, "key_file");
	ssh_key key = NULL;
	int rc;

	if (!path)
		return SSH_AUTH_DENIED;
	if (read_key(a->device, path, &key) == -1)
		return SSH_AUTH_ERROR;
	ASK(a, rc, ssh_userauth_publickey(a->ssh->session, NULL, key));
	ssh_key_free(key);
	return rc;
}

static int
try_agent(struct attempt *a)
{
	int rc;

	if (!device_option_on(a->device, "use_agent"))
		return SSH_AUTH_DENIED;
	ASK(a, rc, ssh_userauth_agent(a->ssh->session, NULL));
	return rc;
}

static int
try_password(struct attempt *a)
{
	int rc;

	if (!a->device->target->password)
		return SSH_AUTH_DENIED;
	ASK(a, rc, ssh_userauth_password(a->ssh->session, NULL, a->device->target->password));
	return rc;
}

/* What does not echo is the password. */
static void
answer_questions(struct attempt *a)
{
	int n = ssh_userauth_kbdint_getnprompts(a->ssh->session);

	for (int i = 0; i < n; i++) {
		char echo = 1;
		const char *text = ssh_userauth_kbdint_getprompt(a->ssh->session, (unsigned)i, &echo);

		if (text)
			ssh_userauth_kbdint_setanswer(a->ssh->session, (unsigned)i, echo ? a->device->target->user : a->device->target->password);
	}
}

static int
try_questions(struct attempt *a)
{
	int rc = SSH_AUTH_DENIED;

	if (!a->device->target->password)
		return SSH_AUTH_DENIED;
	for (int round = 0; round < QUESTION_ROUNDS; round++) {
		ASK(a, rc, ssh_userauth_kbdint(a->ssh->session, NULL, NULL));
		if (rc != SSH_AUTH_INFO)
			return rc;
		answer_questions(a);
	}
	return SSH_AUTH_DENIED;
}

/* Where the password was refused, the same one is not tried again as the answer to a question: accounts are locked by that. */
static const struct {
	int method;
	int not_after;
	int (*try)(struct attempt *);
} ways[] = {
	{ SSH_AUTH_METHOD_PUBLICKEY, 0, try_key },
	{ SSH_AUTH_METHOD_PUBLICKEY, 0, try_agent },
	{ SSH_AUTH_METHOD_PASSWORD, 0, try_password },
	{ SSH_AUTH_METHOD_INTERACTIVE, SSH_AUTH_METHOD_PASSWORD, try_questions },
};
#define N_WAYS (sizeof(ways) / sizeof(*ways))

static int
refused(struct ssh *s, struct device *d, int offered)
{
	static const struct {
		int method;
		const char *name;
	} names[] = { { SSH_AUTH_METHOD_PUBLICKEY, "publickey" }, { SSH_AUTH_METHOD_PASSWORD, "password" }, { SSH_AUTH_METHOD_INTERACTIVE, "keyboard-interactive" },
		{ SSH_AUTH_METHOD_HOSTBASED, "hostbased" }, { SSH_AUTH_METHOD_GSSAPI_MIC, "gssapi-with-mic" } };
	char list[128] = "";
	size_t n = 0;

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (offered & names[i].method)
			n += (size_t)snprintf(list + n, sizeof(list) - n, "%s%s", n ? ", " : "", names[i].name);
	return device_fail(d, DEVICE_AUTH, "%s port %d refuses the login of %s; it offers %s%s", d->target->host, s->port, d->target->user, n ? list : "nothing",
	    d->target->password ? "" : DEVICE_NO_PASSWORD);
}

static int
broke_off(struct ssh *s, struct device *d, bool asked)
{
	return device_fail(d, asked ? DEVICE_AUTH : DEVICE_CLOSED, "%s port %d broke off the login of %s: %s", d->target->host, s->port, d->target->user, ssh_fault(s));
}

/* One way after the other; after a partial success those that are left. */
static int
try_ways(struct attempt *a, int *offered)
{
	bool done[N_WAYS] = { false };
	int tried = 0, rc = SSH_AUTH_DENIED;

	for (size_t i = 0; i < N_WAYS; i++) {
		if (done[i] || !(*offered & ways[i].method) || (tried & ways[i].not_after))
			continue;
		done[i] = true;
		rc = ways[i].try(a);
		if (rc == SSH_AUTH_SUCCESS || rc == SSH_AUTH_ERROR)
			return rc;
		if (rc == SSH_AUTH_PARTIAL) {
			*offered = ssh_userauth_list(a->ssh->session, NULL);
			tried = 0;
			i = (size_t)-1;
		} else if (a->device->target->password) {
			tried |= ways[i].method;
		}
	}
	return rc;
}

int
ssh_login(struct ssh *s, struct device *d, int64_t deadline_ns)
{
	struct attempt a = { s, d, deadline_ns };
	int offered, rc = try_none(&a);

	if (rc == SSH_AUTH_SUCCESS)
		return 0;
	if (rc == SSH_AUTH_ERROR)
		return broke_off(s, d, false);
	offered = ssh_userauth_list(s->session, NULL);
	rc = try_ways(&a, &offered);
	if (rc == SSH_AUTH_SUCCESS)
		return 0;
	return rc == SSH_AUTH_ERROR ? broke_off(s, d, true) : refused(s, d, offered);
}
