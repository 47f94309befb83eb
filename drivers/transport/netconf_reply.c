/*
 * Errors stand right in the reply, or in the results of single steps (a commit on two routing engines).  Junos knows <xnm:error> and <xnm:warning> beside <rpc-error>.
 */
#include "drivers/transport/netconf_reply.h"

#include "drivers/xml.h"

#define XNM "http://xml.juniper.net/xnm/"
#define MAX_MESSAGE_BYTES 240
#define MAX_WORD_BYTES 80
#define MAX_FAULT_BYTES 1024
#define MAX_TOLD_BYTES 440              /* of several in one: what device_fail() keeps, less our words */

/* One line of at most that many bytes, runs of blanks being one. */
static void
put_line(struct buffer *out, struct span s, size_t most)
{
	size_t start = out->n;

	s = span_trim(s);
	for (size_t i = 0; i < s.n; i++) {
		bool blank = span_is_space(s.p[i]);

		if (blank && span_is_space(s.p[i - 1]))
			continue;
		if (out->n - start >= most && ((unsigned char)s.p[i] & 0xc0) != 0x80) {
			buffer_puts(out, "...");
			return;
		}
		buffer_put(out, blank ? SPAN_LIT(" ") : span_of(s.p + i, 1));
	}
}

static struct span
either(const xmlNode *n, const char *path, const char *other)
{
	struct span s = xml_text(n, path);

	return s.n > 0 ? s : xml_text(n, other);
}

static void
put_detail(struct buffer *out, const char *front, struct span s)
{
	if (s.n == 0)
		return;
	buffer_puts(out, out->n == 0 ? "" : front);
	put_line(out, s, MAX_WORD_BYTES);
}

/* "syntax error (protocol operation-failed at [edit system], element hots)" */
static void
describe(const xmlNode *n, struct buffer *out)
{
	struct buffer details;

	buffer_init(&details, MAX_FAULT_BYTES);
	put_detail(&details, "", xml_text(n, "error-type"));
	put_detail(&details, " ", xml_text(n, "error-tag"));
	put_detail(&details, " ", xml_text(n, "error-app-tag"));
	put_detail(&details, " at ", either(n, "error-path", "edit-path"));
	put_detail(&details, ", element ", either(n, "error-info/bad-element", "token"));
	put_line(out, either(n, "error-message", "message"), MAX_MESSAGE_BYTES);
	if (out->n == 0)
		buffer_put(out, buffer_span(&details));
	else if (details.n > 0)
		buffer_printf(out, " (%s)", details.p);
	if (out->n == 0)
		buffer_puts(out, "without a word why");
	buffer_fini(&details);
}

static bool
is_xnm(const xmlNode *n)
{
	if (!xml_is(n, "error") && !xml_is(n, "warning"))
		return false;
	return n->ns && n->ns->href ? strncmp((const char *)n->ns->href, XNM, strlen(XNM)) == 0 : strncmp((const char *)n->name, "xnm:", 4) == 0;
}

static bool
is_warning(const xmlNode *n)
{
	return xml_is(n, "warning") || span_eq(xml_text(n, "error-severity"), SPAN_LIT("warning"));
}

/* `told` has as many errors as it can; what does not fit becomes a warning. */
static void
tell(struct device *d, const xmlNode *n, struct buffer *told)
{
	struct buffer one;

	buffer_init(&one, MAX_FAULT_BYTES);
	describe(n, &one);
	if (is_warning(n)) {
		device_warn(d, "the device warns: %s", buffer_span(&one).p);
	} else if (told->n > 0 && told->n + one.n > MAX_TOLD_BYTES) {
		device_warn(d, "the device refused, too: %s", buffer_span(&one).p);
	} else {
		buffer_puts(told, told->n > 0 ? "; " : "");
		buffer_put(told, buffer_span(&one));
	}
	buffer_fini(&one);
}

static enum netconf_reply
check_errors(struct device *d, const xmlNode *root)
{
	enum netconf_reply outcome = NETCONF_REPLY_FINE;
	struct buffer told;

	buffer_init(&told, MAX_TOLD_BYTES + MAX_FAULT_BYTES);
	for (xmlNode *n = xml_below(root, "*"); n; n = xml_below_next(root, n, "*"))
		if (xml_is(n, "rpc-error") || is_xnm(n))
			tell(d, n, &told);
	if (told.n > 0) {
		device_fail(d, DEVICE_COMMAND, "the device refused: %s", told.p);
		outcome = NETCONF_REPLY_REFUSED;
	}
	buffer_fini(&told);
	return outcome;
}

static enum netconf_reply
alien(struct device *d, const char *what, struct span s)
{
	device_fail(d, DEVICE_ANSWER, "the device's message is %s %.*s", what, (int)(s.n < MAX_WORD_BYTES ? s.n : MAX_WORD_BYTES), s.p);
	return NETCONF_REPLY_ALIEN;
}

static enum netconf_reply
check_root(struct device *d, const xmlNode *root, const char *message_id)
{
	struct span id = xml_attribute(root, "message-id");
	enum netconf_reply outcome;

	if (xml_is(root, "notification"))
		return NETCONF_REPLY_NOTIFICATION;
	if (!xml_is(root, "rpc-reply"))
		return alien(d, "no reply but", span_str((const char *)root->name));
	if (id.p && !span_eq(span_trim(id), span_str(message_id)))
		return alien(d, "the answer to another request, number", span_trim(id));
	outcome = check_errors(d, root);
	/* Of a request that it could not read a device knows no id, but it may say so. */
	if (!id.p && outcome != NETCONF_REPLY_REFUSED)
		return alien(d, "an answer without a message-id, not to be told from one to another request than", span_str(message_id));
	return outcome;
}

enum netconf_reply
netconf_reply_check(struct device *d, struct span message, const char *message_id)
{
	xmlDoc *doc = xml_parse(d, message);
	enum netconf_reply outcome;

	if (!doc)
		return NETCONF_REPLY_ALIEN;
	outcome = check_root(d, xmlDocGetRootElement(doc), message_id);
	xmlFreeDoc(doc);
	return outcome;
}
