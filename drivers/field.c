#include "drivers/field.h"

#include <arpa/inet.h>
#include <limits.h>
#include <stdlib.h>
#include <strings.h>

#include "base/utf8.h"
#include "drivers/eui.h"

void
field_repair(struct buffer *out, struct span text)
{
	while (text.n > 0) {
		size_t run = 0;
		bool good = true;

		while (run < text.n && good) {
			size_t n = (unsigned char)text.p[run] < 0x80 ? 1 : utf8_take(span_skip(text, run), &good);

			if (good)
				run += n;
		}
		buffer_put(out, span_of(text.p, run));
		text = span_skip(text, run);
		if (text.n == 0)
			break;
		buffer_put(out, SPAN_LIT("\xef\xbf\xbd"));
		text = span_skip(text, utf8_broken(text));
	}
}

json_t *
field_text(struct span s)
{
	struct buffer clean;
	json_t *v;

	if (s.n == 0)
		return json_string("");
	if (utf8_classify(s) != UTF8_INVALID)
		return json_stringn_nocheck(s.p, s.n);
	buffer_init(&clean, 3 * DEVICE_MAX_ANSWER);
	field_repair(&clean, s);
	v = clean.failed ? NULL : json_stringn_nocheck(buffer_span(&clean).p, clean.n);
	buffer_fini(&clean);
	return v;
}

bool
field_line(struct span *text, struct span *line)
{
	const char *end;

	if (text->n == 0)
		return false;
	end = memchr(text->p, '\n', text->n);
	*line = end ? span_between(text->p, end) : *text;
	*text = span_skip(*text, line->n + (end != NULL));
	if (line->n > 0 && line->p[line->n - 1] == '\r')
		line->n--;
	return true;
}

bool
field_word(struct span *text, struct span *word)
{
	size_t n = 0;

	*text = *word = span_trim(*text);
	if (text->n == 0)
		return false;
	while (n < text->n && !span_is_space(text->p[n]))
		n++;
	*word = span_of(text->p, n);
	*text = span_trim(span_skip(*text, n));
	return true;
}

struct span
field_behind(struct span text, const char *mark)
{
	size_t n = strlen(mark);
	const char *at = text.n >= n && text.n > 0 ? memmem(text.p, text.n, mark, n) : NULL;

	return at ? span_between(at + n, text.p + text.n) : SPAN_NONE;
}

bool
field_has(struct span text, const char *mark)
{
	return field_behind(text, mark).p != NULL;
}

size_t
field_words(struct span line, struct span *words, size_t max)
{
	struct span word;
	size_t n = 0;

	for (; field_word(&line, &word); n++) {
		if (n < max)
			words[n] = word;
	}
	return n;
}

json_t *
field_join(const struct span *words, size_t n)
{
	struct buffer b;
	json_t *v;

	buffer_init(&b, DEVICE_MAX_ANSWER);
	for (size_t i = 0; i < n; i++) {
		if (i > 0)
			buffer_puts(&b, " ");
		buffer_put(&b, words[i]);
	}
	v = b.failed ? NULL : field_text(buffer_span(&b));
	buffer_fini(&b);
	return v;
}

/* ---- numbers ---- */

/* The span as a C string without commas, if it fits and looks like a number. */
static bool
number_text(struct span s, char *buf, size_t cap)
{
	size_t n = 0;

	s = span_trim(s);
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == ',' && i > 0)
			continue;
		if (!(span_is_digit(s.p[i]) || strchr("+-.eE", s.p[i])) || s.p[i] == '\0' || n + 1 >= cap)
			return false;
		buf[n++] = s.p[i];
	}
	buf[n] = '\0';
	return n > 0;
}

bool
field_int(struct span s, int64_t *out)
{
	char buf[32], *end;
	long long v;

	if (!number_text(s, buf, sizeof(buf)))
		return false;
	v = strtoll(buf, &end, 10);
	if (*end != '\0' || end == buf || v == LLONG_MAX || v == LLONG_MIN)
		return false;
	*out = v;
	return true;
}

bool
field_real(struct span s, double *out)
{
	char buf[64], *end;
	double v;

	if (!number_text(s, buf, sizeof(buf)))
		return false;
	v = strtod(buf, &end);
	if (*end != '\0' || end == buf || !(v > -1e300 && v < 1e300))
		return false;
	*out = v;
	return true;
}

