/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note OR MIT */
/*
 * MAPI: the contract between the kernel modules and user space.
 *
 * Three parts: the generic netlink family "mapi" (control), the result area
 * that a flow descriptor maps (answers, read without system calls), and the
 * packet rings that it maps (TO_BUFFER). mapi.yaml beside this file describes
 * the netlink part as a kernel netlink specification.
 *
 * All integers are in host byte order unless said otherwise.
 */
#ifndef _UAPI_LINUX_MAPI_H
#define _UAPI_LINUX_MAPI_H

#include <linux/types.h>

#define MAPI_FAMILY_NAME	"mapi"
#define MAPI_FAMILY_VERSION	1
#define MAPI_MCGRP_EVENTS	"events"	/* CAP_NET_ADMIN to join */

#define MAPI_NAME_MAX		31	/* flow, function, library names */
#define MAPI_DEVNAME_MAX	63	/* device names */
#define MAPI_OID_MAX		63	/* "1.2.4" */
#define MAPI_STR_MAX		4095	/* string arguments */
#define MAPI_BLOB_MAX		32767	/* binary arguments */
#define MAPI_ARGS_MAX		16	/* arguments of one function */
#define MAPI_FUNCS_MAX		256	/* functions of one flow */
#define MAPI_CAPLEN_MAX		69632	/* longest packet that can be captured */
#define MAPI_COST_MAX		30000	/* milliseconds of measuring costs */

/**
 * enum mapi_cmd - commands of the family
 * @MAPI_CMD_FLOW_NEW: create a flow (flow set: DEVICE; DIRECTION, FLAGS, NAME
 *	optional). Replies with ID, FD (a new descriptor, close-on-exec),
 *	LINKTYPE, DEVOID. Needs CAP_NET_RAW over the socket's namespace, and
 *	CAP_NET_ADMIN if it is to persist.
 * @MAPI_CMD_FLOW_OPEN: a descriptor for a persistent flow (NAME or ID).
 *	Same reply as FLOW_NEW, plus STATUS.
 * @MAPI_CMD_FLOW_APPLY: append a function (FD; FUNC: NAME, OID and LIBRARY
 *	optional, ARG...). Replies with FUNC: FID.
 * @MAPI_CMD_FLOW_CONNECT: start the flow (FD). Replies like FLOW_GET.
 * @MAPI_CMD_FLOW_GET: describe one flow (FD, ID or NAME), or dump all that
 *	the caller may see, without FUNC where there are too many. With CUT all
 *	counts of one flow are those of the same packets: on each CPU they are
 *	taken between two packets.
 * @MAPI_CMD_FLOW_SET: on a connected flow (FD, ID or NAME): FUNC: FID with
 *	ARG... (change_args) or RESET.
 * @MAPI_CMD_FLOW_DEL: end a flow (ID or NAME); its descriptors stay readable.
 * @MAPI_CMD_RESULT_GET: results of a flow (FD, ID or NAME; FUNC: FID for one
 *	function only) for tools; programs map them instead.
 * @MAPI_CMD_DEVICE_GET: describe one device (NAME) or dump all.
 * @MAPI_CMD_DEVICE_SET: NAME with MODE, TSTAMP, SHADOW and/or COST;
 *	CAP_NET_ADMIN.
 * @MAPI_CMD_FUNCTION_GET: describe one function by NAME, loading its module
 *	(CAP_NET_RAW or CAP_NET_ADMIN needed to load), or dump the loaded ones.
 * @MAPI_CMD_LIMIT_GET: limits and use of one UID, or dump: the default first.
 * @MAPI_CMD_LIMIT_SET: UID (absent: the default) with FLOWS and/or MEMORY, or
 *	RESET; CAP_NET_ADMIN in the initial user namespace.
 * @MAPI_CMD_FLOW_NTF: event: a flow was made, started, ended or deleted
 *	(flow set with EVENT, without FUNC); or the shadow check found that the
 *	plan did not do what the flow alone would (FUNC: FID, NAME, DIVERGED).
 * @MAPI_CMD_DEVICE_NTF: event: a device was set or went away (device set
 *	with EVENT).
 * @MAPI_CMD_DEVICE_NEW: make a device (SOURCE, NAME, LINKTYPE) whose packets come
 *	from user space. Replies like DEVICE_GET, with the whole NAME, ID, and FD:
 *	a new descriptor, close-on-exec, that packets are written to, see struct
 *	mapi_trace_rec. The device goes with it. It is its maker's alone. Needs
 *	CAP_NET_RAW over the socket's namespace.
 * @MAPI_CMD_PLAN_GET: dump the plan of one device (DEVICE) or of all: what their
 *	packets run through now. A message for each node that a flow comes to
 *	which the caller may see, parents before children; further ones of the
 *	same DEVICE and NODE have more of its flows (VISIT) and nothing else.
 */
