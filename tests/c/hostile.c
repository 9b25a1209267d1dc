// SPDX-License-Identifier: GPL-2.0
/*
 * hostile FIFO PACKETS SEED FOLDER: hostile packets through all functions, as a trace
 * that comes through FIFO. The kernel is watched by others; here it is counted whether
 * what comes in is what goes on, is stopped, or is lost.
 */
#include <mapi.h>
#include <mapi/extraflib.h>
#include <mapi/stdflib.h>
#include <pcap/pcap.h>
#include <pthread.h>
#include <stdint.h>
#include <sys/stat.h>
#include <unistd.h>
#include "craft.h"
#include "ktap.h"

#define ARGS	10
#define SLOTS	34

static const char *const expressions[] = {
	"udp", "not udp", "tcp port 80", "not tcp port 80", "ip6 proto 6", "vlan and ip",
	"host 10.0.0.1", "greater 200", "mpls",
};

#define NR_EXPRESSIONS	(sizeof(expressions) / sizeof(*expressions))

/* What there was, as its maker counts it; and which of it libpcap's filters match. */
static uint64_t packets, bytes, captured, matched[NR_EXPRESSIONS];
static const char *fifo, *folder;

static struct bpf_program programs[NR_EXPRESSIONS];

static void compile(void)
{
	pcap_t *pcap = pcap_open_dead(DLT_EN10MB, 262144);

	ktap_need(pcap);
	for (size_t i = 0; i < NR_EXPRESSIONS; i++)
		ktap_need(!pcap_compile(pcap, &programs[i], expressions[i], 1,
					PCAP_NETMASK_UNKNOWN));
	pcap_close(pcap);
}

static void judge(const struct craft *craft, uint32_t caplen)
{
	struct pcap_pkthdr hdr = { .caplen = caplen, .len = craft->at };

	for (size_t i = 0; i < NR_EXPRESSIONS; i++)
		matched[i] += !!pcap_offline_filter(&programs[i], &hdr, craft->p);
}

/* Times go on by less than a millisecond. */
static void *generate(void *nr)
{
	static const uint32_t head[] = { 0xa1b23c4d, 4 << 16 | 2, 0, 0, 262144, 1 };
	FILE *out = fopen(fifo, "w");
	uint64_t ns = 1700000000ULL * 1000000000;
	struct craft craft;

	ktap_need(out && fwrite(head, sizeof(head), 1, out) == 1);
	setvbuf(out, NULL, _IOFBF, 1 << 20);
	for (; packets < *(uint64_t *)nr; packets++) {
		uint32_t caplen = craft_packet(&craft);
		uint32_t rec[] = { ns / 1000000000, ns % 1000000000, caplen, craft.at };

		ktap_need(fwrite(rec, sizeof(rec), 1, out) == 1 &&
			  fwrite(craft.p, 1, caplen, out) == caplen);
		judge(&craft, caplen);
		bytes += craft.at;
		captured += caplen;
		ns += craft_dice(1000000);
	}
	fclose(out);
	return NULL;
}

/**
 * struct call - one of the functions of a flow
 * @name: of the function
 * @args: of it; "#" is the number of this flow, "/" begins a name in the folder
 */
struct call {
	const char *name;
	char *args[ARGS];
};

#define SIZE	{ "PKTINFO", { "2" } }

