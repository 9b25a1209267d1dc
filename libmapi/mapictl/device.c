// SPDX-License-Identifier: GPL-2.0
/* mapictl device */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "device.h"
#include "loss.h"
#include "memory.h"
#include "names.h"
#include "query.h"
#include "words.h"

static const char help[] =
"usage: mapictl device list\n"
"       mapictl device show [NAME]\n"
"       mapictl device set NAME [mode MODE] [tstamp CLOCK] [shadow N]\n"
"\n"
"  MODE   tap      sees what tcpdump sees, sent packets too\n"
"         ingress  the netfilter ingress hook, received packets only\n"
"         consume  as ingress, and packets end here\n"
"  CLOCK  software, or hardware: the card's, software where it gave none\n"
"  N      check one packet in N: run it also through each flow's own functions,\n"
"         and compare; 0 checks none\n";

struct device {
	const struct nlattr *tb[MAPI_A_DEVICE_MAX + 1];
	struct losses losses;
};

static void parse(struct device *dev, const struct nlmsghdr *nlh)
{
	const struct nlattr *attr;

	memset(dev, 0, sizeof(*dev));
	mapi_nl_attrs(nlh, dev->tb, MAPI_A_DEVICE_MAX);
	mapi_nl_for_each(attr, nlh)
		if (mnl_attr_get_type(attr) == MAPI_A_DEVICE_LOST)
			loss_add(&dev->losses, attr);
}

static uint32_t num(const struct device *dev, int attr)
{
	return mapi_nl_u32(dev->tb[attr]);
}

static uint64_t num64(const struct device *dev, int attr)
{
	return mapi_nl_u64(dev->tb[attr]);
}

static const char *text(const struct device *dev, int attr)
{
	return mapi_nl_str(dev->tb[attr]);
}

void device_json(struct json *json, const struct nlmsghdr *nlh)
{
	struct device dev;

	parse(&dev, nlh);
	json_str(json, "name", text(&dev, MAPI_A_DEVICE_NAME));
	json_u64(json, "id", num(&dev, MAPI_A_DEVICE_ID));
	json_u64(json, "ifindex", num(&dev, MAPI_A_DEVICE_IFINDEX));
	json_str(json, "source", text(&dev, MAPI_A_DEVICE_SOURCE));
	json_str(json, "oid", text(&dev, MAPI_A_DEVICE_OID));
	json_str(json, "description", text(&dev, MAPI_A_DEVICE_DESCR));
	json_u64(json, "linktype", num(&dev, MAPI_A_DEVICE_LINKTYPE));
	json_u64(json, "mtu", num(&dev, MAPI_A_DEVICE_MTU));
	json_u64(json, "speed", num(&dev, MAPI_A_DEVICE_SPEED));
	json_str(json, "mode",
		 name_of(mode_names, num(&dev, MAPI_A_DEVICE_MODE)));
	json_str(json, "tstamp",
		 name_of(tstamp_names, num(&dev, MAPI_A_DEVICE_TSTAMP)));
	json_u64(json, "flows", num(&dev, MAPI_A_DEVICE_FLOWS));
	json_u64(json, "packets", num64(&dev, MAPI_A_DEVICE_PKTS));
	json_u64(json, "bytes", num64(&dev, MAPI_A_DEVICE_BYTES));
	loss_json(json, "lost", &dev.losses);
	json_u64(json, "ifdrops", num64(&dev, MAPI_A_DEVICE_IFDROPS));
	json_u64(json, "shadow", num(&dev, MAPI_A_DEVICE_SHADOW));
	json_u64(json, "checked", num64(&dev, MAPI_A_DEVICE_CHECKED));
	json_u64(json, "diverged", num64(&dev, MAPI_A_DEVICE_DIVERGED));
}

static void show_json(struct json *json, const struct nlmsghdr *nlh)
{
	json_open(json, NULL, '{');
	device_json(json, nlh);
	json_close(json, '}');
}

