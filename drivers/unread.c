#include "drivers/unread.h"

#include <stdio.h>
#include <strings.h>

#include "drivers/field.h"

#define COUNT(a) (sizeof(a) / sizeof(*(a)))
#define LINE_PART 80
/* A sentence that there is nothing has no more lines. */
#define SENTENCE_LINES 4
#define RULER_MIN 5

/* How lines of tables without entries, and of configuration, begin. */
static const char *const beginnings[] = {
	"{", "!", "version ", "hostname ", "switchname ", "feature ", "interface ", "username ", "Building configuration", "Current configuration",
	"Capability codes", "Device ID", "Address ", "address ", "Protocol ", "IP ", "IPv6 ", "Legend", "Flags:", "Total ", "Neighbor ", "BGP ", "For address family", "Routing ",
	"VLAN ", "Vlan ", "vlan ", "VRF", "Port ", "Interface ", "Name ", "remote ", "Peer ", "Switch mode", "If device is externally calibrated",
};
static const char *const within[] = { "line protocol is", "Interface status:", "ransceiver is" };
static const char *const denials[] = { "no", "not", "none", "never", "invalid", "error", "disabled", "unable", "unsupported" };

static bool
is_ruler(struct span line)
{
	for (size_t i = 0; i < line.n; i++)
		if (!memchr("-=+| ", line.p[i], 5))
			return false;
	return line.n >= RULER_MIN;
}

/* `filter` is what the command keeps lines by. */
static bool
is_known(struct span line, struct span filter)
{
	char mark[64];

	for (size_t i = 0; i < COUNT(beginnings); i++)
		if (span_starts(line, span_str(beginnings[i])))
			return true;
	for (size_t i = 0; i < COUNT(within); i++)
		if (field_has(line, within[i]))
			return true;
	snprintf(mark, sizeof(mark), "%.*s", (int)filter.n, filter.n > 0 ? filter.p : "");
	return (filter.n > 0 && field_has(line, mark)) || is_ruler(line);
}

/* "% BGP not active", "There are no neighbors" */
static bool
denies(struct span line)
{
	struct span word;

	if (line.p[0] == '%' || line.p[0] == '^')
		return true;
	while (field_word(&line, &word)) {
		while (word.n > 0 && !span_is_alpha(word.p[word.n - 1]))
			word.n--;
		for (size_t i = 0; i < COUNT(denials); i++)
			if (word.n == strlen(denials[i]) && strncasecmp(word.p, denials[i], word.n) == 0)
				return true;
	}
	return false;
}

/* Of "show run | section ip sla [0-9]": "ip sla". */
static struct span
filter_of(const char *command)
{
	struct span s = field_behind(span_str(command), "| section ");
	const char *end;

	if (!s.p)
		s = field_behind(span_str(command), "| include ");
	end = s.p ? memchr(s.p, '[', s.n) : NULL;
	return span_trim(end ? span_between(s.p, end) : s);
}

void
unread_note(struct device *d, const char *command, struct span answer)
{
	struct span filter = filter_of(command), line, first = SPAN_NONE;
	size_t lines = 0;
	bool denied = false;

	while (!d->read && field_line(&answer, &line)) {
		line = span_trim(line);
		if (line.n == 0)
			continue;
		d->read = is_known(line, filter);
		denied = denied || (lines < SENTENCE_LINES && denies(line));
		if (lines++ == 0)
			first = line;
	}
	if (!d->read && lines > 0 && !(denied && lines <= SENTENCE_LINES) && d->unread[0] == '\0')
		snprintf(d->unread, sizeof(d->unread), "\"%.60s\": nothing in the answer is understood: \"%.*s\"", command, (int)(first.n < LINE_PART ? first.n : LINE_PART), first.p);
}

/* Facts are so without a version; of routes and SNMP an empty result has members. */
static bool
is_empty(enum getter g, const json_t *result)
{
	bool members = g == GETTER_ROUTE_TO || g == GETTER_SNMP_INFORMATION;
	const char *name, *version = json_string_value(json_object_get(result, "os_version"));
	json_t *one;

	if (g == GETTER_FACTS)
		return version && (*version == '\0' || strcmp(version, "Unknown") == 0);
	json_object_foreach((json_t *)(uintptr_t)result, name, one) {
		if (!members || json_object_size(one) + json_array_size(one) + json_string_length(one) > 0)
			return false;
	}
	return json_array_size(result) == 0;
}

void
unread_check(struct device *d, enum getter g, const json_t *result)
{
	if (!result || d->read || !is_empty(g, result))
		d->unread[0] = '\0';
	else if (d->unread[0] != '\0' && d->n_warnings == 0)
		device_warn(d, "%s", d->unread);
}