static struct call counters[] = {
	{ "PKT_COUNTER" }, { "BYTE_COUNTER" }, SIZE,
	{ "STATS", { "#", "3", "0" } },
	{ "DIST", { "#", "3", "0", "1600", "50" } },
	{ "GAP" }, { "JITTER" }, { "BURST", { "0", "1000", "100", "0", "1000", "0", "1000" } },
	{ "HASH", { "0" } }, { "HASH", { "1" } }, { "HASH", { "2" } }, { "HASH", { "3" } },
	{ "HASH", { "3", "00112233445566778899aabbccddeeff" } },
	{ "BINOP", { "1", "#", "1", "#", "2" } },
	{ "BUCKET", { "#", "1", "1ms", "0", "4096" } },
	{ "THRESHOLD", { "2", "#", "1", "0", "1000", "1", "0", "0", "0", "4096" } },
	{ "RES2FILE", { "1,3", NULL, "x", "/lines", "10ms", "0" } },
	{ "TO_FILE", { "0", "/first.pcap", "1000" } },
	{ "TOP", { "10", "1", "8", "1", "0" } }, { "TOP", { "10", "1", "6", "2", "1" } },
	{ "TOP", { "10", "2", "14", "1", "0" } }, { "TOP", { "10", "3", "19", "1", "0" } },
	{ NULL }
};
static struct call buffer[] = {
	{ "PKT_COUNTER" }, { "TO_BUFFER", { "1" } }, { NULL }
};
static struct call filters[][4] = {
	{ { "STR_SEARCH", { "needle", "0", "0" } } }, { { "STR_SEARCH", { "needle", "20", "90" } } },
	{ { "STR_SEARCH", { "|00 00 00|", "0", "0" } } },
	{ { "REGEXP", { "n[e]{2}d.*e" } } }, { { "REGEXP", { "^.{12}\\x08" } } },
	{ { "SAMPLE", { "3", "0" } } }, { { "SAMPLE", { "20", "1" } } },
	{ { "HASHSAMP", { "512", "0", "1" } } }, { { "HASHSAMP", { "512", "1", "0" } } },
	{ { "STARTSTOP", { "+1s", "+100s" } } }, { { "INTERFACE", { "0" } } },
	{ { "HASHSAMP", { "1024", "0" } } },
};

#define NR_FILTERS	(sizeof(filters) / sizeof(*filters))

/* They pass all. What a packet became is looked at again behind it. */
#define PAN_KEY "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
static struct call changes[][6] = {
	{ { "ANONYMIZEIP", { PAN_KEY } }, { "HASH", { "3" } } },
	{ { "ANONYMIZE", { "IP,OPTIONS,STRIP" } }, { "ANONYMIZE", { "TCP,OPTIONS,STRIP,5" } },
	  { "ANONYMIZE", { "TCP,CHECKSUM,CHECKSUM_ADJUST" } }, { "HASH", { "2" } } },
	{ { "ANONYMIZE", { "IP,PAYLOAD,STRIP,9" } }, { "ANONYMIZEIP", { PAN_KEY } }, { "HASH", { "1" } } },
	{ { "ANONYMIZE", { "IP,PAYLOAD,RANDOM" } }, { "JITTER" } },
	{ { "ANONYMIZE", { "TCP,PAYLOAD,REPLACE,GET / HTTP/1.0" } },
	  { "ANONYMIZE", { "HTTP,URI,HASHED,ANON_SHA_2,STRIP_REST" } },
	  { "ANONYMIZE", { "HTTP,VERSION,STRIP" } } },
	{ { "ANONYMIZE", { "UDP,PAYLOAD,HASHED,ANON_AES,STRIP_REST" } },
	  { "ANONYMIZE", { "UDP,CHECKSUM,CHECKSUM_ADJUST" } },
	  { "ANONYMIZE", { "ICMP,PAYLOAD,PATTERN_FILL,STR,x" } },
	  { "ANONYMIZE", { "ICMP,CHECKSUM,CHECKSUM_ADJUST" } } },
	{ { "ANONYMIZE", { "FTP,RESPONSE_ARG,FILENAME_RANDOM" } }, { "ANONYMIZE", { "FTP,USER,ZERO" } },
	  { "ANONYMIZE", { "IP,IP_PROTO,MAP" } }, { "ANONYMIZE", { "IP,PACKET_LENGTH,MAP" } } },
};

#define NR_CHANGES	(sizeof(changes) / sizeof(*changes))

