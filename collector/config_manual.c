/*
 * netnorm.yaml.5: a frame of words around what the tables say.
 */
#include "collector/config.h"
#include "collector/config_part.h"
#include "collector/inventory.h"
#include "outputs/record_stored.h"
#include "outputs/store.h"

#define TEXT_OF(x) #x
#define NUMBER(x) TEXT_OF(x)
#define SPOOL_VERSIONS NUMBER(STORE_VERSION) " and " NUMBER(RECORD_STORED_VERSION)

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

static const char spool[] =
    ".SH SPOOL\n"
    "With\n"
    ".B spool\n"
    "each event that some output wants is written to a store on the disk first.\n"
    "Events are gathered\n"
    ".RB ( batch ,\n"
    ".BR delay )\n"
    "and written in one transaction; when that is on the disk they are accepted, and an input that can be told so is told.\n"
    "Each is there once, with the outputs that want it and its text in each of their formats; every output has a position, below which it has all that is its, and what no output\n"
    "wants any more is deleted.\n"
    ".PP\n"
    "Accepted events are delivered at least once, with their\n"
    ".BR id ,\n"
    "in order for each device, whatever ends netnorm; after a crash those of the last second or so may come twice.\n"
    "Where one event stands aside for longer (its far side wants another try), what was delivered behind it comes again after a stop, too: up to so many as the\n"
    "output's queue may have.\n"
    "A kill costs what was not accepted yet: over UDP and plain TCP what lay in socket buffers, in the queue of the spool, and one batch.\n"
    "Outputs that get no acknowledgement (those that count\n"
    ".B sent\n"
    "in the place of\n"
    ".BR delivered )\n"
    "move on when they have written; what the far side had not read then is outside of this. A file is such an output: after a power cut it has what its\n"
    ".B fsync\n"
    "had forced to the disk.\n"
    ".PP\n"
    "When\n"
    ".B limit\n"
    "is reached, or the disk is full, events wait in the queue in memory, and when that is full\n"
    ".B when_full\n"
    "says what happens.\n"
    "As soon as outputs get on, or the disk has room, it goes on by itself.\n"
    "A change of filter, format or topic holds for new events; those in the spool go out as they are.\n"
    "An output that is gone from the configuration keeps what it has not got, and takes room, until it comes back or\n"
    ".B netnorm spool drop\n"
    "gives it up; a start tells which there are. 64 outputs have a place.\n"
    "At a stop what could not be delivered stays there: that is no loss, and the exit status is 0.\n"
    ".PP\n"
    "The store and each record carry a version, " SPOOL_VERSIONS " today, and records a checksum.\n"
    "An upgrade that keeps these goes on with what is there.\n"
    "A netnorm of another version of the store refuses to start with it and changes nothing: let the old one deliver all\n"
    ".RB ( \"netnorm spool stat\"\n"
    "shows 0 waiting), or move the directory away.\n"
    "A record that is damaged, or of another version, is passed over, told in the log and counted as dropped, reason\n"
    ".BR damaged .\n"
    "The store is of the machine's own byte order and page size, and must lie on a local file system.\n";

static const char enrichment[] =
    ".SH ENRICHMENT\n"
    "Devices of the inventory that have a\n"
    ".B driver\n"
    "are asked on intervals, over the driver's own protocol, and an event gets what is known of its device and its object, in the names of NAPALM's getters:\n"
    ".PP\n"
    ".nf\n"
    "\"enrichment\": {\n"
    "  \"get_facts\": {\"age_s\": 812.250, \"data\": {\"vendor\": ..., \"model\": ..., \"os_version\": ..., \"serial_number\": ...}},\n"
    "  \"get_interfaces\": {\"age_s\": 51.004, \"data\": {\"Ethernet1\": {\"description\": ..., \"mac_address\": ..., \"speed\": ..., ...}}},\n"
    "  \"get_lldp_neighbors\": {\"age_s\": 50.871, \"data\": {\"Ethernet1\": [{\"hostname\": ..., \"port\": ...}]}}}\n"
    ".fi\n"
    ".PP\n"
    ".B age_s\n"
    "is how old the answer was when the message came. An event never waits: what is not known yet is not there.\n"
    ".PP\n"
    "An event of an interface or a BGP peer that went down (or whatever\n"
    ".B fresh_look.filter\n"
    "takes) also has the device asked at once. The event goes out as it is; the answer follows as a second event with the same\n"
    ".B error\n"
    "and\n"
    ".BR device ,\n"
    "an\n"
    ".B enrichment\n"
    "of that one getter, and\n"
    ".BR refers_to ,\n"
    "the\n"
    ".B id\n"
    "of the first. It has no\n"
    ".B raw\n"
    "and no\n"
    ".BR yang_message ,\n"
    "and the formats napalm and raw have no follow-ups. Without an answer in time none follows.\n"
    ".PP\n"
    "TLS certificates and SSH host keys are checked, unless the option\n"
    ".B insecure\n"
    "of the driver says otherwise. Credentials are read from files or the environment when the configuration is loaded; only what getters answer is kept in the cache.\n";

void
config_manual(FILE *out)
{
	fputs(head, out);
	schema_manual(config_options, out);
	fputs(".SH INPUTS\n", out);
	input_manual(out);
	fputs(".SH OUTPUTS\n", out);
	output_manual(out);
	fputs(spool, out);
	fputs(enrichment, out);
	fputs(".SH INVENTORY\n", out);
	inventory_manual(out);
	config_napalm_manual(out);
	fputs(".SH FILES\n.TP\n.I " NETNORM_SYSCONFDIR "/netnorm.yaml\nwhat is read without\n.B \\-c\nand NETNORM_CONFIG\n"
	      ".SH SEE ALSO\n.BR netnorm (1)\n", out);
}
