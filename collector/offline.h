/*
 * offline: lines understood without a collector, for `netnorm parse` and `netnorm explain`: their options, and a pipeline without outputs.
 */
#ifndef NETNORM_COLLECTOR_OFFLINE_H
#define NETNORM_COLLECTOR_OFFLINE_H

#include "collector/pipeline.h"
#include "outputs/format/format.h"

#define OFFLINE_MAX_PROFILES 64
#define OFFLINE_MAX_MESSAGE ((size_t)64 << 10)  /* as the inputs' default: what is longer is cut and marked `truncated` */

#define OFFLINE_HELP \
	"  --profiles DIR      profiles in the place of the shipped ones; may be repeated, later ones lie over earlier ones\n" \
	"  --over DIR          profiles that lie over the shipped ones (or those of --profiles), as `netnorm test DIR` has them; may be repeated\n" \
	"  --inventory FILE    devices, their OS, zone and trust\n" \
	"  --shape SHAPE       openconfig (default): the whole envelope, with an object of the OpenConfig models; napalm: the keys of\n" \
	"                      napalm-logs and no others (with --format native: the whole envelope, with the paths of napalm-logs)\n" \
	"  --format FORMAT     native, napalm, ecs or raw, as an output has it\n" \
	"  --os OS             the lines are of this OS: a bare body without a header is enough\n" \
	"  --now TIME          the receive time (RFC 3339 or epoch seconds; also NETNORM_NOW): then the output is repeatable, ids too\n" \
	"  --ip ADDR           the sender's address\n"

struct offline_options {
	const char *command;            /* for complaints */
	const char *profiles[OFFLINE_MAX_PROFILES];     /* in the place of the shipped ones; none: those */
	const char *over[OFFLINE_MAX_PROFILES];         /* that lie over them */
	size_t nprofiles, nover;
	const char *inventory, *os, *now, *ip;
	const char *operand;            /* FILE or LINE; NULL: standard input */
	const struct format *format;    /* what --format and --shape ask for */
	bool shape_napalm;
};

struct offline {
	struct pipeline pipeline;
	struct snapshot *snapshot;
	struct source source;
	char ip[INET6_ADDRSTRLEN];
};

/* Both give an exit status, CMD_OK or one after telling why not. */
int offline_options(int argc, char **argv, struct offline_options *);
/* `f` must be zero; offline_close() goes with it whatever the outcome. */
int offline_open(struct offline *f, const struct offline_options *);
void offline_close(struct offline *);

#endif