static char *text_of(int fd, const char *arg, char *buf, size_t size)
{
	if (!strcmp(arg, "#"))
		snprintf(buf, size, "%d", fd);
	else if (*arg == '/')
		snprintf(buf, size, "%s%s", folder, arg);
	else
		snprintf(buf, size, "%s", arg);
	return buf;
}

static void apply(int fd, struct call *call)
{
	char text[ARGS + 1][256], *args[ARGS + 1], why[MAPI_ERRORSTR_LENGTH];
	unsigned int n;

	if (!strcmp(call->name, "RES2FILE")) {
		static char refs[64];

		snprintf(refs, sizeof(refs), "1@%d,4@%d", fd, fd);
		call->args[1] = refs;
	}
	for (n = 0; n < ARGS && call->args[n]; n++)
		args[n] = text_of(fd, call->args[n], text[n], sizeof(text[n]));
	if (mapi_apply_function_array(fd, call->name, args, n) > 0)
		return;
	mapi_read_error(NULL, why);
	ktap_ok(false, "%s: %s", call->name, why);
}

static int flow_of(const char *dev, struct call *calls)
{
	int fd = mapi_create_flow(dev);

	ktap_need(fd > 0);
	for (; calls->name; calls++)
		apply(fd, calls);
	return fd;
}

static uint64_t word(int fd, int fid, unsigned int n)
{
	uint64_t words[128] = { 0 };

	ktap_need(n < 128 && !mapi_read_results_copy(fd, fid, words, sizeof(words)));
	return words[n];
}

/* What goes into a function goes on, or is stopped; and into the next one. */
static void balanced(int fd, const char *name)
{
	struct mapi_function_stats stats;
	uint64_t in = packets;
	bool good = true;

	for (int fid = 1; !mapi_get_function_stats(fd, fid, &stats); fid++) {
		good &= stats.pkts == in && stats.pkts == stats.passed + stats.filtered;
		in = stats.passed;
	}
	ktap_ok(good, "%s: in is out, or stopped", name);
}

static uint64_t passed(const int *fds, int n)
{
	return word(fds[n], 2, 0);
}

static void check_counters(int fd)
{
	uint64_t dist = 0;
	stats_t stats;

	ktap_is(word(fd, 1, 0), packets, "packets");
	ktap_is(word(fd, 2, 0), bytes, "bytes");
	ktap_need(!mapi_read_results_copy(fd, 4, &stats, sizeof(stats)));
	ktap_is(stats.count, packets, "STATS has had all");
	ktap_ok(stats.sum == bytes, "... and all bytes");
	for (int i = 0; i < SLOTS - 1; i++)
		dist += word(fd, 5, 3 + i);
	ktap_is(dist, packets, "DIST has had all");
	ktap_is(word(fd, 7, 0), packets - 2, "JITTER has had all differences");
	balanced(fd, "counters");
}

static void check_filters(const int *fds)
{
	ktap_ok(passed(fds, 1) <= passed(fds, 0), "what is found in part is in all");
	ktap_ok(passed(fds, 3) > 0 && passed(fds, 4) > 0, "expressions match");
	ktap_is(passed(fds, 5), packets / 3, "one in three");
	ktap_ok(passed(fds, 7) > passed(fds, 11) / 4 &&
		passed(fds, 7) < passed(fds, 11), "half of all flows");
	ktap_is(passed(fds, 10), packets, "all came in by the first port");
	for (size_t i = 0; i < NR_FILTERS; i++)
		balanced(fds[i], filters[i][0].name);
}

static void check_changes(const int *fds)
{
	struct call *last;

	for (size_t i = 0; i < NR_CHANGES; i++) {
		for (last = changes[i]; last->name; last++)
			;
		ktap_is(word(fds[i], last - changes[i], 0), packets,
			"%s %s: all go on", changes[i][0].name, changes[i][0].args[0]);
		balanced(fds[i], changes[i][0].name);
	}
}