bool
field_as_number(struct span s, int64_t *out)
{
	const char *dot = s.n ? memchr(s.p, '.', s.n) : NULL;
	int64_t high = 0, low;

	if (dot && (!field_int(span_between(s.p, dot), &high) || high > 65535))
		return false;
	if (!field_int(dot ? span_skip(s, (size_t)(dot - s.p) + 1) : s, &low) || low < 0 || high < 0)
		return false;
	if (dot ? low > 65535 : low > (int64_t)UINT32_MAX)
		return false;
	*out = high * 65536 + low;
	return true;
}

/* ---- time ---- */

static int64_t
unit_seconds(struct span unit)
{
	static const struct { char letter; int64_t seconds; } units[] = {
		{ 'y', 31536000 }, { 'w', 604800 }, { 'd', 86400 }, { 'h', 3600 }, { 'm', 60 }, { 's', 1 },
	};

	if (unit.n > 1 && span_starts(unit, SPAN_LIT("mo")))
		return 0;
	for (size_t i = 0; unit.n > 0 && i < sizeof(units) / sizeof(*units); i++) {
		if ((unit.p[0] | 0x20) == units[i].letter)
			return units[i].seconds;
	}
	return 0;
}

static size_t
digits(struct span s, int64_t *v)
{
	size_t n = 0;

	for (*v = 0; n < s.n && n < 12 && span_is_digit(s.p[n]); n++)
		*v = *v * 10 + (s.p[n] - '0');
	return n;
}

/* "01:02:03" or "02:03" (hours and minutes): how many bytes, or 0. */
static size_t
clock_bytes(struct span s, int64_t *seconds)
{
	int64_t part[3] = { 0 };
	size_t at = 0, parts = 0;

	while (parts < 3) {
		size_t n = digits(span_skip(s, at), &part[parts]);

		if (n == 0)
			return 0;
		parts++;
		at += n;
		if (at >= s.n || s.p[at] != ':')
			break;
		at++;
	}
	if (parts < 2)
		return 0;
	*seconds += part[0] * 3600 + part[1] * 60 + part[2];
	return at;
}

static bool
unit_bytes(struct span s, int64_t *seconds, size_t *used)
{
	int64_t v, unit;
	size_t at = digits(s, &v), word;

	if (at == 0)
		return false;
	if (at < s.n && s.p[at] == '.')
		for (at++; at < s.n && span_is_digit(s.p[at]);)
			at++;
	while (at < s.n && s.p[at] == ' ')
		at++;
	for (word = at; word < s.n && span_is_alpha(s.p[word]);)
		word++;
	unit = unit_seconds(span_of(s.p + at, word - at));
	*seconds += v * unit;
	*used = word;
	return unit > 0;
}

bool
field_duration(struct span s, int64_t *seconds)
{
	int64_t sum = 0;
	size_t used;

	s = span_trim(s);
	if (span_eq(s, SPAN_LIT("never"))) {
		*seconds = -1;
		return true;
	}
	if (s.n == 0)
		return false;
	while (s.n > 0) {
		used = clock_bytes(s, &sum);
		if (used == 0 && !unit_bytes(s, &sum, &used))
			return false;
		s = span_skip(s, used);
		while (s.n > 0 && (s.p[0] == ' ' || s.p[0] == ','))
			s = span_skip(s, 1);
		if (span_starts(s, SPAN_LIT("and ")))
			s = span_skip(s, 4);
	}
	*seconds = sum;
	return true;
}

/* ---- addresses ---- */

json_t *
field_mac(struct device *d, struct span s)
{
	json_t *mac;

	s = span_trim(s);
	if (span_starts(s, SPAN_LIT("0x")))
		s = span_skip(s, 2);
	if (s.n == 0)
		return json_string("");
	mac = eui_mac(s);
	if (!mac)
		device_warn(d, "\"%.*s\" is no MAC address", (int)(s.n < 60 ? s.n : 60), s.p);
	return mac ? mac : json_string("");
}

