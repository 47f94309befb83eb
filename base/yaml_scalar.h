/*
 * yaml_scalar: the type of a plain scalar, as PyYAML's FullLoader gives it (YAML 1.1, without timestamps).
 */
#ifndef NETNORM_BASE_YAML_SCALAR_H
#define NETNORM_BASE_YAML_SCALAR_H

#include "base/yaml.h"

/* Set kind, boolean, integer and real from the text, which has a NUL behind it. */
void yaml_scalar_resolve(struct yaml_node *);

#endif
