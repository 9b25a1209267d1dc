// SPDX-License-Identifier: GPL-2.0
/*
 * Fields of HTTP/1 (RFC 9112) and FTP (RFC 959), which are parts of lines, in each
 * packet by itself: a line that goes on in the next packet ends with the first.
 */
#include <linux/ctype.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/string.h>
#include <linux/unaligned.h>
#include "anonymize.h"

#define FTP_PORT	21

/* Parts of lines. */
enum {
	HTTP_HEADER,
	HTTP_METHOD,
	HTTP_URI,
	HTTP_VERSION,
	HTTP_CODE,
	HTTP_DESCR,
	HTTP_BODY,
	FTP_COMMAND,
	FTP_CODE,
	FTP_ARG,
};

/**
 * struct line - a line of a packet
 * @p: the packet's bytes
 * @from: its first
 * @to: behind its last, without what ends it
 * @next: where the next begins
 */
struct line {
	const u8 *p;
	u32 from;
	u32 to;
	u32 next;
};

/* The payload of TCP. Return: false if there is none. */
static bool payload(struct mapi_pkt *pkt, struct line *all)
{
	const struct mapi_hdr *hdr = mapi_pkt_hdr(pkt);

	all->p = pkt->data;
	all->from = hdr->payload;
	all->to = mapi_pkt_ip_end(pkt);
	return hdr->l4_proto == IPPROTO_TCP && hdr->payload && all->from < all->to;
}

static bool next_line(const struct line *all, u32 pos, struct line *line)
{
	const u8 *end;

	if (pos >= all->to)
		return false;
	end = memchr(all->p + pos, '\n', all->to - pos);
	line->p = all->p;
	line->from = pos;
	line->to = end ? end - all->p : all->to;
	line->next = end ? line->to + 1 : all->to;
	if (line->to > pos && line->p[line->to - 1] == '\r')
		line->to--;
	return true;
}

/* Does it begin with these letters, of either case? */
static bool begins(const struct line *line, const char *with, u32 len)
{
	return line->to - line->from >= len &&
	       !strncasecmp(line->p + line->from, with, len);
}

/* Word @nr of a line, from 0; the last one that is asked for takes the rest. */
static bool word(const struct line *line, u32 nr, bool rest, struct place *at)
{
	u32 from = line->from, to;

	for (;; nr--) {
		while (from < line->to && line->p[from] == ' ')
			from++;
		to = from;
		while (to < line->to && (line->p[to] != ' ' || (rest && !nr)))
			to++;
		if (!nr)
			break;
		from = to;
	}
	at->off = from;
	at->len = to - from;
	return from < to;
}

static bool is_request(const struct line *line)
{
	static const char * const methods[] = {
		"GET ", "HEAD ", "POST ", "PUT ", "DELETE ", "CONNECT ", "OPTIONS ",
		"TRACE ", "PATCH ",
	};
	u32 i;

	for (i = 0; i < ARRAY_SIZE(methods); i++)
		if (begins(line, methods[i], strlen(methods[i])))
			return true;
	return false;
}

/* The line that a message begins with. */
static bool in_start(u32 part, const struct line *line, bool request,
		     struct place *at)
{
	switch (part) {
	case HTTP_METHOD:
		return request && word(line, 0, false, at);
	case HTTP_URI:
		return request && word(line, 1, false, at);
	case HTTP_VERSION:
		return word(line, request ? 2 : 0, false, at);
	case HTTP_CODE:
		return !request && word(line, 1, false, at);
	case HTTP_DESCR:
		return !request && word(line, 2, true, at);
	default:
		return false;
	}
}

/* The value of a header, if it is that. */
static bool in_header(const char *name, const struct line *line, struct place *at)
{
	u32 len = strlen(name), from = line->from + len + 1, to = line->to;

	if (!begins(line, name, len) || from > to || line->p[from - 1] != ':')
		return false;
	while (from < to && isspace(line->p[from]))
		from++;
	while (from < to && isspace(line->p[to - 1]))
		to--;
	at->off = from;
	at->len = to - from;
	return from < to;
}

static bool next_http(const struct spec *s, struct mapi_pkt *pkt, struct finder *f,
		      struct place *at)
{
	u32 part = s->field->nr;
	struct line all, line;
	bool request;

