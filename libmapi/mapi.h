/* SPDX-License-Identifier: MIT */
/*
 * MAPI: the monitoring application programming interface.
 *
 *	fd = mapi_create_flow("eth0");
 *	mapi_apply_function(fd, BPF_FILTER, "tcp and port 80");
 *	id = mapi_apply_function(fd, PKT_COUNTER);
 *	mapi_connect(fd);
 *	...
 *	mapi_read_results(fd, id, &packets);
 *	mapi_close_flow(fd);
 *
 * mapi(7) is an introduction and lists the functions, libmapi(3) says more
 * about each call. Link with -lmapi.
 *
 * Unless said otherwise calls return 0, or -1 (NULL) after an error that
 * mapi_read_error() tells. All may be used by several threads at once.
 */
#ifndef MAPI_H
#define MAPI_H

#include <stddef.h>
#include <sys/ipc.h>
#include <sys/types.h>
#include <syslog.h>
#include <time.h>

#include <mapi/errors.h>
#include <mapi/names.h>

#ifdef __cplusplus
extern "C" {
#endif

#define LIBMAPI_VERSION		"1.0.0"

#define MAPI_STR_LENGTH		256
#define MAPI_ERRORSTR_LENGTH	512
#define DEFAULT_DIMAPI_PORT	2233

#ifndef TRUE
#define TRUE	1
#endif
#ifndef FALSE
#define FALSE	0
#endif
typedef int boolean_t;
#ifndef MAPI_UNUSED
#define MAPI_UNUSED __attribute__((__unused__))
#endif

/* Types of arguments, as numbers. */
#ifndef INT
#define INT			1
#endif
#ifndef STRING
#define STRING			2
#endif
#ifndef UNSIGNED_LONG_LONG
#define UNSIGNED_LONG_LONG	3
#endif
#ifndef CHAR
#define CHAR			4
#endif

#ifdef __GNUC__
__extension__ typedef unsigned long long mapi_u64_t;
#else
typedef unsigned long long mapi_u64_t;
#endif

/* Formats of files (TO_FILE). */
#define MFF_PCAP	0
#define MFF_TCPDUMP	MFF_PCAP
#define MFF_RAW		1
#define MFF_DAG_ERF	2
#define MFF_COMBO6	3
#define MFF_NAPATECH	4
#define MFF_PCAP_NSEC	5	/* pcap with nanoseconds */

/* Modes of SAMPLE. */
#ifndef PERIODIC
#define PERIODIC	0
#endif
#ifndef PROBABILISTIC
#define PROBABILISTIC	1
#endif

/* What PKTINFO tells. */
#ifndef PKT_TS
#define PKT_TS		1
#endif
#ifndef PKT_SIZE
#define PKT_SIZE	2
#endif

/* What BINOP does. */
#ifndef BINOP_ADD
#define BINOP_ADD	1
#endif
#ifndef BINOP_SUB
#define BINOP_SUB	2
#endif

enum mapi_read_result_method { MAPI_COPY, MAPI_REF };

enum cooking_direction { CLIENT_SIDE = 1, SERVER_SIDE, BOTH_SIDE };

/* What mapi_get_next_pkt() does when there is no packet (TO_BUFFER). */
enum toba_flg { WAIT, NOWAIT };

enum mapi_status {
	FLOW_INIT,		/* not connected yet */
	FLOW_ACTIVE,
	FLOW_FINISHED,		/* the trace has been read to its end */
	FLOW_CLOSED		/* ended otherwise, see mapi_flow_status() */
};

enum mapi_offline_status {
	DEVICE_ONLINE,
	DEVICE_SETUP,
	DEVICE_READING,
	DEVICE_FINISHED,
	DEVICE_DELETED
};

/**
 * struct mapipkt - a packet of a TO_BUFFER function
 * @ts: seconds since 1970 in the high 32 bits, binary fraction in the low
 * @ifindex: low 16 bits of the interface's number
 * @caplen: bytes captured
 * @wlen: bytes on the wire
 * @pkt: the first byte, of the link-layer header; the others follow
 */
struct mapipkt {
	mapi_u64_t ts;
	unsigned short ifindex;
	unsigned int caplen;
	unsigned int wlen;
	unsigned char pkt;
};

typedef void (*mapi_handler)(const struct mapipkt *);

/**
 * struct mapi_results - the result of a function
 * @res: what it is depends on the function, see mapi(7)
 * @ts: when it was read, in microseconds since 1970
 * @size: bytes at @res
 */
typedef struct mapi_results {
	void *res;
	mapi_u64_t ts;
	int size;
} mapi_results_t;

typedef struct mapi_flow_info {
	uid_t uid;			/* owner */
	int fd;				/* descriptor here, else number in the kernel */
	int devid;
	char device[MAPI_STR_LENGTH];
	int num_functions;
	time_t start;			/* connected, 0: not yet */
	time_t end;			/* 0: not yet */
	enum mapi_status status;
} mapi_flow_info_t;

typedef struct mapi_function_info {
	int fid;
	char name[MAPI_STR_LENGTH];
	char libname[MAPI_STR_LENGTH];
	char devtype[MAPI_STR_LENGTH];	/* devOID that this version serves */
	mapi_u64_t pkts;		/* came in */
	mapi_u64_t passed_pkts;		/* went on to the next function */
	int result_size;		/* bytes */
} mapi_function_info_t;

typedef struct mapi_device_info {
	int id;
	char device[MAPI_STR_LENGTH];	/* for mapi_create_flow() */
	char name[MAPI_STR_LENGTH];	/* of the driver */
	char alias[MAPI_STR_LENGTH];
	char description[1024];
	unsigned int link_speed;	/* Mbit/s, 0: unknown */
	int mpls;
	int vlan;
} mapi_device_info_t;

typedef struct mapi_libfunct_info {
	char name[MAPI_STR_LENGTH];
	char descr[1024];
	char argdescr[MAPI_STR_LENGTH];
	char devtype[MAPI_STR_LENGTH];
} mapi_libfunct_info_t;

typedef struct mapi_lib_info {
	int id;
	char libname[MAPI_STR_LENGTH];
	int functs;
} mapi_lib_info_t;

struct mapi_stat {
	unsigned int ps_recv;		/* packets the device gave to MAPI */
	unsigned int ps_drop;		/* lost in MAPI */
	unsigned int ps_ifdrop;		/* lost in the interface */
	char hostname[MAPI_STR_LENGTH];
	char dev[MAPI_STR_LENGTH];
};

/* Flows */

/**
 * mapi_create_flow() - a new flow: all packets of a device
 * @dev: name of a network interface; "/dev/eth0" is also understood
 *
 * The flow passes all packets until functions that filter are applied, and
 * starts with mapi_connect(). It ends with mapi_close_flow() or the process.
 *
 * Return: a positive descriptor, which may be polled, and passed to others.
 */
int mapi_create_flow(const char *dev);

#define MAPI_DIR_IN		1	/* packets received */
#define MAPI_DIR_OUT		2	/* packets sent */

#define MAPI_OPT_PERSISTENT	1	/* outlives the process, needs a name */
#define MAPI_OPT_NOPROMISC	2	/* only what is addressed to this host */

/**
 * struct mapi_flow_options - how a flow differs from a usual one
 * @direction: MAPI_DIR_IN, MAPI_DIR_OUT or both; 0: both
 * @flags: MAPI_OPT_*
 * @name: of a persistent flow, by which mapi_open_flow() finds it, else NULL
 * @reserved: must be 0
 */
struct mapi_flow_options {
	unsigned int direction;
	unsigned int flags;
	const char *name;
	unsigned long reserved[6];
};

/** mapi_create_flow_opt() - mapi_create_flow() with options, or NULL. */
int mapi_create_flow_opt(const char *dev, const struct mapi_flow_options *opt);

/**
 * mapi_open_flow() - a persistent flow
 * @name: the name it was made with
 *
 * Return: a descriptor of the flow. mapi_close_flow() does not end the flow.
 */
int mapi_open_flow(const char *name);

/** mapi_connect() - start a flow; its functions are complete now. */
int mapi_connect(int fd);
int mapi_connect_flow(int fd);

/** mapi_close_flow() - end a flow and free all that belongs to it. */
int mapi_close_flow(int fd);

/**
 * mapi_flow_status() - is the flow still running? No system call.
 * @reason: why it ended, enum mapi_end; may be NULL
 *
 * Return: enum mapi_status.
 */
int mapi_flow_status(int fd, int *reason);

enum mapi_end {
	MAPI_ENDED_NOT,
	MAPI_ENDED_DEVICE_GONE,
	MAPI_ENDED_DEVICE_RENAMED,
	MAPI_ENDED_DEVICE_MOVED,	/* to another network namespace */
	MAPI_ENDED_DELETED,		/* by an administrator */
	MAPI_ENDED_EOF,			/* the trace was read to its end */
	MAPI_ENDED_DEVICE_CHANGED,	/* to another link type */
	MAPI_ENDED_BROKEN		/* the trace is damaged from there on */
};

/* Functions */

/**
 * mapi_apply_function() - add a function behind those the flow has already
 * @funct: [library:]NAME[!devOID]
 *
 * What arguments follow depends on the function, see mapi(7). Those that are
 * optional may be left out, from the last on.
 *
 * Return: the function's number in this flow, from 1.
 */
int mapi_apply_function(int fd, const char *funct, ...);

/** mapi_apply_function_array() - the same, all arguments being text. */
int mapi_apply_function_array(int fd, const char *funct, char **args,
			      unsigned int nargs);

/* What the macro mapi_apply_function() calls, see mapi/varargs.h. */
typedef mapi_u64_t mapi_sig_t;
int mapi_apply_function_sig(int fd, mapi_sig_t sig, const char *funct, ...);

/**
 * mapi_change_args() - give a function of a connected flow other arguments
 *
 * Takes effect between two packets; results go on from where they are.
 */
int mapi_change_args(int fd, int fid, char **args, unsigned int nargs);

/** mapi_reset() - the result of a function begins anew. */
int mapi_reset(int fd, int fid);

/* Results */

/**
 * mapi_read_results() - the result of a function. No system call.
 *
 * With a third argument, a pointer, the result is copied there, as much as its
 * type has room for, and 0 is returned; through a pointer to void or char, all
 * of it. Of a function that keeps results (BUCKET, HASHSAMP, THRESHOLD) it is the next
 * one, which is waited for as mapi_get_next_pkt() does.
 *
 * Return: a buffer of the library's, the same for each call with this function;
 * valid until the next call or the end of the flow.
 */
mapi_results_t *mapi_read_results(int fd, int fid);
int mapi_read_results_copy(int fd, int fid, void *val, size_t size);

#define MAPI_LOST_MAX	16

enum mapi_lost {
	MAPI_LOST_RING_FULL,	/* the program was too slow */
	MAPI_LOST_BAD_INDEX,	/* the program wrote nonsense into the ring */
	MAPI_LOST_BACKLOG,	/* the file could not be written as fast */
	MAPI_LOST_FILE,		/* the file ended: full disk, I/O error */
	MAPI_LOST_LIMIT,	/* behind the function's packet limit */
	MAPI_LOST_RECURSION,	/* sent by MAPI itself */
	MAPI_LOST_NR
};

/**
 * struct mapi_function_stats - what became of a function's packets
 * @pkts: came in
 * @passed: went on to the next function
 * @filtered: were stopped
 * @lost: could not be counted, buffered or written, by enum mapi_lost
 * @status: 0, or the errno that ended the function
 */
struct mapi_function_stats {
	mapi_u64_t pkts;
	mapi_u64_t passed;
	mapi_u64_t filtered;
	mapi_u64_t lost[MAPI_LOST_MAX];
	int status;
};

/** mapi_get_function_stats() - where packets went. No system call. */
int mapi_get_function_stats(int fd, int fid, struct mapi_function_stats *stats);

/* Packets */

/**
 * mapi_get_next_pkt() - the next packet of a TO_BUFFER function
 *
 * With WAIT, waits for one. Packets come ordered by time as far as they were
 * there at the time of the call. poll() on the descriptor waits for packets of
 * any of the flow's functions.
 *
 * Return: valid until the next call for this function. NULL without an error
 * (mapi_read_error() gives 0): no packet with NOWAIT, or the trace has ended.
 */
struct mapipkt *mapi_get_next_pkt(int fd, int fid);

/**
 * mapi_loop() - call a handler for each packet of a TO_BUFFER function
 * @cnt: number of packets, 0 or less: for ever
 *
 * Return: 0 after @cnt packets or when there are no more, else the error.
 */
int mapi_loop(int fd, int fid, int cnt, mapi_handler handler);

/**
 * mapi_set_wakeup() - when a waiting reader of TO_BUFFER is woken up
 * @watermark: as soon as that many bytes wait in one CPU's ring, or
 * @limit_usec: that long after the first packet; the flow must be connected
 */
int mapi_set_wakeup(int fd, int fid, unsigned int watermark,
		    unsigned int limit_usec);

/* Errors */

/**
 * mapi_read_error() - the last error of this thread, which is then forgotten
 * @err_no: enum mapi_error, 0: none. May be NULL if @errorstr is not
 * @errorstr: room for MAPI_ERRORSTR_LENGTH bytes, or NULL
 */
int mapi_read_error(int *err_no, char *errorstr);

/** mapi_strerror() - what an error number means; never NULL. */
const char *mapi_strerror(int err_no);

/* Information. _next_ gives the one with the smallest number above. */

int mapi_get_flow_info(int fd, mapi_flow_info_t *info);
int mapi_get_next_flow_info(int fd, mapi_flow_info_t *info);
int mapi_get_function_info(int fd, int fid, mapi_function_info_t *info);
int mapi_get_next_function_info(int fd, int fid, mapi_function_info_t *info);
int mapi_get_device_info(int devid, mapi_device_info_t *info);
int mapi_get_next_device_info(int devid, mapi_device_info_t *info);
int mapi_get_library_info(int libid, mapi_lib_info_t *info);
int mapi_get_next_library_info(int libid, mapi_lib_info_t *info);
int mapi_get_libfunct_info(int libid, int fnum, mapi_libfunct_info_t *info);
int mapi_get_next_libfunct_info(int libid, int fnum,
				mapi_libfunct_info_t *info);

/** mapi_stats() - counts of a device. Return: 1, the number of entries. */
int mapi_stats(const char *dev, struct mapi_stat *stats);

int mapi_get_scope_size(int fd);	/* 1 */
int mapi_is_remote(int fd);		/* 0 */
int mapi_is_sensor_down(int fd);	/* 0 */

/* Traces instead of devices */

/**
 * mapi_create_offline_device() - a device whose packets are those of a file
 * @path: the file; it may be compressed by gzip
 * @format: MFF_PCAP (also pcapng) or MFF_DAG_ERF
 *
 * Several flows can be made on it before mapi_start_offline_device(). Its packets
 * are lost for none of them: reading waits for who does not keep up.
 *
 * Return: its name, NULL if the file cannot be read.
 */
char *mapi_create_offline_device(const char *path, int format);

/** mapi_start_offline_device() - begin to read; flows are FLOW_FINISHED at the end. */
int mapi_start_offline_device(const char *dev);

/**
 * mapi_start_offline_device_at() - begin to read, in the time of the packets
 * @speed: 1: as they were captured, 2: twice as fast; 0: as fast as can be
 */
int mapi_start_offline_device_at(const char *dev, double speed);

/**
 * mapi_offline_device_status() - how far it is
 *
 * Return: enum mapi_offline_status. -1 also if the file is damaged: the error says in
 * which record, and those in front of it have been read.
 */
int mapi_offline_device_status(const char *dev);

/** mapi_delete_offline_device() - end it, and free its name. */
int mapi_delete_offline_device(char *dev);

/** mapi_create_offline_flow() - a flow of a file, which is read once it is connected. */
int mapi_create_offline_flow(const char *path, int format);

/* Not supported: these fail and say so. */
int mapi_authenticate(int fd, const char *user, const char *password,
		      const char *vo);

#if defined(__cplusplus) || !defined(__STRICT_ANSI__) || \
	(defined(__STDC_VERSION__) && __STDC_VERSION__ >= 199901L)
#include <mapi/varargs.h>
#else
mapi_results_t *mapi_read_result(int fd, int fid);
#endif

#ifdef __cplusplus
}
#endif

#endif