enum mapi_cmd {
	MAPI_CMD_UNSPEC,
	MAPI_CMD_FLOW_NEW,
	MAPI_CMD_FLOW_OPEN,
	MAPI_CMD_FLOW_APPLY,
	MAPI_CMD_FLOW_CONNECT,
	MAPI_CMD_FLOW_GET,
	MAPI_CMD_FLOW_SET,
	MAPI_CMD_FLOW_DEL,
	MAPI_CMD_RESULT_GET,
	MAPI_CMD_DEVICE_GET,
	MAPI_CMD_DEVICE_SET,
	MAPI_CMD_FUNCTION_GET,
	MAPI_CMD_LIMIT_GET,
	MAPI_CMD_LIMIT_SET,
	MAPI_CMD_FLOW_NTF,
	MAPI_CMD_DEVICE_NTF,
	MAPI_CMD_PLAN_GET,
	MAPI_CMD_DEVICE_NEW,
	__MAPI_CMD_MAX,
};
#define MAPI_CMD_MAX (__MAPI_CMD_MAX - 1)

/* Flow set: FLOW_*, RESULT_GET. */
enum mapi_flow_attr {
	MAPI_A_FLOW_UNSPEC,
	MAPI_A_FLOW_PAD,
	MAPI_A_FLOW_ID,			/* u32, unique while the module is loaded */
	MAPI_A_FLOW_FD,			/* s32 */
	MAPI_A_FLOW_NAME,		/* string, letters digits . _ - */
	MAPI_A_FLOW_DEVICE,		/* string */
	MAPI_A_FLOW_DEVICE_ID,		/* u32 */
	MAPI_A_FLOW_IFINDEX,		/* u32 */
	MAPI_A_FLOW_DIRECTION,		/* u32, MAPI_DIR_* */
	MAPI_A_FLOW_FLAGS,		/* u32, MAPI_FLOW_F_* */
	MAPI_A_FLOW_STATUS,		/* u32, enum mapi_flow_status */
	MAPI_A_FLOW_REASON,		/* u32, enum mapi_end_reason */
	MAPI_A_FLOW_UID,		/* u32, owner as the reader's namespace sees it */
	MAPI_A_FLOW_LINKTYPE,		/* u32, LINKTYPE_* of pcap */
	MAPI_A_FLOW_DEVOID,		/* string */
	MAPI_A_FLOW_CREATED,		/* u64, ns since 1970 */
	MAPI_A_FLOW_CONNECTED,		/* u64, ns since 1970, 0: not yet */
	MAPI_A_FLOW_ENDED,		/* u64, ns since 1970, 0: not yet */
	MAPI_A_FLOW_IN,			/* u64, packets that entered */
	MAPI_A_FLOW_OUT,		/* u64, packets that passed all functions */
	MAPI_A_FLOW_RESULT_SIZE,	/* u64, bytes of the result area */
	MAPI_A_FLOW_FUNC,		/* nest (func set), repeated */
	MAPI_A_FLOW_EVENT,		/* u32, enum mapi_event */
	MAPI_A_FLOW_MEMORY,		/* u64, bytes charged to the owner */
	MAPI_A_FLOW_CUT,		/* flag, request: counts of the same packets */
	__MAPI_A_FLOW_MAX,
};
#define MAPI_A_FLOW_MAX (__MAPI_A_FLOW_MAX - 1)