static void show_row(struct report *report, const struct nlmsghdr *nlh)
{
	struct table *table = &report->table;
	struct device dev;
	char *lost;

	if (options.json) {
		show_json(&report->json, nlh);
		return;
	}
	parse(&dev, nlh);
	lost = loss_text(&dev.losses);
	table_cell(table, "%s", text(&dev, MAPI_A_DEVICE_NAME));
	table_cell(table, "%s", text(&dev, MAPI_A_DEVICE_SOURCE));
	table_cell(table, "%s", text(&dev, MAPI_A_DEVICE_OID));
	table_cell(table, "%s",
		   name_of(mode_names, num(&dev, MAPI_A_DEVICE_MODE)));
	table_cell(table, "%s",
		   name_of(tstamp_names, num(&dev, MAPI_A_DEVICE_TSTAMP)));
	table_cell(table, "%" PRIu32, num(&dev, MAPI_A_DEVICE_FLOWS));
	table_cell(table, "%" PRIu64, num64(&dev, MAPI_A_DEVICE_PKTS));
	table_cell(table, "%" PRIu64, num64(&dev, MAPI_A_DEVICE_BYTES));
	table_cell(table, "%s", lost);
	free(lost);
}

/* Nothing, unless it has ever been on. */
static void put_shadow(FILE *out, const struct device *dev)
{
	uint32_t every = num(dev, MAPI_A_DEVICE_SHADOW);

	if (!every && !dev->tb[MAPI_A_DEVICE_CHECKED])
		return;
	fprintf(out, "    shadow ");
	if (every)
		fprintf(out, "1 in %" PRIu32, every);
	else
		fprintf(out, "off");
	fprintf(out, " checked %" PRIu64 " diverged %" PRIu64 "\n",
		num64(dev, MAPI_A_DEVICE_CHECKED),
		num64(dev, MAPI_A_DEVICE_DIVERGED));
}

static void show_block(struct report *report, const struct nlmsghdr *nlh)
{
	FILE *out = report->out;
	struct device dev;
	char buf[16];
	char *lost;

	if (options.json) {
		show_json(&report->json, nlh);
		return;
	}
	parse(&dev, nlh);
	lost = loss_text(&dev.losses);
	fprintf(out, "%s:%s%s\n", text(&dev, MAPI_A_DEVICE_NAME),
		*text(&dev, MAPI_A_DEVICE_DESCR) ? " " : "",
		text(&dev, MAPI_A_DEVICE_DESCR));
	fprintf(out, "    source %s oid %s id %" PRIu32 " ifindex %" PRIu32 "\n",
		text(&dev, MAPI_A_DEVICE_SOURCE), text(&dev, MAPI_A_DEVICE_OID),
		num(&dev, MAPI_A_DEVICE_ID), num(&dev, MAPI_A_DEVICE_IFINDEX));
	fprintf(out, "    linktype %s mtu %" PRIu32,
		linktype_name(num(&dev, MAPI_A_DEVICE_LINKTYPE), buf),
		num(&dev, MAPI_A_DEVICE_MTU));
	if (num(&dev, MAPI_A_DEVICE_SPEED))
		fprintf(out, " speed %" PRIu32 " Mbit/s",
			num(&dev, MAPI_A_DEVICE_SPEED));
	fprintf(out, "\n    mode %s tstamp %s flows %" PRIu32 "\n",
		name_of(mode_names, num(&dev, MAPI_A_DEVICE_MODE)),
		name_of(tstamp_names, num(&dev, MAPI_A_DEVICE_TSTAMP)),
		num(&dev, MAPI_A_DEVICE_FLOWS));
	fprintf(out, "    packets %" PRIu64 " bytes %" PRIu64
		" lost %s ifdrops %" PRIu64 "\n",
		num64(&dev, MAPI_A_DEVICE_PKTS),
		num64(&dev, MAPI_A_DEVICE_BYTES), lost,
		num64(&dev, MAPI_A_DEVICE_IFDROPS));
	put_shadow(out, &dev);
	free(lost);
}