static void check_expressions(const int *fds)
{
	for (size_t i = 0; i < NR_EXPRESSIONS; i++) {
		ktap_is(passed(fds, i), matched[i], "%s: %llu packets", expressions[i],
			(unsigned long long)matched[i]);
		balanced(fds[i], expressions[i]);
	}
}

/* Read what there is. Return: bytes that were captured. */
static uint64_t drain(int fd, uint64_t *nr)
{
	const struct mapipkt *pkt;
	uint64_t sum = 0;

	while ((pkt = mapi_get_next_pkt(fd, 2))) {
		sum += pkt->caplen;
		(*nr)++;
	}
	return sum;
}

int main(int argc, char **argv)
{
	int all, kept, fds[NR_FILTERS], bpf[NR_EXPRESSIONS], others[NR_CHANGES];
	struct call *last;
	uint64_t nr, read = 0, read_bytes = 0;
	pthread_t thread;
	char *dev;

	ktap_need(argc == 5);
	fifo = argv[1];
	folder = argv[4];
	nr = strtoull(argv[2], NULL, 10);
	craft_state = strtoull(argv[3], NULL, 10) * 2654435761ULL + 88172645463325252ULL;
	compile();
	ktap_need(!mkfifo(fifo, 0600) && !pthread_create(&thread, NULL, generate, &nr));
	dev = mapi_create_offline_device(fifo, MFF_PCAP);
	ktap_need(dev);
	all = flow_of(dev, counters);
	kept = flow_of(dev, buffer);
	for (size_t i = 0; i < NR_EXPRESSIONS; i++) {
		struct call calls[] = {
			{ "BPF_FILTER", { (char *)expressions[i] } }, { "PKT_COUNTER" },
			{ NULL }
		};

		bpf[i] = flow_of(dev, calls);
		ktap_need(!mapi_connect(bpf[i]));
	}
	for (size_t i = 0; i < NR_FILTERS; i++) {
		filters[i][1].name = "PKT_COUNTER";
		filters[i][2].name = "BYTE_COUNTER";
		fds[i] = flow_of(dev, filters[i]);
		ktap_need(!mapi_connect(fds[i]));
	}
	for (size_t i = 0; i < NR_CHANGES; i++) {
		for (last = changes[i]; last->name; last++)
			;
		last->name = "PKT_COUNTER";
		others[i] = flow_of(dev, changes[i]);
		ktap_need(!mapi_connect(others[i]));
	}
	ktap_need(!mapi_connect(all) && !mapi_connect(kept));
	ktap_need(!mapi_start_offline_device(dev));
	while (mapi_flow_status(kept, NULL) == FLOW_ACTIVE) {
		read_bytes += drain(kept, &read);
		usleep(200);
	}
	read_bytes += drain(kept, &read);
	pthread_join(thread, NULL);
	/* They end one after the other. */
	while (mapi_flow_status(all, NULL) == FLOW_ACTIVE)
		usleep(200);
	ktap_is(mapi_flow_status(all, NULL), FLOW_FINISHED, "it has come to its end");
	ktap_is(packets, nr, "%llu packets of %llu bytes were made",
		(unsigned long long)nr, (unsigned long long)bytes);
	ktap_is(read, packets, "all were kept for the reader");
	ktap_is(read_bytes, captured, "... with all bytes");
	check_counters(all);
	check_filters(fds);
	check_changes(others);
	check_expressions(bpf);
	balanced(kept, "TO_BUFFER");
	for (size_t i = 0; i < NR_FILTERS; i++)
		mapi_close_flow(fds[i]);
	for (size_t i = 0; i < NR_EXPRESSIONS; i++)
		mapi_close_flow(bpf[i]);
	for (size_t i = 0; i < NR_CHANGES; i++)
		mapi_close_flow(others[i]);
	mapi_close_flow(all);
	mapi_close_flow(kept);
	mapi_delete_offline_device(dev);
	return ktap_end();
}