/* Func set: a function applied to a flow. */
enum mapi_func_attr {
	MAPI_A_FUNC_UNSPEC,
	MAPI_A_FUNC_PAD,
	MAPI_A_FUNC_FID,		/* u32, from 1 */
	MAPI_A_FUNC_NAME,		/* string */
	MAPI_A_FUNC_LIBRARY,		/* string */
	MAPI_A_FUNC_OID,		/* string; request: as in NAME!oid */
	MAPI_A_FUNC_ARG,		/* nest (arg set), repeated, in order */
	MAPI_A_FUNC_RESULT_TYPE,	/* u32, enum mapi_result_type */
	MAPI_A_FUNC_RESULT_SIZE,	/* u32, bytes */
	MAPI_A_FUNC_RESULT,		/* binary, merged over CPUs */
	MAPI_A_FUNC_STATUS,		/* s32, 0 or the errno that ended it */
	MAPI_A_FUNC_PKTS,		/* u64, packets that came in */
	MAPI_A_FUNC_PASSED,		/* u64, packets that went on */
	MAPI_A_FUNC_FILTERED,		/* u64, packets it stopped */
	MAPI_A_FUNC_LOST,		/* nest (loss set), repeated, non-zero only */
	MAPI_A_FUNC_RESET,		/* flag */
	MAPI_A_FUNC_DIVERGED,		/* u32, enum mapi_diverged; events only */
	MAPI_A_FUNC_FLAGS,		/* u32, MAPI_FUNC_F_* */
	MAPI_A_FUNC_TAKEN,		/* u64, packets in the buffer's rings so far, or */
					/* in the file; absent: it keeps none. With CUT */
	MAPI_A_FUNC_WAITING,		/* u64, of those that came in: in memory, to be */
					/* written to the file or to be lost. With CUT */
	__MAPI_A_FUNC_MAX,
};
#define MAPI_A_FUNC_MAX (__MAPI_A_FUNC_MAX - 1)

/* Arg set: an argument, or (in FUNCTION_GET) its specification. */
enum mapi_arg_attr {
	MAPI_A_ARG_UNSPEC,
	MAPI_A_ARG_PAD,
	MAPI_A_ARG_INT,			/* s64: types i c l r f */
	MAPI_A_ARG_STR,			/* string: types s S */
	MAPI_A_ARG_FD,			/* s32: type w, open for writing */
	MAPI_A_ARG_BLOB,		/* binary: what the client half made of STR */
	MAPI_A_ARG_NAME,		/* string */
	MAPI_A_ARG_TYPE,		/* u32: the letter of the argument description */
	MAPI_A_ARG_FLAGS,		/* u32: MAPI_ARG_F_* */
	MAPI_A_ARG_MIN,			/* s64 */
	MAPI_A_ARG_MAX,			/* s64 */
	MAPI_A_ARG_DEFAULT,		/* s64 */
	__MAPI_A_ARG_MAX,
};
#define __MAPI_A_ARG_LAST (__MAPI_A_ARG_MAX - 1)

#define MAPI_ARG_F_OPTIONAL	1	/* may be left out: DEFAULT is used */
#define MAPI_ARG_F_EXTRA	2	/* not part of the varargs form */

/**
 * struct mapi_time - MAPI_A_ARG_BLOB of a string that is a time
 * @time: nanoseconds, since 1970 or, if relative, since what the function says
 * @flags: MAPI_TIME_F_*
 * @pad: 0
 */
struct mapi_time {
	__u64 time;
	__u32 flags;
	__u32 pad;
};

#define MAPI_TIME_F_RELATIVE	1

/**
 * struct mapi_regexp - MAPI_A_ARG_BLOB of a string that is a regular expression
 * @magic: %MAPI_REGEXP_MAGIC
 * @states: of a finite automaton that reads a packet, from state 0 on; at most
 *	%MAPI_REGEXP_STATES_MAX
 * @live: states from here on are never left, and those in front of it may be
 * @classes: of bytes that it does not tell apart, 1 to 256; @states times one
 *	more than that is at most %MAPI_REGEXP_CELLS_MAX
 * @edges: how many there are in all
 * @pad: 0
 * @cls: class of each byte
 *
 * Behind it are a &struct mapi_regexp_row of each state, and then all edges, row
 * by row, without anything in between.
 */
struct mapi_regexp {
	__u32 magic;
	__u32 states;
	__u32 live;
	__u32 classes;
	__u32 edges;
	__u32 pad;
	__u8 cls[256];
};

#define MAPI_REGEXP_MAGIC	0x3158524d	/* "MRX1" */
#define MAPI_REGEXP_STATES_MAX	4096
#define MAPI_REGEXP_CELLS_MAX	(1 << 18)

/**
 * struct mapi_regexp_row - where a state leads to
 * @like: to the same states as this one, which has a lower number, but for its
 *	edges; its own number: it has an edge of each class
 * @edges: how many it has, and %MAPI_REGEXP_F_ACCEPTS if a packet that ends here
 *	matches
 */
struct mapi_regexp_row {
	__u16 like;
	__u16 edges;
};

#define MAPI_REGEXP_F_ACCEPTS	0x8000

/**
 * struct mapi_regexp_edge - where a state leads to with bytes of a class
 * @to: the state
 * @cls: the class, greater than that of the edge before it in the same row
 * @pad: 0
 */
struct mapi_regexp_edge {
	__u16 to;
	__u8 cls;
	__u8 pad;
};

