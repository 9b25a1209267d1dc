// SPDX-License-Identifier: MIT
/* Files that libpcap reads: pcap and pcapng. */
#include <pcap/pcap.h>
#include <stdio.h>

#include "trace.h"

#define LINKTYPE_RAW	101

static ssize_t read_gz(void *gz, char *buf, size_t size)
{
	return gzread(gz, buf, size);
}

/* The file is closed with the trace. */
static FILE *stream(struct mapi_trace *trace)
{
	static const cookie_io_functions_t calls = { .read = read_gz };

	return fopencookie(trace->gz, "r", calls);
}

/* Files have numbers for link types that are the same everywhere. */
static __u32 linktype_of(int dlt)
{
	return dlt == DLT_RAW ? LINKTYPE_RAW : dlt;
}

static int pcap_begin(struct mapi_trace *trace)
{
	char why[PCAP_ERRBUF_SIZE] = "";
	FILE *file = stream(trace);
	pcap_t *pcap;

	if (!file)
		return mapi_trace_fail(trace, "no memory");
	pcap = pcap_fopen_offline_with_tstamp_precision(file,
			PCAP_TSTAMP_PRECISION_NANO, why);
	if (!pcap) {
		fclose(file);
		return mapi_trace_fail(trace, "%s", why);
	}
	trace->priv = pcap;
	trace->linktype = linktype_of(pcap_datalink(pcap));
	return 0;
}

static int pcap_get(struct mapi_trace *trace, struct mapi_trace_pkt *pkt)
{
	struct pcap_pkthdr *hdr;
	const u_char *data;
	__u64 sec;

	trace->records++;
	switch (pcap_next_ex(trace->priv, &hdr, &data)) {
	case 1:
		break;
	case PCAP_ERROR_BREAK:
		return 0;
	default:
		return mapi_trace_fail(trace, "%s", pcap_geterr(trace->priv));
	}
	/* 32 bits in pcap, which libpcap takes for signed ones. */
	sec = hdr->ts.tv_sec;
	if (hdr->ts.tv_sec < 0)
		sec = (__u32)hdr->ts.tv_sec;
	if (sec >> 32)
		return mapi_trace_fail(trace, "its time is out of range");
	pkt->ts = sec * 1000000000 + (__u32)hdr->ts.tv_usec;
	pkt->data = data;
	pkt->caplen = hdr->caplen;
	pkt->wlen = hdr->len;
	return 1;
}

static void pcap_end(struct mapi_trace *trace)
{
	pcap_close(trace->priv);
}

const struct mapi_trace_format mapi_trace_pcap = {
	.open	= pcap_begin,
	.next	= pcap_get,
	.close	= pcap_end,
};
