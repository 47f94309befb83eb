/* Any bytes as the answer to a `_bulk` request of so many items: read or not, each item that is read has one outcome, and its reason is printable. */
#include <stdint.h>
#include <stdlib.h>

#include "outputs/bulk_answer.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_items(const struct bulk_answer *a, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		char reason[64] = "";
		enum bulk_outcome outcome = bulk_answer_outcome(a, i, reason, sizeof(reason));

		if (outcome != BULK_CREATED && outcome != BULK_EXISTS && reason[0] == '\0')
			abort();
		for (const char *p = reason; *p; p++)
			if ((unsigned char)*p < 0x20 || (unsigned char)*p == 0x7f)
				abort();
		bulk_answer_is(a, i, SPAN_LIT("0123456789abcdef0123456789abcdef"));
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span body = span_of((const char *)data, size);
	struct bulk_answer a;

	for (size_t n = 0; n < 5; n++) {
		if (bulk_answer_read(&a, body, n) == -1)
			continue;
		check_items(&a, n);
		bulk_answer_fini(&a);
	}
	return 0;
}