/* Loss set. */
enum mapi_loss_attr {
	MAPI_A_LOSS_UNSPEC,
	MAPI_A_LOSS_PAD,
	MAPI_A_LOSS_REASON,		/* u32, enum mapi_loss */
	MAPI_A_LOSS_PKTS,		/* u64 */
	__MAPI_A_LOSS_MAX,
};
#define MAPI_A_LOSS_MAX (__MAPI_A_LOSS_MAX - 1)

/* Function set: FUNCTION_GET. */
enum mapi_function_attr {
	MAPI_A_FUNCTION_UNSPEC,
	MAPI_A_FUNCTION_NAME,		/* string */
	MAPI_A_FUNCTION_LIBRARY,	/* string */
	MAPI_A_FUNCTION_OID,		/* string: devices it serves */
	MAPI_A_FUNCTION_DESCR,		/* string */
	MAPI_A_FUNCTION_ARGDESCR,	/* string of type letters, varargs form */
	MAPI_A_FUNCTION_ARG,		/* nest (arg set), repeated, in order */
	MAPI_A_FUNCTION_FLAGS,		/* u32, MAPI_FUNC_F_* */
	MAPI_A_FUNCTION_RESULT_TYPE,	/* u32 */
	MAPI_A_FUNCTION_RESULT_SIZE,	/* u32, 0: depends on the arguments */
	MAPI_A_FUNCTION_MODULE,		/* string */
	MAPI_A_FUNCTION_USERS,		/* u32: instances */
	__MAPI_A_FUNCTION_MAX,
};
#define MAPI_A_FUNCTION_MAX (__MAPI_A_FUNCTION_MAX - 1)

/* Device set: DEVICE_*. */
enum mapi_device_attr {
	MAPI_A_DEVICE_UNSPEC,
	MAPI_A_DEVICE_PAD,
	MAPI_A_DEVICE_ID,		/* u32, from 1; absent: no flow is on it */
	MAPI_A_DEVICE_NAME,		/* string */
	MAPI_A_DEVICE_IFINDEX,		/* u32 */
	MAPI_A_DEVICE_SOURCE,		/* string: "nic", "trace" */
	MAPI_A_DEVICE_OID,		/* string */
	MAPI_A_DEVICE_LINKTYPE,		/* u32 */
	MAPI_A_DEVICE_MODE,		/* u32, enum mapi_dev_mode */
	MAPI_A_DEVICE_TSTAMP,		/* u32, enum mapi_tstamp */
	MAPI_A_DEVICE_FLOWS,		/* u32, connected flows of all users */
	MAPI_A_DEVICE_PKTS,		/* u64, packets seen */
	MAPI_A_DEVICE_BYTES,		/* u64, their bytes on the wire */
	MAPI_A_DEVICE_LOST,		/* nest (loss set), repeated */
	MAPI_A_DEVICE_SPEED,		/* u32, Mbit/s, 0: unknown */
	MAPI_A_DEVICE_MTU,		/* u32 */
	MAPI_A_DEVICE_DESCR,		/* string */
	MAPI_A_DEVICE_EVENT,		/* u32, enum mapi_event */
	MAPI_A_DEVICE_IFDROPS,		/* u64, the interface's own receive drops */
	MAPI_A_DEVICE_SHADOW,		/* u32, one packet in so many is checked; 0: none */
	MAPI_A_DEVICE_CHECKED,		/* u64, packets that were */
	MAPI_A_DEVICE_DIVERGED,		/* u64, differences that were found */
	MAPI_A_DEVICE_RUN,		/* u64, of PKTS, those that the plan has had */
	MAPI_A_DEVICE_COST,		/* u32, request: measure what its plan costs, */
					/* from now on for so many milliseconds; 0: no more */
	MAPI_A_DEVICE_FD,		/* s32, DEVICE_NEW */
	__MAPI_A_DEVICE_MAX,
};
#define MAPI_A_DEVICE_MAX (__MAPI_A_DEVICE_MAX - 1)

/* Limit set: LIMIT_*. */
enum mapi_limit_attr {
	MAPI_A_LIMIT_UNSPEC,
	MAPI_A_LIMIT_PAD,
	MAPI_A_LIMIT_UID,		/* u32; absent: the default for all users */
	MAPI_A_LIMIT_FLOWS,		/* u32, flows at a time */
	MAPI_A_LIMIT_MEMORY,		/* u64, bytes of results, rings, buffers */
	MAPI_A_LIMIT_FLOWS_USED,	/* u32 */
	MAPI_A_LIMIT_MEMORY_USED,	/* u64 */
	MAPI_A_LIMIT_RESET,		/* flag: forget this user's own limits */
	__MAPI_A_LIMIT_MAX,
};
#define MAPI_A_LIMIT_MAX (__MAPI_A_LIMIT_MAX - 1)

