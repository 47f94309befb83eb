/*
 * What the machine is busy with: /proc.  Fans, power supplies and thermometers differ from machine to machine and are not looked for.
 */
#include <stdio.h>
#include <stdlib.h>

#include "drivers/field.h"
#include "drivers/frr/frr.h"

/* /proc/stat counts since the start: how busy a processor is says the difference of two looks, a second apart. */
#define COMMAND "grep '^cpu[0-9]' /proc/stat && sleep 1 && grep '^cpu[0-9]' /proc/stat && cat /proc/meminfo"
#define CPU_MAX 4096
/* user, nice, system, idle, iowait, irq, softirq, steal; what guests take is in "user" already. */
#define COLUMNS 8

struct cpu {
	bool known;
	double idle, all;
};

struct look {
	struct device *device;
	struct cpu *first;              /* by number, CPU_MAX of them */
	json_t *cpu;
	double total_kib, available_kib, free_kib;      /* -1: not said */
};

/* "cpu0 382406 86076 59550 148402 626 0 754 738 0 0"; older kernels have fewer columns. */
static bool
read_times(struct span line, struct cpu *c)
{
	struct span word;
	double n;

	*c = (struct cpu){ .known = true };
	for (int i = 0; i < COLUMNS && field_word(&line, &word); i++) {
		if (!field_real(word, &n) || n < 0)
			return false;
		c->all += n;
		if (i == 3 || i == 4)
			c->idle += n;
	}
	return c->all > 0;
}

static void
put_usage(struct look *l, int number, const struct cpu *before, const struct cpu *now)
{
	double all = now->all - before->all, idle = now->idle - before->idle;
	char key[16];

	if (all <= 0)
		return;
	idle = idle < 0 ? 0 : idle > all ? all : idle;
	snprintf(key, sizeof(key), "%d", number);
	json_object_set_new(l->cpu, key, json_pack("{s:f}", "%usage", 100 * (all - idle) / all));
}

static void
read_cpu(struct look *l, struct span word, struct span line)
{
	struct cpu now;
	int64_t number;

	line = span_trim(line);
	if (!field_int(span_skip(word, 3), &number) || number < 0 || number >= CPU_MAX || !read_times(line, &now)) {
		device_warn(l->device, "/proc/stat: \"%.*s %.*s\" is no processor", (int)(word.n < 20 ? word.n : 20), word.p, (int)(line.n < 80 ? line.n : 80), line.p);
		return;
	}
	if (l->first[number].known)
		put_usage(l, (int)number, &l->first[number], &now);
	l->first[number] = now;
}

static void
read_line(struct look *l, struct span line)
{
	struct span word, number;

	if (!field_word(&line, &word))
		return;
	if (span_starts(word, SPAN_LIT("cpu")))
		read_cpu(l, word, line);
	else if (!field_word(&line, &number))
		return;
	else if (span_eq(word, SPAN_LIT("MemTotal:")))
		field_real(number, &l->total_kib);
	else if (span_eq(word, SPAN_LIT("MemAvailable:")))
		field_real(number, &l->available_kib);
	else if (span_eq(word, SPAN_LIT("MemFree:")))
		field_real(number, &l->free_kib);
}

/* In bytes.  Kernels before 3.14 tell only what is not used for anything. */
static void
put_memory(const struct look *l, json_t *memory)
{
	double available = l->available_kib >= 0 ? l->available_kib : l->free_kib;

	if (l->total_kib < 0 || l->total_kib > 1e12) {
		device_warn(l->device, "/proc/meminfo has no total");
		return;
	}
	json_object_set_new(memory, "available_ram", json_integer((int64_t)l->total_kib * 1024));
	if (available >= 0 && available <= l->total_kib)
		json_object_set_new(memory, "used_ram", json_integer((int64_t)(l->total_kib - available) * 1024));
}

json_t *
frr_get_environment(struct device *d, const json_t *arguments)
{
	struct look l = { .device = d, .first = calloc(CPU_MAX, sizeof(struct cpu)), .total_kib = -1, .available_kib = -1, .free_kib = -1 };
	json_t *r = model_new(&model_environment);
	struct span rest, line;
	struct buffer out;

	(void)arguments;
	buffer_init(&out, DEVICE_MAX_ANSWER);
	if (!l.first || !r)
		device_fail(d, DEVICE_MEMORY, "no memory for an answer");
	else if (frr_shell(d, COMMAND, &out) == 0) {
		l.cpu = json_object_get(r, "cpu");
		rest = buffer_span(&out);
		while (field_line(&rest, &line))
			read_line(&l, line);
		put_memory(&l, json_object_get(r, "memory"));
	}
	buffer_fini(&out);
	free(l.first);
	if (d->error == DEVICE_OK)
		return r;
	json_decref(r);
	return NULL;
}
