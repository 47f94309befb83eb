/*
 * eui: what devices give as the id of a chassis or a port, where it may be a MAC address in any spelling, or something else.
 */
#ifndef NETNORM_DRIVERS_EUI_H
#define NETNORM_DRIVERS_EUI_H

#include <jansson.h>

#include "base/span.h"

/*
 * "AA:BB:CC:DD:EE:FF" of six parts (':' or '-'), three (also '.'), two (of five or six digits), of 11 or 12 digits, of a decimal number below 2^48, and of digits that
 * end in ':' (zeros follow): what NAPALM takes for a MAC address.  NULL if it is none.
 */
json_t *eui_mac(struct span);
/* The same; what is no MAC address is the text as it is. */
json_t *eui_or_text(struct span);

#endif