/*
 * Plan set: PLAN_GET, a node of a plan. Who may not see all flows is told of
 * those that he may see only, and what they have had of PKTS and BYTES.
 */
enum mapi_plan_attr {
	MAPI_A_PLAN_UNSPEC,
	MAPI_A_PLAN_PAD,
	MAPI_A_PLAN_DEVICE,		/* string */
	MAPI_A_PLAN_NODE,		/* u64, never twice in the life of a plan */
	MAPI_A_PLAN_PARENT,		/* u64, NODE that packets come from; absent: root */
	MAPI_A_PLAN_MATCH,		/* u32, enum mapi_match */
	MAPI_A_PLAN_DIRECTION,		/* u32, MAPI_DIR_*, with MAPI_MATCH_DIR */
	MAPI_A_PLAN_FUNC,		/* nest (func set): the filter in front; without */
					/* ARG if they are too long for a message */
	MAPI_A_PLAN_LOOKUP,		/* u64, repeated: tables that the filter is in, */
					/* or the search */
	MAPI_A_PLAN_PKTS,		/* u64, that came since the node was made, or to */
	MAPI_A_PLAN_BYTES,		/* u64, the first of the flows that are told of */
	MAPI_A_PLAN_FLOWS,		/* u32, flows of all users that come there */
	MAPI_A_PLAN_OTHERS,		/* u32, those that the caller may not see */
	MAPI_A_PLAN_ACTS,		/* u32, functions of all users that run there */
	MAPI_A_PLAN_VISIT,		/* nest (visit set), repeated: the others */
	MAPI_A_PLAN_CALLS,		/* u64, calls of the filter in front that were */
	MAPI_A_PLAN_CALL_NS,		/* measured, and ns that they took in all */
	MAPI_A_PLAN_STAYS,		/* u64, packets that were measured there, and ns */
	MAPI_A_PLAN_STAY_NS,		/* for what runs there, and look-ups behind it */
	__MAPI_A_PLAN_MAX,
};
#define MAPI_A_PLAN_MAX (__MAPI_A_PLAN_MAX - 1)

/* Visit set: a flow at a node of a plan. */
enum mapi_visit_attr {
	MAPI_A_VISIT_UNSPEC,
	MAPI_A_VISIT_PAD,
	MAPI_A_VISIT_ID,		/* u32, of the flow */
	MAPI_A_VISIT_NAME,		/* string, if it has one */
	MAPI_A_VISIT_PKTS,		/* u64, that it has had there; absent at a root */
	MAPI_A_VISIT_BYTES,		/* u64, that it only passes */
	MAPI_A_VISIT_FUNC,		/* nest (func set: FID, NAME, RESULT_TYPE), */
					/* repeated: what it does there */
	__MAPI_A_VISIT_MAX,
};
#define MAPI_A_VISIT_MAX (__MAPI_A_VISIT_MAX - 1)

#define MAPI_DIR_IN	1
#define MAPI_DIR_OUT	2

#define MAPI_FLOW_F_PERSISTENT	1	/* outlives its maker; needs a NAME */
#define MAPI_FLOW_F_NOPROMISC	2	/* leaves promiscuous mode alone */

#define MAPI_FUNC_F_FILTER	1	/* may stop packets */
#define MAPI_FUNC_F_PURE	2	/* verdict depends on the packet alone */
#define MAPI_FUNC_F_AGGREGATE	4	/* takes super-packets as they are */
#define MAPI_FUNC_F_MODIFIES	8	/* changes packets for those behind it, or stops them */
#define MAPI_FUNC_F_ADMIN	16	/* needs CAP_NET_ADMIN */

/* The numbers of the first four are MAPI's. */
enum mapi_flow_status {
	MAPI_FLOW_INIT,
	MAPI_FLOW_ACTIVE,
	MAPI_FLOW_FINISHED,
	MAPI_FLOW_CLOSED,
};

/* Why an ended flow ended. */
enum mapi_end_reason {
	MAPI_END_NONE,
	MAPI_END_DEVICE_GONE,		/* unregistered */
	MAPI_END_DEVICE_RENAMED,
	MAPI_END_DEVICE_MOVED,		/* to another network namespace */
	MAPI_END_DELETED,		/* FLOW_DEL */
	MAPI_END_EOF,			/* the trace ended */
	MAPI_END_DEVICE_CHANGED,	/* to another link type */
	MAPI_END_BROKEN,		/* the trace is damaged from there on */
	__MAPI_END_MAX,
};

