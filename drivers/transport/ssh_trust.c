/* Is it the device that is meant?  Its host key says so. */
#include <stdlib.h>

#include "drivers/transport/ssh_part.h"

/* "SHA256:..." of the device's key, or NULL. */
static char *
fingerprint(struct ssh *s, const char **type)
{
	ssh_key key = NULL;
	unsigned char *hash = NULL;
	size_t n;
	char *text = NULL;

	if (ssh_get_server_publickey(s->session, &key) != SSH_OK)
		return NULL;
	*type = ssh_key_type_to_char(ssh_key_type(key));
	if (ssh_get_publickey_hash(key, SSH_PUBLICKEY_HASH_SHA256, &hash, &n) == 0)
		text = ssh_get_fingerprint_hash(SSH_PUBLICKEY_HASH_SHA256, hash, n);
	ssh_clean_pubkey_hash(&hash);
	ssh_key_free(key);
	return text;
}

/* Without "SHA256:" and the '=' that some tools write behind it. */
static struct span
bare(const char *text)
{
	struct span s = span_trim(span_str(text));

	if (span_starts(s, SPAN_LIT("SHA256:")))
		s = span_skip(s, 7);
	while (s.n > 0 && s.p[s.n - 1] == '=')
		s.n--;
	return s;
}

static int
refuse(struct ssh *s, struct device *d, enum ssh_known_hosts_e known, const char *type, const char *print)
{
	const char *host = d->target->host;

	if (known == SSH_KNOWN_HOSTS_CHANGED)
		return device_fail(d, DEVICE_TRUST, "the host key of %s port %d is not the one in known_hosts: it is now %s %s; if the device was replaced, remove the old key"
		    " (ssh-keygen -R) and add the new one (ssh-keyscan -p %d %s)", host, s->port, type, print, s->port, host);
	if (known == SSH_KNOWN_HOSTS_OTHER)
		return device_fail(d, DEVICE_TRUST, "known_hosts has a key of another type for %s port %d; the device's is %s %s; add it (ssh-keyscan -p %d %s)", host, s->port,
		    type, print, s->port, host);
	if (known == SSH_KNOWN_HOSTS_ERROR)
		return device_fail(d, DEVICE_TRUST, "the host key of %s port %d cannot be checked: %s", host, s->port, ssh_fault(s));
	return device_fail(d, DEVICE_TRUST, "the host key of %s port %d is not known: %s %s; add it to known_hosts (ssh-keyscan -p %d %s), or give the option fingerprint,"
	    " or insecure=true", host, s->port, type, print, s->port, host);
}

int
ssh_trust(struct ssh *s, struct device *d)
{
	const char *wanted = device_option(d, "fingerprint"), *type = "key";
	enum ssh_known_hosts_e known;
	char *print;
	int rc = 0;

	/* A fingerprint that is given counts, whatever else is. */
	if (device_option_on(d, "insecure") && !wanted)
		return 0;
	print = fingerprint(s, &type);
	if (!print)
		return device_fail(d, DEVICE_TRUST, "%s port %d shows no host key that can be read", d->target->host, s->port);
	if (wanted) {
		if (!span_eq(bare(wanted), bare(print)))
			rc = device_fail(d, DEVICE_TRUST, "the host key of %s port %d has not the fingerprint %s: it is %s %s", d->target->host, s->port, wanted, type, print);
	} else {
		known = ssh_session_is_known_server(s->session);
		if (known != SSH_KNOWN_HOSTS_OK)
			rc = refuse(s, d, known, type, print);
	}
	ssh_string_free_char(print);
	return rc;
}
