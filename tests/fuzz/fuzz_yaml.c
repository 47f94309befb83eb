/* Any bytes as a YAML file: a tree whose places lie in the source, or faults that can be printed. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/yaml.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_place(const struct diag_place *p)
{
	struct span rest = p->text;

	for (int line = 1; line < p->line; line++) {
		const char *newline = memchr(rest.p, '\n', rest.n);

		if (!newline)
			abort();
		rest = span_skip(rest, (size_t)(newline - rest.p) + 1);
	}
	if (p->line < 1 || p->column < 1 || p->width < 1 || (size_t)p->column > rest.n + 1)
		abort();
}

static void
walk(const struct yaml_doc *doc, const struct yaml_node *n, int depth)
{
	struct diag_place place = yaml_place(doc, n);
	size_t children = 0;

	if (depth > 65)
		abort();
	check_place(&place);
	if (n->kind != YAML_MAP && n->kind != YAML_LIST && n->text.n < 1000)
		for (size_t i = 0; i <= n->text.n; i++) {
			place = yaml_place_in(doc, n, i, 1);
			check_place(&place);
		}
	for (const struct yaml_node *c = n->first; c; c = c->next, children++) {
		if ((n->kind == YAML_MAP) != (c->key != NULL))
			abort();
		/* A tree blown up by aliases is not walked to its end. */
		if (children < 100)
			walk(doc, c, depth + 1);
		if (c->key && children < 100)
			walk(doc, c->key, depth + 1);
	}
	if (children != n->children)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct diag *d = diag_new();
	struct yaml_doc *doc;
	char *text = NULL;
	size_t n = 0;
	FILE *f;

	if (size > 65536)
		return 0;
	doc = yaml_load_text("fuzz.yaml", span_of((const char *)data, size), d);
	if ((doc == NULL) != (diag_errors(d) > 0))
		abort();
	if (doc && size < 2000)
		walk(doc, doc->root, 1);
	f = open_memstream(&text, &n);
	diag_print(d, f, false);
	fclose(f);
	free(text);
	yaml_doc_free(&doc);
	diag_free(&d);
	return 0;
}
