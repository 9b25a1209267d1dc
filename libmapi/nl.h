/* SPDX-License-Identifier: MIT */
/*
 * Requests to the kernel's generic netlink family "mapi".
 *
 *	struct mapi_nl_err err;
 *	struct nlmsghdr *req = mapi_nl_new(MAPI_CMD_FLOW_GET);
 *
 *	mapi_nl_put_str(req, MAPI_A_FLOW_NAME, "worm");
 *	if (mapi_nl_call(req, show_flow, &state, &err))
 *		fprintf(stderr, "%s\n", err.text);
 *	mapi_nl_free(req);
 *
 * Every call opens a socket of its own and closes it again: no state is shared but
 * the family's number, so threads need no lock, forks no care, and programs may
 * close descriptors that they do not know. A reloaded module is found anew.
 */
#ifndef MAPI_NL_H
#define MAPI_NL_H

#include <stdbool.h>
#include <stdint.h>
#include <libmnl/libmnl.h>
#include <linux/genetlink.h>
#include <linux/mapi.h>

/* Room for a request: one function with all its arguments. */
#define MAPI_NL_REQUEST_MAX	(80 * 1024)

/**
 * struct mapi_nl_err - why a request failed, said by the kernel or by us
 * @error: errno, positive; 0: no error
 * @cookie: MAPI error number and number of the argument at fault, 0: none
 * @offset: of the attribute at fault from the start of the request, 0: none
 * @missing: type of an attribute that was needed but not sent, 0: none
 * @text: one line without a newline, never empty after an error. After success:
 *	the kernel's warning, or empty
 */
struct mapi_nl_err {
	int error;
	struct mapi_err_cookie cookie;
	uint32_t offset;
	uint32_t missing;
	char text[512];
};

/**
 * mapi_nl_new() - begin a request
 * @cmd: MAPI_CMD_*
 *
 * Attributes are added with mapi_nl_put_*(). Lack of memory or of room need not
 * be checked on the way: mapi_nl_call() then fails with ENOMEM or EMSGSIZE.
 *
 * Return: the message (NULL only without memory); free with mapi_nl_free().
 */
struct nlmsghdr *mapi_nl_new(uint8_t cmd);
void mapi_nl_free(struct nlmsghdr *req);

void mapi_nl_put(struct nlmsghdr *req, uint16_t type, const void *data,
		 size_t len);
void mapi_nl_put_flag(struct nlmsghdr *req, uint16_t type);
void mapi_nl_put_u32(struct nlmsghdr *req, uint16_t type, uint32_t val);
void mapi_nl_put_s32(struct nlmsghdr *req, uint16_t type, int32_t val);
void mapi_nl_put_u64(struct nlmsghdr *req, uint16_t type, uint64_t val);
void mapi_nl_put_s64(struct nlmsghdr *req, uint16_t type, int64_t val);
void mapi_nl_put_str(struct nlmsghdr *req, uint16_t type, const char *str);

/* Has more been put than there was room for? */
bool mapi_nl_is_full(const struct nlmsghdr *req);

/* What is put between begin and end becomes the content of the nest. */
struct nlattr *mapi_nl_nest_begin(struct nlmsghdr *req, uint16_t type);
void mapi_nl_nest_end(struct nlmsghdr *req, struct nlattr *nest);

/**
 * mapi_nl_call() - send a request, wait for its answer
 * @req: from mapi_nl_new(); may be sent again
 * @cb: called for the answer, which is one message; NULL: none is expected. Returns
 *	MNL_CB_OK, or MNL_CB_ERROR with errno set
 * @data: for @cb
 * @err: filled on failure, never NULL
 *
 * Return: 0, or -1 with @err filled.
 */
int mapi_nl_call(struct nlmsghdr *req, mnl_cb_t cb, void *data,
		 struct mapi_nl_err *err);

/**
 * mapi_nl_dump() - like mapi_nl_call(), but asks for all objects
 *
 * Return: 0, or -1 with @err filled. @err->error is EINTR when the list changed
 * while it was read: what @cb has seen may then be incomplete; ask again.
 */
int mapi_nl_dump(struct nlmsghdr *req, mnl_cb_t cb, void *data,
		 struct mapi_nl_err *err);

/**
 * mapi_nl_subscribe() - a socket on which the kernel reports events
 * @group: MAPI_MCGRP_EVENTS
 *
 * Return: a socket to hand to mapi_nl_events() and mnl_socket_close(), or NULL
 * with @err filled. mnl_socket_get_fd() gives what to poll.
 */
struct mnl_socket *mapi_nl_subscribe(const char *group, struct mapi_nl_err *err);

/**
 * mapi_nl_events() - wait for events and hand each to @cb
 *
 * Return: 0 after one batch, or -1 with @err filled; @err->error is ENOBUFS
 * when events were lost because they were not read fast enough.
 */
int mapi_nl_events(struct mnl_socket *sock, mnl_cb_t cb, void *data,
		   struct mapi_nl_err *err);

/**
 * mapi_nl_attrs(), mapi_nl_nest() - sort a message's, a nest's attributes by type
 * @nlh: a message of the family; with _at(), any whose attributes begin
 *	@offset bytes behind the header
 * @nest: an attribute that holds others, or NULL
 * @tb: @max + 1 places; those of absent attributes become NULL. Of a repeated
 *	attribute the last one is kept
 *
 * Use mapi_nl_for_each() to see every one of a repeated attribute.
 */
void mapi_nl_attrs(const struct nlmsghdr *nlh, const struct nlattr **tb,
		   unsigned int max);
void mapi_nl_attrs_at(const struct nlmsghdr *nlh, unsigned int offset,
		      const struct nlattr **tb, unsigned int max);
void mapi_nl_nest(const struct nlattr *nest, const struct nlattr **tb,
		  unsigned int max);

#define mapi_nl_for_each(attr, nlh) \
	mnl_attr_for_each(attr, nlh, sizeof(struct genlmsghdr))

/* Values of attributes that may be absent (NULL) or shorter than expected. */
uint32_t mapi_nl_u32(const struct nlattr *attr);
uint64_t mapi_nl_u64(const struct nlattr *attr);
const char *mapi_nl_str(const struct nlattr *attr);	/* never NULL */

/* The command of a message, for events: MAPI_CMD_*_NTF. */
uint8_t mapi_nl_cmd(const struct nlmsghdr *nlh);

/**
 * mapi_nl_fail() - fill @err as the kernel would
 * @error: errno
 * @code: MAPI error number, 0: none better than @error
 * @arg: number of the argument at fault, from 1; 0: none
 *
 * Return: -1.
 */
int mapi_nl_fail(struct mapi_nl_err *err, int error, uint32_t code,
		 uint32_t arg, const char *fmt, ...)
	__attribute__((format(printf, 5, 6)));

#endif
