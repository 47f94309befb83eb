/*
 * xml_input: what has to be known, and mended, of bytes before an XML parser may see them.
 *
 * A parser refuses a whole document for one byte that XML forbids, and devices send such bytes in descriptions and logs.  And a parser may take time that grows with the square
 * of the attributes of one tag.
 */
#ifndef NETNORM_DRIVERS_XML_INPUT_H
#define NETNORM_DRIVERS_XML_INPUT_H

#include "base/buffer.h"

/* Of one tag; real ones have a dozen. */
#define XML_INPUT_MAX_ATTRIBUTES 256

/* From the first '<' on, where nothing but white space and a byte order mark is in front of it; or an absent span. */
struct span xml_input_start(struct span text);
/*
 * Bytes that are not UTF-8, characters that XML 1.0 forbids and references to such become U+FFFD.  Gives `text` itself where there are none; else what was put into
 * `mended` (a limit of three times the text is enough).  *count is how many there were.
 */
struct span xml_input_mend(struct span text, struct buffer *mended, size_t *count);
/* Has a tag more attributes than XML_INPUT_MAX_ATTRIBUTES? */
bool xml_input_is_crowded(struct span text);

#endif
