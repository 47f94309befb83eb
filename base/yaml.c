/*
 * yaml: documents from files and texts, and how a finished tree is read.  How it is built is yaml_build.c's.
 */
#include "base/yaml.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"
#include "base/yaml_part.h"

#define ARENA_CHUNK ((size_t)64 << 10)
#define ARENA_LIMIT ((size_t)1 << 30)

static void
file_fault(struct diag *d, const char *file, const char *text)
{
	struct diag_place place = { .file = file };

	diag_add(d, DIAG_ERROR, &place, "%s", text);
}

/* Takes `source` over, whatever comes out; NULL without memory. */
static struct yaml_doc *
doc_new(const char *name, char *source, size_t n)
{
	struct yaml_doc *doc = calloc(1, sizeof(*doc));
	struct yaml_pool *pool = calloc(1, sizeof(*pool));
	char *file = strdup(name);

	if (!doc || !pool || !file || arena_init(&pool->arena, ARENA_CHUNK, ARENA_LIMIT) == -1) {
		free(doc);
		free(pool);
		free(file);
		free(source);
		return NULL;
	}
	pool->source = source;
	pool->file = file;
	doc->pool = pool;
	doc->file = file;
	doc->source = span_of(source, n);
	/* A byte order mark is no text: libyaml would count it as a column. */
	if (span_starts(doc->source, SPAN_LIT("\xef\xbb\xbf")))
		doc->source = span_skip(doc->source, 3);
	return doc;
}

void
yaml_doc_free(struct yaml_doc **dp)
{
	struct yaml_doc *doc = *dp;

	*dp = NULL;
	if (!doc)
		return;
	arena_fini(&doc->pool->arena);
	free(doc->pool->source);
	free(doc->pool->file);
	free(doc->pool);
	free(doc);
}

static int
build(struct yaml_doc *doc, struct diag *d)
{
	struct yaml_builder b = { .doc = doc, .diag = d };
	int result;

	if (!yaml_parser_initialize(&b.parser)) {
		file_fault(d, doc->file, "no memory");
		return -1;
	}
	yaml_parser_set_encoding(&b.parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&b.parser, (const unsigned char *)doc->source.p, doc->source.n);
	result = yaml_build(&b);
	yaml_parser_delete(&b.parser);
	return result;
}

/* Takes `source` over. */
static struct yaml_doc *
load(const char *name, char *source, size_t n, struct diag *d)
{
	struct yaml_doc *doc = doc_new(name, source, n);

	if (!doc)
		file_fault(d, name, "no memory");
	else if (build(doc, d) == -1)
		yaml_doc_free(&doc);
	return doc;
}

struct yaml_doc *
yaml_load_text(const char *name, struct span source, struct diag *d)
{
	char *copy = source.n <= YAML_MAX_BYTES ? malloc(source.n + 1) : NULL;

	if (!copy) {
		file_fault(d, name, source.n > YAML_MAX_BYTES ? "larger than 64 MiB" : "no memory");
		return NULL;
	}
	if (source.n > 0)
		memcpy(copy, source.p, source.n);
	copy[source.n] = '\0';
	return load(name, copy, source.n, d);
}

/* All of an open file and a NUL, or NULL with errno (EFBIG: more than 64 MiB). */
static char *
read_all(FILE *f, size_t *n)
{
	size_t cap = 16384;
	char *buf = malloc(cap), *larger;

	*n = 0;
	while (buf) {
		*n += fread(buf + *n, 1, cap - *n - 1, f);
		if (ferror(f))
			break;
		buf[*n] = '\0';
		if (*n + 1 < cap)
			return buf;
		errno = EFBIG;
		larger = *n > YAML_MAX_BYTES ? NULL : realloc(buf, cap * 2);
		if (!larger)
			break;
		buf = larger;
		cap *= 2;
	}
	free(buf);
	return NULL;
}

struct yaml_doc *
yaml_load_file(const char *path, struct diag *d)
{
	struct diag_place place = { .file = path };
	FILE *f = file_stream(path);
	char *source = NULL;
	size_t n = 0;
	int error = errno;

	if (f) {
		source = read_all(f, &n);
		error = errno;
		fclose(f);
	}
	if (source && n > YAML_MAX_BYTES) {
		free(source);
		source = NULL;
		error = EFBIG;
	}
	if (!source) {
		diag_add(d, DIAG_ERROR, &place, "cannot be read: %s", error == EFBIG ? "larger than 64 MiB" : file_error(error));
		return NULL;
	}
	return load(path, source, n, d);
}

struct yaml_node *
yaml_get(const struct yaml_node *map, const char *key)
{
	struct span wanted = span_str(key);

	if (!map || map->kind != YAML_MAP)
		return NULL;
	for (struct yaml_node *n = map->first; n; n = n->next)
		if (span_eq(n->key->text, wanted))
			return n;
	return NULL;
}

const char *
yaml_kind_name(enum yaml_kind kind)
{
	static const char *const names[] = {
		[YAML_NULL] = "nothing", [YAML_BOOL] = "true or false", [YAML_INT] = "a whole number", [YAML_FLOAT] = "a number",
		[YAML_TEXT] = "a text", [YAML_LIST] = "a list", [YAML_MAP] = "a map",
	};

	return names[kind];
}
