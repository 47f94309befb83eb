#include "base/yang_table.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"

struct yang_table {
	char *owned;
	struct span identities, nodes;  /* the two parts of the text */
};

/* ---- reading ---- */

struct yang_table *
yang_table_of(const char *name, struct span text, struct diag *diag)
{
	struct yang_table *t = calloc(1, sizeof(*t));
	struct diag_place place = { .file = name };
	const char *nodes = text.n && text.p[0] == '/' ? text.p : memmem(text.p, text.n, "\n/", 2);
	const char *identities = text.n && text.p[0] == '!' ? text.p : memmem(text.p, text.n, "\n!", 2);

	if (!t || !nodes || text.p[text.n - 1] != '\n') {
		diag_add(diag, DIAG_ERROR, &place, t ? "this is no table of YANG nodes (`netnorm-yang table` writes one)" : "out of memory");
		free(t);
		return NULL;
	}
	nodes += *nodes == '\n';
	t->nodes = span_between(nodes, text.p + text.n);
	if (identities && identities < nodes)
		t->identities = span_between(identities + (*identities == '\n'), nodes);
	return t;
}

static char *
read_file(const char *path, size_t *n)
{
	int fd = file_open(path);
	struct stat st;
	char *p = NULL;
	ssize_t got = 1;

	*n = 0;
	if (fd == -1)
		return NULL;
	if (fstat(fd, &st) == 0 && (p = malloc((size_t)st.st_size + 1)))
		while (*n < (size_t)st.st_size && (got = read(fd, p + *n, (size_t)st.st_size - *n)) > 0)
			*n += (size_t)got;
	if (p && got == -1) {
		free(p);
		p = NULL;
	}
	close(fd);
	return p;
}

struct yang_table *
yang_table_load(const char *path, struct diag *diag)
{
	struct diag_place place = { .file = path };
	struct yang_table *t;
	size_t n;
	char *text = read_file(path, &n);

	if (!text) {
		diag_add(diag, DIAG_ERROR, &place, "%s", file_error(errno));
		return NULL;
	}
	t = yang_table_of(path, span_of(text, n), diag);
	if (t)
		t->owned = text;
	else
		free(text);
	return t;
}

void
yang_table_free(struct yang_table **tp)
{
	if (!*tp)
		return;
	free((*tp)->owned);
	free(*tp);
	*tp = NULL;
}

/* ---- lines ---- */

/* The line that begins at or before `p`, which lies in `text`. */
static struct span
line_at(struct span text, const char *p)
{
	const char *before = p == text.p ? NULL : memrchr(text.p, '\n', (size_t)(p - text.p));
	const char *start = before ? before + 1 : text.p;
	const char *end = memchr(start, '\n', (size_t)(text.p + text.n - start));

	return span_between(start, end ? end : text.p + text.n);
}

/* Up to the first tab. */
static struct span
take_field(struct span *line)
{
	const char *tab = line->n ? memchr(line->p, '\t', line->n) : NULL;
	struct span field = tab ? span_between(line->p, tab) : *line;

	*line = span_skip(*line, field.n + 1);
	return field;
}

/* A path against `parent` "/" `name`. */
static int
order(struct span path, struct span parent, struct span name)
{
	size_t n = path.n < parent.n ? path.n : parent.n;
	int c = n ? memcmp(path.p, parent.p, n) : 0;

	if (c != 0)
		return c;
	if (path.n <= parent.n)
		return -1;
	c = (unsigned char)path.p[parent.n] - '/';
	if (c != 0)
		return c;
	path = span_skip(path, parent.n + 1);
	n = path.n < name.n ? path.n : name.n;
	c = n ? memcmp(path.p, name.p, n) : 0;
	return c != 0 ? c : (path.n > name.n) - (path.n < name.n);
}

/* The first line whose path is not before `parent` "/" `name`: by halves, over bytes. */
static const char *
lower_bound(struct span text, struct span parent, struct span name)
{
	const char *low = text.p, *high = text.p + text.n;

	while (low < high) {
		struct span line = line_at(text, low + (high - low) / 2), rest = line;

		if (order(take_field(&rest), parent, name) < 0)
			low = line.p + line.n + 1;
		else
			high = line.p;
	}
	return low;
}

static void
read_node(struct span line, struct yang_node *node)
{
	struct span kind;

	node->path = take_field(&line);
	node->module = take_field(&line);
	kind = take_field(&line);
	node->type = line;
	node->kind = kind.n ? kind.p[0] : '?';
	node->deprecated = kind.n > 1 && kind.p[1] == '-';
	node->keys = span_trim(span_skip(kind, 1 + (size_t)node->deprecated));
}

bool
yang_table_child(const struct yang_table *t, struct span parent, struct span name, struct span module, struct yang_node *node)
{
	const char *end = t->nodes.p + t->nodes.n;

	for (const char *p = lower_bound(t->nodes, parent, name); p < end;) {
		struct span line = line_at(t->nodes, p);

		read_node(line, node);
		if (order(node->path, parent, name) != 0)
			return false;
		if (module.n == 0 || span_eq(node->module, module))
			return true;
		p = line.p + line.n + 1;
	}
	return false;
}

size_t
yang_table_children(const struct yang_table *t, struct span parent, struct span *names, size_t max)
{
	const char *end = t->nodes.p + t->nodes.n;
	size_t n = 0;

	for (const char *p = lower_bound(t->nodes, parent, SPAN_LIT("")); p < end;) {
		struct span line = line_at(t->nodes, p), rest = line, path = take_field(&rest);

		if (!span_starts(path, parent) || path.n <= parent.n || path.p[parent.n] != '/')
			break;
		path = span_skip(path, parent.n + 1);
		if (!memchr(path.p, '/', path.n)) {
			if (n < max)
				names[n] = path;
			n++;
		}
		p = line.p + line.n + 1;
	}
	return n;
}

struct span
yang_table_identities(void *table, struct span base)
{
	const struct yang_table *t = table;

	for (struct span text = t->identities; text.n > 0;) {
		struct span line = line_at(text, text.p), rest = line, name = take_field(&rest);

		if (span_eq(span_skip(name, 1), base))
			return rest;
		text = span_skip(text, line.n + 1);
	}
	return SPAN_NONE;
}
