#include "drivers/template.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "drivers/answer.h"
#include "drivers/textfsm.h"

struct kept {
	struct kept *next;
	char *name;
	struct textfsm *fsm;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct kept *all;
static char dir[4096];

void
template_set_dir(const char *path)
{
	snprintf(dir, sizeof(dir), "%s", path);
}

/* What the diag has, in one line. */
static void
fail_with(struct device *d, const char *name, const struct diag *diag)
{
	char *text = NULL;
	size_t n = 0;
	FILE *f = open_memstream(&text, &n);

	if (f) {
		diag_print(diag, f, false);
		fclose(f);
		if (strchr(text, '\n'))
			*strchr(text, '\n') = '\0';
	}
	device_fail(d, DEVICE_ANSWER, "template %s: %s", name, text ? text : "no memory");
	free(text);
}

static struct textfsm *
load(struct device *d, const char *name)
{
	struct diag *diag = diag_new();
	struct textfsm *fsm = NULL;
	char path[4400];
	bool unreadable;

	if (!diag)
		return NULL;
	snprintf(path, sizeof(path), "%s/%s.textfsm", dir, name);
	fsm = textfsm_open(path, diag, &unreadable);
	if (!fsm)
		fail_with(d, name, diag);
	diag_free(&diag);
	return fsm;
}

static const struct textfsm *
find(struct device *d, const char *name)
{
	struct kept *k;

	pthread_mutex_lock(&lock);
	for (k = all; k && strcmp(k->name, name) != 0;)
		k = k->next;
	if (!k && (k = calloc(1, sizeof(*k)))) {
		k->name = strdup(name);
		k->fsm = k->name ? load(d, name) : NULL;
		if (k->fsm) {
			k->next = all;
			all = k;
		} else {
			free(k->name);
			free(k);
			k = NULL;
		}
	}
	pthread_mutex_unlock(&lock);
	return k ? k->fsm : NULL;
}

static json_t *
rows_of(struct device *d, const struct textfsm_table *table)
{
	struct json out;
	json_t *rows = NULL;
	json_error_t error;

	if (json_init(&out, 65536, TEXTFSM_MAX_RESULT) == 0) {
		textfsm_table_json(table, &out);
		if (json_ok(&out) && !answer_fits(json_text(&out)))
			device_fail(d, DEVICE_ANSWER, "the answer has too many rows for a table: %zu bytes", json_text(&out).n);
		else if (json_ok(&out))
			rows = json_loadb(json_text(&out).p, json_text(&out).n, JSON_ALLOW_NUL, &error);
		json_fini(&out);
	}
	if (!rows)
		device_fail(d, DEVICE_MEMORY, "no memory for the rows of a table");
	return rows;
}

json_t *
template_rows(struct device *d, const char *name, struct span text)
{
	const struct textfsm *fsm = find(d, name);
	struct diag *diag = fsm ? diag_new() : NULL;
	struct textfsm_table *table = diag ? textfsm_parse(fsm, text, diag) : NULL;
	json_t *rows = NULL;

	if (table)
		rows = rows_of(d, table);
	else if (diag)
		fail_with(d, name, diag);
	textfsm_table_free(&table);
	diag_free(&diag);
	return rows;
}
