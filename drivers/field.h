/*
 * field: the values that devices print, in the form in which NAPALM's models have them.
 */
#ifndef NETNORM_DRIVERS_FIELD_H
#define NETNORM_DRIVERS_FIELD_H

#include <stdint.h>

#include <jansson.h>

#include "drivers/device.h"

/* Appends `text` with U+FFFD in the place of what is not UTF-8. */
void field_repair(struct buffer *, struct span text);
/* A JSON string of any bytes (repaired); an absent span gives "". */
json_t *field_text(struct span);
/* The next line of *text without its end ("\n", "\r\n"); false at the end.  (A text without a newline behind its last line gives that one, too.) */
bool field_line(struct span *text, struct span *line);
/* The next word of *text, blanks around it skipped; false if there is none. */
bool field_word(struct span *text, struct span *word);
/* How many words the line has; no more than `max` of them are kept. */
size_t field_words(struct span line, struct span *words, size_t max);
/* The words with single blanks between them: a string. */
json_t *field_join(const struct span *words, size_t n);
/* What stands behind the first `mark` of the text, absent if there is none; is there one? */
struct span field_behind(struct span text, const char *mark);
bool field_has(struct span text, const char *mark);
/* The whole span is that number (a sign, digits; thousands with commas are taken). */
bool field_int(struct span, int64_t *);
bool field_real(struct span, double *);
/* "65001", "0.65001" and "1.1" (asdot, RFC 5396). */
bool field_as_number(struct span, int64_t *);
/*
 * Seconds of "1y2w", "2w3d", "3d04h", "01:02:03", "1d 02:03:04", "3 weeks, 2 days, 4 hours", "5.2 s"; "never" gives -1.  False if it is none of them.
 */
bool field_duration(struct span, int64_t *seconds);
/* "AA:BB:CC:DD:EE:FF" of any usual spelling (aabb.ccdd.eeff, aa-bb-..., leading zeros left out); "" of an empty one; what is none: "" and a warning. */
json_t *field_mac(struct device *, struct span);
/* The shortest form of an address (RFC 5952), a zone (%eth0) kept; what is none: the text itself and a warning.  field_is_ip(): is it one? */
json_t *field_ip(struct device *, struct span);
/* The same without a device: writes to buf (FIELD_IP_BYTES) and gives the text there, absent if it is no address. */
#define FIELD_IP_BYTES 80
struct span field_ip_text(struct span, char *buf);
bool field_is_ip(struct span);
/* Sorted names of NAPALM's for the letters of IEEE 802.1AB that command lines print ("B, R"): an array; of "N/A" it is "other". */
json_t *field_lldp_capabilities(struct span letters);
/* The array of strings, sorted by their bytes; or as people sort names, Ethernet2 before Ethernet10. */
void field_sort_texts(json_t *array);
void field_sort_names(json_t *array);

#endif
