/*
 * sanitize: a configuration of Cisco's as it may be shown: secrets become "<removed>", as NAPALM's get_config(sanitized=True) writes them.
 *
 * Everything NAPALM hides is hidden, and more is (passwords without a type, SNMPv3 by SHA, NTP and IS-IS keys), but for `enable password WORD` without a type,
 * which stays, as there.  Time is linear in the text.
 */
#ifndef NETNORM_DRIVERS_SANITIZE_H
#define NETNORM_DRIVERS_SANITIZE_H

#include "base/buffer.h"
#include "base/span.h"

/* Appends `config` without its secrets. */
void sanitize_cisco(struct buffer *, struct span config);
/* Appends `config`, lines that start with one of `starts` (NULL-terminated) made empty: "!Time:", "Building configuration". */
void sanitize_blank(struct buffer *, struct span config, const char *const *starts);

#endif