/* The address in its shortest form with its zone, in `out` of FIELD_IP_BYTES. */
static bool
ip_text(struct span s, char *out)
{
	char buf[INET6_ADDRSTRLEN];
	unsigned char address[16];
	const char *zone = s.n ? memchr(s.p, '%', s.n) : NULL;
	struct span bare = zone ? span_between(s.p, zone) : s;
	size_t tail = s.n - bare.n;
	int family;

	if (bare.n == 0 || bare.n >= sizeof(buf) || tail > 31 || memchr(s.p, '\0', s.n))
		return false;
	memcpy(buf, bare.p, bare.n);
	buf[bare.n] = '\0';
	family = strchr(buf, ':') ? AF_INET6 : AF_INET;
	if (inet_pton(family, buf, address) != 1 || !inet_ntop(family, address, out, INET6_ADDRSTRLEN))
		return false;
	strncat(out, zone ? zone : "", tail);
	return true;
}

bool
field_is_ip(struct span s)
{
	char out[FIELD_IP_BYTES];

	return ip_text(s, out);
}

struct span
field_ip_text(struct span s, char *buf)
{
	return ip_text(s, buf) ? span_str(buf) : SPAN_NONE;
}

json_t *
field_ip(struct device *d, struct span s)
{
	char out[FIELD_IP_BYTES];

	s = span_trim(s);
	if (ip_text(s, out))
		return field_text(span_str(out));
	if (s.n > 0)
		device_warn(d, "\"%.*s\" is no IP address", (int)(s.n < 60 ? s.n : 60), s.p);
	return field_text(s);
}

/* ---- lists ---- */

static int
by_text(const void *a, const void *b)
{
	return strcmp(json_string_value(*(json_t *const *)a), json_string_value(*(json_t *const *)b));
}

/* Numbers of any length: by their digits without leading zeros. */
static int
compare_digits(const char **a, const char **b)
{
	const char *x = *a + strspn(*a, "0"), *y = *b + strspn(*b, "0");
	size_t nx = strspn(x, "0123456789"), ny = strspn(y, "0123456789");

	*a = x + nx;
	*b = y + ny;
	return nx != ny ? (nx < ny ? -1 : 1) : memcmp(x, y, nx);
}

static int
by_name(const void *a, const void *b)
{
	const char *x = json_string_value(*(json_t *const *)a), *y = json_string_value(*(json_t *const *)b);

	for (int c; *x && *y;) {
		size_t nx = strcspn(x, "0123456789"), ny = strcspn(y, "0123456789");

		c = memcmp(x, y, nx < ny ? nx : ny);
		if (c != 0 || nx != ny)
			return c != 0 ? c : nx < ny ? -1 : 1;
		x += nx;
		y += ny;
		if (*x && *y && (c = compare_digits(&x, &y)) != 0)
			return c;
	}
	return *x || *y ? (*x ? 1 : -1) : by_text(a, b);
}

static void
sort(json_t *array, int (*by)(const void *, const void *))
{
	size_t n = json_array_size(array);
	json_t **items = n ? malloc(n * sizeof(*items)) : NULL;

	if (!items)
		return;
	for (size_t i = 0; i < n; i++)
		items[i] = json_incref(json_array_get(array, i));
	qsort(items, n, sizeof(*items), by);
	for (size_t i = 0; i < n; i++)
		json_array_set_new(array, i, items[i]);
	free(items);
}

void
field_sort_texts(json_t *array)
{
	sort(array, by_text);
}

void
field_sort_names(json_t *array)
{
	sort(array, by_name);
}

json_t *
field_lldp_capabilities(struct span letters)
{
	static const struct { char letter; const char *name; } names[] = {
		{ 'O', "other" }, { 'P', "repeater" }, { 'B', "bridge" }, { 'W', "wlan-access-point" }, { 'R', "router" },
		{ 'T', "telephone" }, { 'C', "docsis-cable-device" }, { 'S', "station" },
	};
	json_t *array = json_array();

	letters = span_trim(letters);
	if (letters.n == 3 && strncasecmp(letters.p, "N/A", 3) == 0)
		letters = SPAN_LIT("O");
	for (size_t i = 0; i < letters.n; i++) {
		for (size_t k = 0; k < sizeof(names) / sizeof(*names); k++) {
			if ((letters.p[i] & ~0x20) == names[k].letter)
				json_array_append_new(array, json_string(names[k].name));
		}
	}
	field_sort_texts(array);
	return array;
}