/* Why a packet was lost. */
enum mapi_loss {
	MAPI_LOSS_RING_FULL,		/* the reader was too slow */
	MAPI_LOSS_BAD_INDEX,		/* the reader's index was nonsense */
	MAPI_LOSS_BACKLOG,		/* the file could not be written as fast */
	MAPI_LOSS_FILE,			/* the file ended: full disk, I/O error; or
					   an interface did not send it */
	MAPI_LOSS_LIMIT,		/* behind the packet limit of the function */
	MAPI_LOSS_RECURSION,		/* sent by the plan itself, or would be */
	MAPI_LOSS_NR,
};

/* How a packet gets to a node of a plan. */
enum mapi_match {
	MAPI_MATCH_ALL,			/* all do: the root */
	MAPI_MATCH_DIR,			/* by its direction */
	MAPI_MATCH_CALL,		/* the filter is called */
	MAPI_MATCH_LOOKUP,		/* found in tables, with other filters */
	MAPI_MATCH_SEARCH,		/* found by a search for the strings of many */
	__MAPI_MATCH_MAX,
};

enum mapi_event {
	MAPI_EVENT_NEW,
	MAPI_EVENT_CONNECT,
	MAPI_EVENT_END,
	MAPI_EVENT_DEL,
	MAPI_EVENT_SET,
	MAPI_EVENT_DIVERGED,
};

/*
 * How the plan differed from a flow's own functions, called one after the other
 * (the shadow check).
 */
enum mapi_diverged {
	MAPI_DIVERGED_STOPPED,		/* the plan stopped what the function passes */
	MAPI_DIVERGED_PASSED,		/* and passed what it stops */
	MAPI_DIVERGED_COUNTED,		/* counted it otherwise than once */
	MAPI_DIVERGED_MISSED,		/* left the function out, or a call of it */
	MAPI_DIVERGED_RAN,		/* or called it too often */
	__MAPI_DIVERGED_MAX,
};

enum mapi_dev_mode {
	MAPI_MODE_TAP,		/* sees what tcpdump sees, sent packets too */
	MAPI_MODE_INGRESS,	/* netfilter ingress hook, received packets */
	MAPI_MODE_CONSUME,	/* the same; packets end here */
	__MAPI_MODE_MAX,
};

enum mapi_tstamp {
	MAPI_TSTAMP_SOFTWARE,
	MAPI_TSTAMP_HARDWARE,	/* the card's; software where it gave none */
	__MAPI_TSTAMP_MAX,
};

/**
 * struct mapi_err_cookie - NLMSGERR_ATTR_COOKIE of a refused request
 * @code: MAPI error number, 0 if there is no better one than the errno
 * @arg: number of the function argument at fault, from 1; 0: none
 */
struct mapi_err_cookie {
	__u32 code;
	__u32 arg;
};

/* MAPI error numbers that the kernel sends; the rest are libmapi's. */
#define MAPI_ERR_FILTER			1025
#define MAPI_ERR_ALREADY_ACTIVE		3081
#define MAPI_ERR_STR_DEPTH		3090
#define MAPI_ERR_STR_PIPE		3091
#define MAPI_ERR_STR_INVALID		3092
#define MAPI_ERR_NO_DEVICE		3200
#define MAPI_ERR_NOT_CONNECTED		6143
#define MAPI_ERR_FUNCTION_NOT_FOUND	6144
#define MAPI_ERR_INVALID_FLOW		6145
#define MAPI_ERR_INVALID_FID		6147
#define MAPI_ERR_FILE			6155
#define MAPI_ERR_PERMISSION		6170
#define MAPI_ERR_LIMIT			6171
#define MAPI_ERR_DEVICE_GONE		6172
#define MAPI_ERR_ARGUMENT		7000	/* + number up to 5; 6: 7011 */
#define MAPI_ERR_COULD_NOT_APPLY	7006

