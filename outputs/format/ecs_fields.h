/*
 * ecs_fields: which fields of the Elastic Common Schema the values of a message fill, and how they go out.
 */
#ifndef NETNORM_OUTPUTS_FORMAT_ECS_FIELDS_H
#define NETNORM_OUTPUTS_FORMAT_ECS_FIELDS_H

#include "base/arena.h"
#include "base/json.h"
#include "base/nevent.h"

/* In the order in which they go out: fields of one object stand together. */
enum ecs_field {
	ECS_REASON,                     /* of `event` */
	ECS_INGRESS_ALIAS,              /* of `observer`, up to ECS_EGRESS_ZONE */
	ECS_INGRESS_ID,
	ECS_INGRESS_NAME,
	ECS_INGRESS_ZONE,
	ECS_EGRESS_NAME,
	ECS_EGRESS_ZONE,
	ECS_DESTINATION_ADDRESS,        /* from here on, of the event itself */
	ECS_DESTINATION_IP,
	ECS_DESTINATION_DOMAIN,
	ECS_DESTINATION_PORT,
	ECS_DESTINATION_AS,
	ECS_DESTINATION_NAT_IP,
	ECS_DESTINATION_NAT_PORT,
	ECS_NETWORK_APPLICATION,
	ECS_NETWORK_IANA_NUMBER,
	ECS_NETWORK_PACKETS,
	ECS_NETWORK_PROTOCOL,
	ECS_NETWORK_TRANSPORT,
	ECS_NETWORK_VLAN,
	ECS_PROCESS_COMMAND,
	ECS_PROCESS_NAME,
	ECS_PROCESS_PARENT,
	ECS_PROCESS_PID,
	ECS_RULE_ID,
	ECS_RULE_NAME,
	ECS_RULE_UUID,
	ECS_SERVER_ADDRESS,
	ECS_SERVER_IP,
	ECS_SOURCE_ADDRESS,
	ECS_SOURCE_IP,
	ECS_SOURCE_MAC,
	ECS_SOURCE_PORT,
	ECS_SOURCE_NAT_IP,
	ECS_SOURCE_NAT_PORT,
	ECS_USER_EFFECTIVE,
	ECS_USER_ID,
	ECS_USER_NAME,
	ECS_FIELDS
};

/* What a message says of traffic: it was let through, or not. */
enum ecs_verdict { ECS_NO_VERDICT, ECS_ALLOWED, ECS_DENIED };

struct ecs_fields {
	uint64_t set;                   /* bit n: texts[n] is there */
	struct span texts[ECS_FIELDS];  /* those that are numbers are digits */
	enum ecs_verdict verdict;
};

/* From the values by their names; what is not of its field's type is left out.  In a field that two values name the first stands. */
void ecs_fields_of(struct ecs_fields *, const struct nevent *, struct arena *);
/* `text` for a field that no value filled, if it is of the field's type. */
void ecs_fields_default(struct ecs_fields *, enum ecs_field, struct span text, struct arena *);
/* Those from `first` to `last`, with commas between them, as members of the object that is open. */
void ecs_fields_put(const struct ecs_fields *, enum ecs_field first, enum ecs_field last, const struct nevent *, struct json *);

static inline bool
ecs_has(const struct ecs_fields *f, enum ecs_field field)
{
	return f->set >> field & 1;
}

#endif
