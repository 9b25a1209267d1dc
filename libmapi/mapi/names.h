/* SPDX-License-Identifier: MIT */
/*
 * The names of functions without quotation marks, as in
 * mapi_apply_function(fd, BPF_FILTER, "tcp"). A program that uses such a word
 * for something else defines MAPI_NO_FUNCTION_NAMES and quotes them.
 */
#ifndef MAPI_NAMES_H
#define MAPI_NAMES_H

#ifndef MAPI_NO_FUNCTION_NAMES
#ifndef PKT_COUNTER
#define PKT_COUNTER "PKT_COUNTER"
#endif
#ifndef BYTE_COUNTER
#define BYTE_COUNTER "BYTE_COUNTER"
#endif
#ifndef BPF_FILTER
#define BPF_FILTER "BPF_FILTER"
#endif
#ifndef STR_SEARCH
#define STR_SEARCH "STR_SEARCH"
#endif
#ifndef SAMPLE
#define SAMPLE "SAMPLE"
#endif
#ifndef TO_BUFFER
#define TO_BUFFER "TO_BUFFER"
#endif
#ifndef TO_FILE
#define TO_FILE "TO_FILE"
#endif
#ifndef HASHSAMP
#define HASHSAMP "HASHSAMP"
#endif
#ifndef HASH
#define HASH "HASH"
#endif
#ifndef GAP
#define GAP "GAP"
#endif
#ifndef PKTINFO
#define PKTINFO "PKTINFO"
#endif
#ifndef STATS
#define STATS "STATS"
#endif
#ifndef DIST
#define DIST "DIST"
#endif
#ifndef BINOP
#define BINOP "BINOP"
#endif
#ifndef BUCKET
#define BUCKET "BUCKET"
#endif
#ifndef THRESHOLD
#define THRESHOLD "THRESHOLD"
#endif
#ifndef RES2FILE
#define RES2FILE "RES2FILE"
#endif
#ifndef STARTSTOP
#define STARTSTOP "STARTSTOP"
#endif
#ifndef SYNC
#define SYNC "SYNC"
#endif
#ifndef BURST
#define BURST "BURST"
#endif
#ifndef TOP
#define TOP "TOP"
#endif
#ifndef EXPIRED_FLOWS
#define EXPIRED_FLOWS "EXPIRED_FLOWS"
#endif
#ifndef COOKING
#define COOKING "COOKING"
#endif
#ifndef UNCOOK
#define UNCOOK "UNCOOK"
#endif
#ifndef REGEXP
#define REGEXP "REGEXP"
#endif
#ifndef ANONYMIZE
#define ANONYMIZE "ANONYMIZE"
#endif
#ifndef ANONYMIZEIP
#define ANONYMIZEIP "ANONYMIZEIP"
#endif
#ifndef TRACK_FTP
#define TRACK_FTP "TRACK_FTP"
#endif
#ifndef TRACK_GNUTELLA
#define TRACK_GNUTELLA "TRACK_GNUTELLA"
#endif
#ifndef TRACK_TORRENT
#define TRACK_TORRENT "TRACK_TORRENT"
#endif
#ifndef TRACK_DC
#define TRACK_DC "TRACK_DC"
#endif
#ifndef TRACK_EDONKEY
#define TRACK_EDONKEY "TRACK_EDONKEY"
#endif
#ifndef TRACK_IPOVERIP
#define TRACK_IPOVERIP "TRACK_IPOVERIP"
#endif
#ifndef TRACK_SKYPE
#define TRACK_SKYPE "TRACK_SKYPE"
#endif
#ifndef TRACK_WEB
#define TRACK_WEB "TRACK_WEB"
#endif
#ifndef TRACK_MAPI
#define TRACK_MAPI "TRACK_MAPI"
#endif
#ifndef TRACK_IRC
#define TRACK_IRC "TRACK_IRC"
#endif
#ifndef TRACK_GRIDFTP
#define TRACK_GRIDFTP "TRACK_GRIDFTP"
#endif
#ifndef INTERFACE
#define INTERFACE "INTERFACE"
#endif
#ifndef FLOW_REPORT
#define FLOW_REPORT "FLOW_REPORT"
#endif
#ifndef RULER
#define RULER "RULER"
#endif
#ifndef INJECT
#define INJECT "INJECT"
#endif
#ifndef ETHEREAL
#define ETHEREAL "ETHEREAL"
#endif
#endif /* MAPI_NO_FUNCTION_NAMES */

#endif
