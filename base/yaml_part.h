/*
 * yaml_part: what the files of yaml share.
 */
#ifndef NETNORM_BASE_YAML_PART_H
#define NETNORM_BASE_YAML_PART_H

#include <yaml.h>

#include "base/arena.h"
#include "base/yaml.h"

#define YAML_MAX_BYTES ((size_t)64 << 20)
#define YAML_MAX_DEPTH 64
#define YAML_MAX_NODES 1000000

struct yaml_pool {
	struct arena arena;     /* nodes, texts, anchors */
	char *source, *file;
};

/* libyaml's place and ours, side by side.  It counts characters from 0 and has more kinds of line ends than '\n'. */
struct yaml_cursor {
	size_t at;              /* byte of the source */
	size_t line, column;    /* libyaml's */
	size_t shown_line;      /* ours, from 0 */
	size_t shown_start;     /* byte that our line begins with */
};

struct yaml_anchor {
	struct span name;
	struct yaml_node *node;
	bool open;              /* its node is not finished: an alias to it would be a cycle */
	struct yaml_anchor *next;
};

struct yaml_builder {
	struct yaml_doc *doc;
	struct diag *diag;
	yaml_parser_t parser;
	struct yaml_cursor cursor;
	struct yaml_anchor *anchors;    /* the latest first */
	size_t nodes;
	int depth;              /* of the node that is being built, 1: the root */
	bool faulty;            /* a fault was told; reading may go on to find more */
};

/* yaml_place.c */
void yaml_cursor_move(struct yaml_cursor *, struct span source, const yaml_mark_t *);
void yaml_set_place(struct yaml_builder *, struct yaml_node *, const yaml_event_t *);
/* The comment lines right above the line that begins at byte `start`, or absent. */
struct span yaml_comment_above(struct span source, size_t start);

/* yaml_fault.c: each marks the builder as faulty. */
void yaml_fault(struct yaml_builder *, const struct yaml_node *, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
void yaml_syntax_fault(struct yaml_builder *);

/* yaml_build.c: -1 after a fault that stops reading. */
int yaml_build(struct yaml_builder *);
struct yaml_node *yaml_node_new(struct yaml_builder *, enum yaml_kind, const struct yaml_node *at);
/* A copy that may hang in another list, `depth` levels below the root. */
struct yaml_node *yaml_node_copy(struct yaml_builder *, const struct yaml_node *from, const struct yaml_node *at, int depth);

/* yaml_merge.c: duplicate keys are faults; what stands under << is copied in before (NULL: nothing does).  -1 if reading must stop. */
int yaml_map_finish(struct yaml_builder *, struct yaml_node *map, const struct yaml_node *merged);

#endif