/*
 * The result area: mmap(flow descriptor, PROT_READ, MAP_SHARED) at offset 0,
 * MAPI_A_FLOW_RESULT_SIZE bytes, once the flow is connected.
 *
 *	struct mapi_result_hdr
 *	struct mapi_result_desc [nr_funcs]	fid n is number n - 1
 *	block of CPU 0 ... nr_cpus - 1		block_stride bytes each
 *	base block
 *	counts that flows share			see struct mapi_node_slot
 *
 * A block holds a struct mapi_node_slot for each of nr_nodes nodes and, at
 * desc.slot_off, a struct mapi_slot and right behind it desc.size bytes of
 * result for each function. Block n is written by CPU n only. The base block
 * holds what reset() found: results are sums over the CPUs' blocks less the base
 * block. What the struct mapi_slot of the base block holds is added like a CPU's:
 * packets that a worker lost.
 *
 * Nodes are the places on a flow's way: node 0 is where its packets come in,
 * and each function that may stop packets has one behind it. A function takes
 * in what comes to its node, and a filter passes on what comes to the node
 * behind it.
 */
#define MAPI_RESULT_MAGIC	0x4950414d	/* "MAPI" */
#define MAPI_RESULT_VERSION	3

struct mapi_result_hdr {
	__u32 magic;
	__u16 version;
	__u16 hdr_len;		/* offset of the first desc */
	__u16 desc_len;		/* bytes of a desc */
	__u16 node_len;		/* bytes of a struct mapi_node_slot */
	__u32 nr_funcs;
	__u32 nr_nodes;
	__u32 nr_cpus;
	__u32 block_off;	/* of CPU 0 */
	__u32 block_stride;
	__u32 flow_id;
	__u32 linktype;
	__u32 status;		/* enum mapi_flow_status */
	__u32 reason;		/* enum mapi_end_reason */
	__u32 tstamp;		/* enum mapi_tstamp */
	__u64 created;		/* ns since 1970 */
	__u64 connected;
	__u64 ended;
};

/**
 * enum mapi_result_type - how blocks become a result
 * @MAPI_RESULT_NONE: the function has none
 * @MAPI_RESULT_SUM: an array of u64, each the sum over CPUs less the base
 * @MAPI_RESULT_SINGLE: an array of u64 in the block of CPU 0 alone (written
 *	by one worker)
 * @MAPI_RESULT_RING: packets in rings; the block counts those delivered (SUM)
 * @MAPI_RESULT_PKTS: a u64: the packets that came to the function's node, less
 *	the base; the blocks hold nothing
 * @MAPI_RESULT_BYTES: the same of their bytes
 * @MAPI_RESULT_LAST: an array of u64 that is written as a whole: that of the
 *	block whose slot.last is greatest, or zeros if that of the base block is no
 *	less
 * @MAPI_RESULT_MIXED: an array of u64: sums over CPUs, and behind them the least
 *	values of nr_min words and the greatest of nr_max, of blocks whose slot.age
 *	is desc.age; zeros if there is none. If there are sums the first is a count,
 *	and least values are none while it is 0; if not, all ones is none. None
 *	becomes 0
 */
enum mapi_result_type {
	MAPI_RESULT_NONE,
	MAPI_RESULT_SUM,
	MAPI_RESULT_SINGLE,
	MAPI_RESULT_RING,
	MAPI_RESULT_PKTS,
	MAPI_RESULT_BYTES,
	MAPI_RESULT_LAST,
	MAPI_RESULT_MIXED,
	__MAPI_RESULT_MAX,
};

struct mapi_result_desc {
	__u32 fid;
	__u32 type;		/* enum mapi_result_type */
	__u32 node;		/* where its packets come to */
	__u32 behind;		/* where those come to that it passes on */
	__u32 slot_off;		/* of its struct mapi_slot in a block */
	__u32 size;		/* bytes of result behind the struct mapi_slot */
	__u32 seq;		/* odd while the base block changes */
	__s32 status;		/* 0, or the negative errno that ended it */
	__u32 ring_size;	/* data bytes of each CPU's ring, 0: no ring */
	__u32 flags;		/* MAPI_FUNC_F_* */
	char name[MAPI_NAME_MAX + 1];
	__u32 nr_min;		/* words of MAPI_RESULT_MIXED */
	__u32 nr_max;
	__u32 age;		/* and how often it was reset, plus 1 */
	__u32 pad;
};

/**
 * struct mapi_node_count - what came to a node on one CPU
 * @pkts: packets on the wire
 * @bytes: their bytes
 */
struct mapi_node_count {
	__u64 pkts;
	__u64 bytes;
};

/**
 * struct mapi_node_slot - a node of a flow on one CPU
 * @seq: odd while the CPU changes what follows
 * @at: offset in the area of the struct mapi_node_count that all flows share
 *	which come this way; 0: none, or no more
 * @own: counted for this flow while @at was another
 * @base: what @at showed when this flow came to it
 *
 * What came to the node is @own, and if there is @at what it shows less @base.
 * What it shows alone means nothing: it does not begin with zero.
 */
