/*
 * netnorm.yaml.5: a frame of words around what the tables say.
 */
#include "collector/config.h"
#include "collector/config_part.h"
#include "collector/inventory.h"

static const char head[] =
    ".TH NETNORM.YAML 5 \"\" \"netnorm " NETNORM_VERSION "\" \"netnorm\"\n"
    ".SH NAME\n"
    "netnorm.yaml \\- configuration of the syslog normalizer netnorm\n"
    ".SH DESCRIPTION\n"
    "The file is YAML.\n"
    "It is read as a whole and checked before anything is opened: all faults are told together, each with its place, and an unknown key is a fault.\n"
    ".B netnorm check\n"
    "does only that.\n"
    ".PP\n"
    "Durations are 500ms, 10s, 5m, 2h or 1d; a bare number is seconds.\n"
    "Sizes are 65536, 64KiB or 2GiB.\n"
    "A text that is\n"
    ".B ${NAME}\n"
    "as a whole is taken from the environment, which must have it;\n"
    ".B ${NAME:\\-default}\n"
    "may be unset.\n"
    "Relative paths are relative to the file that has them.\n"
    ".PP\n"
    "On SIGHUP, or\n"
    ".BR \"netnorm reload\" ,\n"
    "the file is read again: inputs and outputs that did not change stay open.\n"
    "They are known by their names: under a new name an input cannot have the address of one that is still open; that takes two reloads, or a restart.\n"
    ".SH OPTIONS\n";

void
config_manual(FILE *out)
{
	fputs(head, out);
	schema_manual(config_options, out);
	fputs(".SH INPUTS\n", out);
	input_manual(out);
	fputs(".SH OUTPUTS\n", out);
	output_manual(out);
	fputs(".SH INVENTORY\n", out);
	inventory_manual(out);
	config_napalm_manual(out);
	fputs(".SH FILES\n.TP\n.I " NETNORM_SYSCONFDIR "/netnorm.yaml\nwhat is read without\n.B \\-c\nand NETNORM_CONFIG\n"
	      ".SH SEE ALSO\n.BR netnorm (1)\n", out);
}
