/*
 * config: netnorm.yaml, read and checked as a whole; all faults are told together.
 */
#ifndef NETNORM_COLLECTOR_CONFIG_H
#define NETNORM_COLLECTOR_CONFIG_H

#include "collector/enrichment.h"
#include "collector/input.h"
#include "outputs/output.h"
#include "outputs/spool.h"

struct config {
	_Atomic unsigned refs;          /* 1 from config_load() */
	struct yaml_doc *doc;           /* the filters' nodes live in it */
	char *path;
	int64_t workers;                /* 0: as many as cores */
	struct schema_texts profiles;   /* directories that lie over the shipped set; relative ones are relative to the file */
	char *inventory;                /* path, or NULL */
	char *state_dir;
	char *control;                  /* path of the control socket; default $RUNTIME_DIRECTORY/control or /run/netnorm/control as root, else under XDG_RUNTIME_DIR or state_dir */
	int log_level;                  /* enum log_level */
	int64_t stop_timeout_ms;        /* default 10 s */
	struct {
		char *address;          /* default 127.0.0.1 */
		int64_t port;           /* default 9514; 0: off */
	} metrics;
	struct enrichment_config enrichment;
	struct spool_config spool;      /* without a path: none */
	struct input_configs inputs;
	struct output_configs outputs;
};

/* NULL with faults in the diag. */
struct config *config_load(const char *path, struct diag *);
/* The same, but what could be read is given also where there are faults: to look for more of them in what it names.  NULL: no YAML. */
struct config *config_load_faulty(const char *path, struct diag *);
struct config *config_ref(struct config *);
/* A warning if the directory of the devices' answers cannot be there or be written to.  Nothing is made.  Only where devices are asked. */
void config_check_cache(const struct config *, struct diag *);
/* The last one to let go frees it. NULL is fine. */
void config_free(struct config **);
/* `-c`, else NETNORM_CONFIG, else the installed file. Static or argument memory. */
const char *config_default_path(const char *option);
/* Where the shipped profiles are: NETNORM_PROFILES, else profiles/ beside the build tree, else the installed directory. Written to buf; NULL if there are none. */
const char *config_shipped_profiles(char *buf, size_t cap);
/* The templates of the drivers: NETNORM_TEMPLATES, else drivers/templates beside the build tree, else the installed directory. */
const char *config_shipped_templates(char *buf, size_t cap);
/* netnorm.yaml.5 from the tables. */
void config_manual(FILE *);

#endif