static int list(int argc, char **argv)
{
	static const char *const headings[] = {
		"NAME", "SOURCE", "OID", "MODE", "TSTAMP", ">FLOWS",
		">PACKETS", ">BYTES", "LOST", NULL
	};
	struct words words = { argc, argv };

	if (wants_help(argc, argv, help))
		return EXIT_SUCCESS;
	if (!word_end(&words))
		return EXIT_USAGE;
	return query_run(&(struct query){
		.req = mapi_nl_new(MAPI_CMD_DEVICE_GET),
		.dump = true,
		.headings = headings,
		.show = show_row,
	});
}

static const char *take_name(struct words *words)
{
	const char *name = word_value(words, "device");

	if (name && (!*name || strlen(name) > MAPI_DEVNAME_MAX)) {
		usage("\"%.80s\" cannot be the name of a device", name);
		return NULL;
	}
	return name;
}

static int show(int argc, char **argv)
{
	struct words words = { argc, argv };
	struct query query = {
		.dump = !argc,
		.show = show_block,
	};
	const char *name = NULL;

	if (wants_help(argc, argv, help))
		return EXIT_SUCCESS;
	if (argc) {
		name = take_name(&words);
		if (!name || !word_end(&words))
			return EXIT_USAGE;
	}
	query.req = mapi_nl_new(MAPI_CMD_DEVICE_GET);
	if (name)
		mapi_nl_put_str(query.req, MAPI_A_DEVICE_NAME, name);
	return query_run(&query);
}

/* Return: false after a complaint. */
static bool take_every(const char *value, uint32_t *n)
{
	if (parse_u32(value, n))
		return true;
	usage("shadow wants a number, so not \"%.80s\"", value);
	return false;
}

/* One keyword with its value. Return: false after a complaint. */
static bool take_setting(struct words *words, struct nlmsghdr *req)
{
	static const char *const keywords[] = {
		"mode", "tstamp", "shadow", NULL
	};
	static const char *const *const values[] = { mode_names, tstamp_names };
	static const uint16_t attrs[] = {
		MAPI_A_DEVICE_MODE, MAPI_A_DEVICE_TSTAMP, MAPI_A_DEVICE_SHADOW
	};
	int keyword = word_find("setting", word_take(words), keywords);
	const char *value;
	uint32_t n;

	if (keyword < 0)
		return false;
	value = word_value(words, keywords[keyword]);
	if (!value)
		return false;
	if (attrs[keyword] == MAPI_A_DEVICE_SHADOW) {
		if (!take_every(value, &n))
			return false;
	} else {
		int found = word_find(keywords[keyword], value, values[keyword]);

		if (found < 0)
			return false;
		n = found;
	}
	mapi_nl_put_u32(req, attrs[keyword], n);
	return true;
}

static int set(int argc, char **argv)
{
	struct words words = { argc, argv };
	struct nlmsghdr *req;
	const char *name;

	if (wants_help(argc, argv, help))
		return EXIT_SUCCESS;
	name = take_name(&words);
	if (!name)
		return EXIT_USAGE;
	if (!words.left)
		return usage("nothing to set; add: mode MODE, tstamp CLOCK or shadow N");
	req = mapi_nl_new(MAPI_CMD_DEVICE_SET);
	mapi_nl_put_str(req, MAPI_A_DEVICE_NAME, name);
	while (words.left) {
		if (!take_setting(&words, req)) {
			mapi_nl_free(req);
			return EXIT_USAGE;
		}
	}
	return command_send(req, "CAP_NET_ADMIN");
}

int device_main(int argc, char **argv)
{
	static const struct command commands[] = {
		{ "list", list },
		{ "show", show },
		{ "set", set },
		{ 0 }
	};

	return command_run("command", commands, help, argc, argv);
}