	if (!payload(pkt, &all) || !next_line(&all, all.from, &line))
		return false;
	request = is_request(&line);
	if (!request && !begins(&line, "HTTP/", 5))
		return false;
	if (!f->lines++) {
		f->pos = line.next;
		if (in_start(part, &line, request, at))
			return true;
	}
	if (part != HTTP_HEADER && part != HTTP_BODY)
		return false;
	while (next_line(&all, f->pos, &line)) {
		f->pos = line.next;
		if (line.from == line.to) {
			f->pos = all.to;
			at->off = line.next;
			at->len = all.to - line.next;
			return part == HTTP_BODY && at->len;
		}
		if (part == HTTP_HEADER && in_header(s->header, &line, at))
			return true;
	}
	return false;
}

static bool is_reply(const struct line *line)
{
	const u8 *p = line->p + line->from;

	return line->to - line->from >= 3 && isdigit(p[0]) && isdigit(p[1]) &&
	       isdigit(p[2]);
}

/* What a reply says: a line of several may have no code. */
static bool in_reply(u32 part, const struct line *line, struct place *at)
{
	u32 code = is_reply(line) ? 3 : 0;

	at->off = line->from;
	at->len = code;
	if (part == FTP_ARG) {
		at->off += code;
		if (code && at->off < line->to)
			at->off++;
		at->len = line->to - at->off;
	}
	return at->len;
}

static bool in_command(const char *name, const struct line *line, struct place *at)
{
	u32 len = strlen(name);

	return begins(line, name, len) && line->to - line->from > len &&
	       line->p[line->from + len] == ' ' && word(line, 1, true, at);
}

static bool next_ftp(const struct spec *s, struct mapi_pkt *pkt, struct finder *f,
		     struct place *at)
{
	const struct mapi_hdr *hdr = mapi_pkt_hdr(pkt);
	bool reply = s->field->nr != FTP_COMMAND;
	struct line all, line;

	if (!payload(pkt, &all) ||
	    get_unaligned_be16(pkt->data + hdr->l4 + (reply ? 0 : 2)) != FTP_PORT)
		return false;
	if (!f->lines++)
		f->pos = all.from;
	while (next_line(&all, f->pos, &line)) {
		f->pos = line.next;
		if (reply ? in_reply(s->field->nr, &line, at) :
			    in_command(s->header, &line, at))
			return true;
	}
	return false;
}

static const struct field http[] = {
	{ "METHOD", KIND_TEXT, 0, next_http, HTTP_METHOD },
	{ "URI", KIND_TEXT, 0, next_http, HTTP_URI },
	{ "HTTP_VERSION", KIND_TEXT, 0, next_http, HTTP_VERSION },
	{ "VERSION", KIND_TEXT, 0, next_http, HTTP_VERSION },
	{ "RESPONSE_CODE", KIND_TEXT, 0, next_http, HTTP_CODE },
	{ "RESP_CODE_DESCR", KIND_TEXT, 0, next_http, HTTP_DESCR },
	{ "PAYLOAD", KIND_BYTES, 0, next_http, HTTP_BODY },
};

static const struct field http_header = { "", KIND_TEXT, 0, next_http, HTTP_HEADER };

