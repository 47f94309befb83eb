/*
 * https: questions as POST requests on libcurl, one connection kept for all of them.  A request is a body, the answer the body that came back.
 *
 * Options that it reads of the device: `transport` (https, or http), `insecure` (the certificate is not checked), `ca_file`, `fingerprint` (sha256//BASE64 of the public key, as
 * curl's --pinnedpubkey has it, in the place of issuer and name), `legacy_tls` (TLS 1.0 and the ciphers of its time).  Without them the certificate is checked against the system's
 * store.  Redirects are not followed, proxies of the environment not used.
 */
#ifndef NETNORM_DRIVERS_TRANSPORT_HTTPS_H
#define NETNORM_DRIVERS_TRANSPORT_HTTPS_H

#include "drivers/transport/transport.h"

/*
 * Sets d->wire; nothing is sent yet.  `path` as "/command-api", `type` the content type; both live as long as the device.  0, or -1 after device_fail().
 * An answer with a status of 400 and more fails, except one in JSON, which is given to the driver (401 and 403 always fail).
 */
int https_open(struct device *, const char *path, const char *type);

#endif
