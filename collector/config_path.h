/*
 * config_path: where things are: the configuration, what it names, state, sockets, shipped profiles.
 */
#ifndef NETNORM_COLLECTOR_CONFIG_PATH_H
#define NETNORM_COLLECTOR_CONFIG_PATH_H

#include <stdbool.h>

/* malloc'd, NULL without memory: systemd's STATE_DIRECTORY, else /var/lib/netnorm as root, else under XDG_STATE_HOME or the home. */
char *config_default_state_dir(void);
/* malloc'd, NULL without memory: `control` under RUNTIME_DIRECTORY, /run/netnorm as root, XDG_RUNTIME_DIR/netnorm, else `state_dir`. */
char *config_default_control(const char *state_dir);
bool config_is_folder(const char *path);

#endif