struct mapi_node_slot {
	__u32 seq;
	__u32 at;
	struct mapi_node_count own;
	struct mapi_node_count base;
	__u64 pad[3];
};

/**
 * struct mapi_slot - what every function counts, in front of its result
 * @seq: odd while a result of more than one word is being written
 * @age: how often a %MAPI_RESULT_MIXED had been reset when it was written, plus 1
 * @last: the greater, the later a %MAPI_RESULT_LAST was written, on whatever CPU;
 *	0: never
 * @lost: packets it lost, by reason
 */
struct mapi_slot {
	__u32 seq;
	__u32 age;
	__u64 last;
	__u64 lost[MAPI_LOSS_NR];
};

/*
 * Packet rings: one per function with MAPI_RESULT_RING and CPU.
 *
 * mmap(PROT_READ, MAP_SHARED), offset MAPI_MMAP_RING(fid, cpu): one page with
 * a struct mapi_ring_prod, then the ring_size bytes of data, twice in a row,
 * so that a record is always contiguous: length page + 2 * ring_size.
 * mmap(PROT_READ | PROT_WRITE), offset MAPI_MMAP_RING_CONS(fid, cpu): one page
 * with a struct mapi_ring_cons.
 *
 * head and tail are byte counts that only grow; a position in the data is
 * (count & (ring_size - 1)). The consumer reads head with acquire semantics,
 * reads records from tail to head, then stores tail with release semantics.
 * A consumer that keeps a record while it calls poll() says so in taken; one
 * that does not may leave it 0.
 */
#define MAPI_MMAP_RING(fid, cpu) \
	(((__u64)(fid) << 44) | ((__u64)(cpu) << 28))
#define MAPI_MMAP_RING_CONS(fid, cpu) \
	(MAPI_MMAP_RING(fid, cpu) | (1ULL << 27))
#define MAPI_RING_SIZE_MAX	(32U << 20)

struct mapi_ring_prod {
	__u64 head;		/* bytes written so far */
	__u64 pkts;		/* records written so far */
};

struct mapi_ring_cons {
	__u64 tail;		/* bytes consumed so far */
	__u64 pad[7];		/* what follows is not read for each packet */
	__u64 taken;		/* bytes in hand or consumed; poll() looks behind them */
};

/**
 * struct mapi_rec - a packet in a ring
 * @len: bytes to the next record, a multiple of 8
 * @flags: MAPI_REC_F_*
 * @ts: seconds since 1970 in the high 32 bits, binary fraction in the low
 * @ifindex: low 16 bits of the interface's number
 * @caplen: bytes of @data
 * @wlen: bytes of the packet on the wire
 * @data: from the link-layer header on
 *
 * From @ts on this is struct mapipkt of MAPI.
 */
struct mapi_rec {
	__u32 len;
	__u32 flags;
	__u64 ts;
	__u16 ifindex;
	__u16 pad;
	__u32 caplen;
	__u32 wlen;
	__u8 data[];
};

/**
 * struct mapi_trace_rec - a packet of a trace, for write() on its device
 * @ts: when it came, nanoseconds since 1970, before the year 2106
 * @len: bytes to the next record, a multiple of 8, at least these and @caplen
 * @caplen: bytes of @data, %MAPI_CAPLEN_MAX at most
 * @wlen: bytes of the packet on the wire, at least @caplen
 * @flags: MAPI_TRACE_F_*, and the port as MAPI_TRACE_PORT() has it
 * @data: from the link-layer header on
 *
 * write() takes whole records. While a function has no room for a packet's bytes
 * (a full ring of TO_BUFFER, a slow disk of TO_FILE) it waits, or takes the records
 * in front and says so, or EAGAIN with O_NONBLOCK. EINVAL: the first record is none.
 * ESHUTDOWN: there was a last one already.
 */
struct mapi_trace_rec {
	__u64 ts;
	__u32 len;
	__u32 caplen;
	__u32 wlen;
	__u32 flags;
	__u8 data[];
};

#define MAPI_TRACE_F_OUT	1	/* sent, not received */
#define MAPI_TRACE_F_END	2	/* no packet: the trace ends here */
#define MAPI_TRACE_F_BROKEN	4	/* and that because it is damaged */
#define MAPI_TRACE_PORT(flags)	((flags) >> 8)	/* of the card, 0 to 7 */
#define MAPI_TRACE_PORT_MAX	7

#define MAPI_REC_F_OUT		1	/* sent, not received */
#define MAPI_REC_F_HWTSTAMP	2	/* ts is the card's */

#endif /* _UAPI_LINUX_MAPI_H */
