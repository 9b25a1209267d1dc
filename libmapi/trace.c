// SPDX-License-Identifier: MIT
/* Capture files, packet by packet. */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "error.h"
#include "trace.h"

#define TS_END	(1000000000ULL << 32)	/* MAPI's times end in 2106 */

int mapi_trace_fail(struct mapi_trace *trace, const char *fmt, ...)
{
	size_t len = 0;
	va_list ap;

	if (trace->records)
		len = snprintf(trace->error, sizeof(trace->error), "record %llu: ",
			       trace->records);
	va_start(ap, fmt);
	vsnprintf(trace->error + len, sizeof(trace->error) - len, fmt, ap);
	va_end(ap);
	return -1;
}

/* The first bytes of pcap, of both byte orders and units of time, and of pcapng. */
static bool is_pcap(__u32 magic)
{
	static const __u32 magics[] = {
		0xa1b2c3d4, 0xd4c3b2a1, 0xa1b23c4d, 0x4d3cb2a1, 0x0a0d0d0a,
		0xa1b2cd34, 0x34cdb2a1,
	};

	for (size_t i = 0; i < sizeof(magics) / sizeof(*magics); i++)
		if (magic == magics[i])
			return true;
	return false;
}

/* What has no magic number is ERF, which has none. */
static int look(struct mapi_trace *trace)
{
	__u32 magic = 0;
	int len = gzread(trace->gz, &magic, sizeof(magic));

	if (len < 0 || gzrewind(trace->gz))
		return mapi_trace_fail(trace, "cannot be read");
	trace->format = len == sizeof(magic) && !is_pcap(magic) ?
			&mapi_trace_erf : &mapi_trace_pcap;
	return 0;
}

static int set_format(struct mapi_trace *trace, int format)
{
	switch (format) {
	case MAPI_TRACE_ANY:
		return look(trace);
	case MFF_PCAP:
		trace->format = &mapi_trace_pcap;
		return 0;
	case MFF_DAG_ERF:
		trace->format = &mapi_trace_erf;
		return 0;
	}
	return mapi_error(MAPID_NO_DRIVER, "no files of format %d can be read",
			  format);
}

/* Return: -1 with the last error set. */
static int open_file(struct mapi_trace *trace)
{
	int fd = open(trace->path, O_RDONLY | O_CLOEXEC);
	struct stat st;

	if (fd < 0 || fstat(fd, &st))
		goto fail;
	if (S_ISDIR(st.st_mode)) {
		errno = EISDIR;
		goto fail;
	}
	if (S_ISREG(st.st_mode))
		trace->size = st.st_size;
	trace->gz = gzdopen(fd, "rb");
	if (trace->gz)
		return gzbuffer(trace->gz, 1 << 18);
	errno = ENOMEM;
fail:
	mapi_error(MAPI_ERROR_FILE, "%s: %s", trace->path, strerror(errno));
	if (fd >= 0)
		close(fd);
	return -1;
}

struct mapi_trace *mapi_trace_open(const char *path, int format)
{
	struct mapi_trace *trace = calloc(1, sizeof(*trace));

	if (trace)
		trace->path = strdup(path);
	if (!trace || !trace->path) {
		free(trace);
		mapi_error(MAPID_MEM_ALLOCATION_ERROR, NULL);
		return NULL;
	}
	if (open_file(trace) || set_format(trace, format))
		goto fail;
	if (!trace->format->open(trace))
		return trace;
fail:
	if (*trace->error)
		mapi_error(MAPI_ERROR_FILE, "%s: %s", path, trace->error);
	mapi_trace_close(trace);
	return NULL;
}

int mapi_trace_next(struct mapi_trace *trace, struct mapi_trace_pkt *pkt)
{
	int ret;

	pkt->port = 0;
	ret = trace->format->next(trace, pkt);
	if (ret <= 0)
		return ret;
	if (pkt->ts >= TS_END)
		return mapi_trace_fail(trace, "its time is out of range");
	if (pkt->wlen < pkt->caplen)
		pkt->wlen = pkt->caplen;
	if (pkt->caplen > MAPI_CAPLEN_MAX)
		pkt->caplen = MAPI_CAPLEN_MAX;
	return ret;
}

unsigned int mapi_trace_progress(const struct mapi_trace *trace)
{
	z_off_t at = gzoffset(trace->gz);

	return trace->size && at > 0 ? at * 1000 / trace->size : 0;
}

void mapi_trace_close(struct mapi_trace *trace)
{
	if (trace->priv)
		trace->format->close(trace);
	if (trace->gz)
		gzclose(trace->gz);
	free(trace->path);
	free(trace);
}