/* Headers by their names in arguments, and on the wire. */
static const struct {
	const char *name;
	const char *header;
} headers[] = {
	{ "ACCEPT", "Accept" },
	{ "ACCEPT_CHARSET", "Accept-Charset" },
	{ "ACCEPT_ENCODING", "Accept-Encoding" },
	{ "ACCEPT_LANGUAGE", "Accept-Language" },
	{ "ACCEPT_RANGES", "Accept-Ranges" },
	{ "AGE", "Age" },
	{ "ALLOW", "Allow" },
	{ "AUTHORIZATION", "Authorization" },
	{ "CACHE_CONTROL", "Cache-Control" },
	{ "CONNECTION_TYPE", "Connection" },
	{ "CONTENT_DISPOSITION", "Content-Disposition" },
	{ "CONTENT_ENCODING", "Content-Encoding" },
	{ "CONTENT_LANGUAGE", "Content-Language" },
	{ "CONTENT_LENGTH", "Content-Length" },
	{ "CONTENT_LOCATION", "Content-Location" },
	{ "CONTENT_MD5", "Content-MD5" },
	{ "CONTENT_RANGE", "Content-Range" },
	{ "CONTENT_TYPE", "Content-Type" },
	{ "COOKIE", "Cookie" },
	{ "DATE", "Date" },
	{ "ETAG", "ETag" },
	{ "EXPECT", "Expect" },
	{ "EXPIRES", "Expires" },
	{ "FORWARDED", "Forwarded" },
	{ "FROM", "From" },
	{ "HOST", "Host" },
	{ "IF_MATCH", "If-Match" },
	{ "IF_MODIFIED_SINCE", "If-Modified-Since" },
	{ "IF_NONE_MATCH", "If-None-Match" },
	{ "IF_RANGE", "If-Range" },
	{ "IF_UNMODIFIED_SINCE", "If-Unmodified-Since" },
	{ "KEEP_ALIVE", "Keep-Alive" },
	{ "LAST_MODIFIED", "Last-Modified" },
	{ "LOCATION", "Location" },
	{ "MAX_FORWARDS", "Max-Forwards" },
	{ "ORIGIN", "Origin" },
	{ "PRAGMA", "Pragma" },
	{ "PROXY_AUTHENTICATE", "Proxy-Authenticate" },
	{ "PROXY_AUTHORIZATION", "Proxy-Authorization" },
	{ "RANGE", "Range" },
	{ "REFERER", "Referer" },
	{ "REFERRER", "Referer" },
	{ "RETRY_AFTER", "Retry-After" },
	{ "SERVER", "Server" },
	{ "SET_COOKIE", "Set-Cookie" },
	{ "TE", "TE" },
	{ "TRAILER", "Trailer" },
	{ "TRANSFER_ENCODING", "Transfer-Encoding" },
	{ "UPGRADE", "Upgrade" },
	{ "USER_AGENT", "User-Agent" },
	{ "VARY", "Vary" },
	{ "VIA", "Via" },
	{ "WARNING", "Warning" },
	{ "WWW_AUTHENTICATE", "WWW-Authenticate" },
	{ "X_FORWARDED_FOR", "X-Forwarded-For" },
	{ "X_POWERED_BY", "X-Powered-By" },
};

/* anonymize_http_field - see anonymize_field() */
const struct field *anonymize_http_field(const char *name, const char **header)
{
	u32 i;

	for (i = 0; i < ARRAY_SIZE(http); i++)
		if (!strcmp(http[i].name, name))
			return &http[i];
	for (i = 0; i < ARRAY_SIZE(headers); i++) {
		if (strcmp(headers[i].name, name))
			continue;
		*header = headers[i].header;
		return &http_header;
	}
	return NULL;
}

static const struct field ftp_command = { "", KIND_TEXT, 0, next_ftp, FTP_COMMAND };
static const struct field ftp_code = { "", KIND_TEXT, 0, next_ftp, FTP_CODE };
static const struct field ftp_arg = { "", KIND_TEXT, 0, next_ftp, FTP_ARG };

/* anonymize_ftp_field - see anonymize_field() */
const struct field *anonymize_ftp_field(const char *name, const char **header)
{
	static const char * const commands[] = {
		"USER", "PASS", "ACCT", "TYPE", "STRU", "MODE", "CWD", "PWD", "CDUP",
		"PASV", "RETR", "REST", "PORT", "LIST", "NLST", "QUIT", "SYST",
		"STAT", "HELP", "NOOP", "STOR", "APPE", "STOU", "ALLO", "MKD", "RMD",
		"DELE", "RNFR", "RNTO", "SITE", "EPRT", "EPSV", "SIZE", "MDTM",
	};
	int i;

	if (!strcmp(name, "RESPONSE_CODE") || !strcmp(name, "FTP_RESPONSE_CODE"))
		return &ftp_code;
	if (!strcmp(name, "RESPONSE_ARG") || !strcmp(name, "FTP_RESPONSE_ARG"))
		return &ftp_arg;
	i = match_string(commands, ARRAY_SIZE(commands),
			 strcmp(name, "FTP_TYPE") ? name : "TYPE");
	if (i < 0)
		return NULL;
	*header = commands[i];
	return &ftp_command;
}
