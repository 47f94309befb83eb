/*
 * table: what the models allow, as text that is read without libyang (`netnorm-yang table`).
 *
 * Lines, in this order; each ends with LF, fields are separated by TAB:
 *
 *     # ...                                 how it was made; the modules of the list with their revisions
 *     =WORD  MODULE:TYPEDEF  PATTERN...     a named type of strings; see below
 *     !MODULE:BASE  MODULE:ID ...           the identities derived from BASE, near and far, sorted
 *     PATH  MODULE  KIND  TYPE              the nodes, sorted by PATH, then MODULE, by their bytes
 *
 * PATH has no module prefixes, no keys, no choices and cases.  MODULE is empty where it is that of the parent.  A node below a
 * container `config` has no line, nor has a module that the list does not name and that has a root of a name that one of the list has, too
 * (ietf-interfaces beside openconfig-interfaces).  KIND is one of
 *
 *     c             container               f  leaf that only reports          m  such a leaf-list
 *     l KEY KEY...  list, keys in order     F  leaf that can be configured     M  such a leaf-list
 *     a             anydata, anyxml
 *
 * with `-` behind the letter where the node is deprecated or obsolete.  TYPE, for leaves only, is
 *
 *     bool  empty  inst                     inst: an instance-identifier
 *     int8 [RANGE] ... uint64 [RANGE]       RANGE: 1..4094|5000, absent where the type allows all
 *     ns                                    uint64: nanoseconds (openconfig-types:timeticks64)
 *     dec N [RANGE]                         N: digits behind the point
 *     enum WORD...   bits WORD...
 *     ident MODULE:BASE...                  an identity derived from all of these
 *     string [len=RANGE]   binary [len=RANGE]
 *     WORD [len=RANGE]                      a named type; ip: ip4 or ip6, and so ipo (a zone may follow), ipp (prefix), ipz (with zone)
 *     re len=RANGE PATTERN...   re - PATTERN...   all hold (XSD, RFC 7950 section 9.4.5); a TAB between two
 *     union TYPE ; TYPE...                  the first that fits
 *
 * A named type is one typedef, or some that mean the same and differ in what they let through.  A text that fits the patterns of all
 * lines of a word is good for each leaf of that word.
 */
#ifndef NETNORM_YANG_TABLE_H
#define NETNORM_YANG_TABLE_H

#include <stdio.h>

struct models;

/* 0, or -1 with the fault told on standard error. */
int table_write(FILE *, const struct models *);

#endif
