/* SPDX-License-Identifier: MIT */
/* Capture files, packet by packet, whatever their format, compressed or not. */
#ifndef MAPI_TRACE_H
#define MAPI_TRACE_H

#include <linux/types.h>
#include <stdbool.h>
#include <sys/types.h>
#include <zlib.h>

struct mapi_trace;

/**
 * struct mapi_trace_pkt - a packet of a file
 * @ts: nanoseconds since 1970
 * @data: its bytes, until the next is read
 * @caplen: how many; %MAPI_CAPLEN_MAX at most
 * @wlen: how many it had on the wire
 * @port: port of the card that it came in by, 0 to 7
 */
struct mapi_trace_pkt {
	__u64 ts;
	const __u8 *data;
	__u32 caplen;
	__u32 wlen;
	__u8 port;
};

/**
 * struct mapi_trace_format - how files of a format are read
 * @open: read what is in front of the packets, and set @linktype
 * @next: the next packet. Return: 1; 0: there is none; -1: damaged, said with
 *	mapi_trace_fail()
 * @close: free what open() made
 */
struct mapi_trace_format {
	int (*open)(struct mapi_trace *trace);
	int (*next)(struct mapi_trace *trace, struct mapi_trace_pkt *pkt);
	void (*close)(struct mapi_trace *trace);
};

/**
 * struct mapi_trace - a file that is being read
 * @path: for messages
 * @gz: the file, decompressed on the way if need be
 * @size: its bytes as they are on the disk, 0: unknown
 * @format: its format, and @priv, what that needs
 * @linktype: LINKTYPE_* of its packets
 * @records: read so far
 * @error: what is wrong with the file
 */
struct mapi_trace {
	char *path;
	gzFile gz;
	off_t size;
	const struct mapi_trace_format *format;
	void *priv;
	__u32 linktype;
	__u64 records;
	char error[256];
};

extern const struct mapi_trace_format mapi_trace_pcap, mapi_trace_erf;

#define MAPI_TRACE_ANY	(-1)	/* a format: look what it is */

/**
 * mapi_trace_open() - begin to read a file
 * @format: MFF_PCAP (pcap and pcapng), MFF_DAG_ERF, or MAPI_TRACE_ANY
 *
 * Return: NULL with the last error set.
 */
struct mapi_trace *mapi_trace_open(const char *path, int format);

/**
 * mapi_trace_next() - the next packet
 *
 * Return: 1; 0: there is none; -1: the file is damaged, see &mapi_trace.error.
 */
int mapi_trace_next(struct mapi_trace *trace, struct mapi_trace_pkt *pkt);

/* How much of the file has been read, in thousandths; 0 if that is unknown. */
unsigned int mapi_trace_progress(const struct mapi_trace *trace);
void mapi_trace_close(struct mapi_trace *trace);

/* For formats: say what is wrong, with the number of the record. Return: -1. */
int mapi_trace_fail(struct mapi_trace *trace, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

#endif
