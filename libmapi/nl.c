// SPDX-License-Identifier: MIT
/* Sockets of the netlink layer: sending requests, reading answers. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "mapi/errors.h"
#include "nl.h"

/* once: the first message is the whole answer */
struct exchange {
	mnl_cb_t cb;
	void *data;
	struct mapi_nl_err *err;
	bool once;
};

int mapi_nl_fail(struct mapi_nl_err *err, int error, uint32_t code,
		 uint32_t arg, const char *fmt, ...)
{
	va_list ap;

	err->error = error;
	err->cookie.code = code;
	err->cookie.arg = arg;
	err->offset = 0;
	err->missing = 0;
	va_start(ap, fmt);
	vsnprintf(err->text, sizeof(err->text), fmt, ap);
	va_end(ap);
	return -1;
}

static int fail_errno(struct mapi_nl_err *err, const char *what)
{
	int error = errno;

	return mapi_nl_fail(err, error, MCOM_SOCKET_ERROR, 0, "%s: %s", what,
			    strerror(error));
}

/* Fill err from an acknowledgement; its attributes begin offset bytes in. */
static int read_ack(const struct nlmsghdr *nlh, unsigned int offset, int error,
		    struct mapi_nl_err *err)
{
	const struct nlattr *tb[NLMSGERR_ATTR_MAX + 1];
	const struct nlattr *cookie;

	mapi_nl_fail(err, error, 0, 0, "%s", error ? strerror(error) : "");
	if (!(nlh->nlmsg_flags & NLM_F_ACK_TLVS))
		return error ? -1 : 0;
	mapi_nl_attrs_at(nlh, offset, tb, NLMSGERR_ATTR_MAX);
	if (*mapi_nl_str(tb[NLMSGERR_ATTR_MSG]))
		snprintf(err->text, sizeof(err->text), "%s",
			 mapi_nl_str(tb[NLMSGERR_ATTR_MSG]));
	cookie = tb[NLMSGERR_ATTR_COOKIE];
	if (cookie && mnl_attr_get_payload_len(cookie) >= sizeof(err->cookie))
		memcpy(&err->cookie, mnl_attr_get_payload(cookie),
		       sizeof(err->cookie));
	err->offset = mapi_nl_u32(tb[NLMSGERR_ATTR_OFFS]);
	err->missing = mapi_nl_u32(tb[NLMSGERR_ATTR_MISS_TYPE]);
	return error ? -1 : 0;
}

/* The request is echoed, without its payload if it was granted. */
static int on_error(const struct nlmsghdr *nlh, void *data)
{
	const struct nlmsgerr *msg = mnl_nlmsg_get_payload(nlh);
	struct exchange *x = data;
	unsigned int offset = sizeof(*msg);

	if (mnl_nlmsg_get_payload_len(nlh) < sizeof(*msg)) {
		errno = EBADMSG;
		return MNL_CB_ERROR;
	}
	if (!(nlh->nlmsg_flags & NLM_F_CAPPED))
		offset += MNL_ALIGN(msg->msg.nlmsg_len) - MNL_NLMSG_HDRLEN;
	return read_ack(nlh, offset, -msg->error, x->err) ? MNL_CB_ERROR :
							    MNL_CB_STOP;
}

static int on_done(const struct nlmsghdr *nlh, void *data)
{
	struct exchange *x = data;
	int error = 0;

	if (mnl_nlmsg_get_payload_len(nlh) >= sizeof(error))
		memcpy(&error, mnl_nlmsg_get_payload(nlh), sizeof(error));
	return read_ack(nlh, sizeof(error), -error, x->err) ? MNL_CB_ERROR :
							      MNL_CB_STOP;
}

static int on_message(const struct nlmsghdr *nlh, void *data)
{
	struct exchange *x = data;
	int ret = x->cb ? x->cb(nlh, x->data) : MNL_CB_OK;

	return ret == MNL_CB_OK && x->once ? MNL_CB_STOP : ret;
}

static mnl_cb_t control[] = {
	[NLMSG_ERROR] = on_error,
	[NLMSG_DONE] = on_done,
};

/* Receive one batch of any length. Return: bytes, or -1 with errno set. */
static ssize_t receive(struct mnl_socket *sock, void **buf, size_t *size)
{
	ssize_t len;
	void *bigger;

	do {
		len = recv(mnl_socket_get_fd(sock), NULL, 0,
			   MSG_PEEK | MSG_TRUNC);
	} while (len < 0 && errno == EINTR);
	if (len < 0)
		return -1;
	if ((size_t)len > *size || !*buf) {
		/* The first size offered tells the kernel how much to send. */
		*size = len < 32768 ? 32768 : len;
		bigger = realloc(*buf, *size);
		if (!bigger)
			return -1;
		*buf = bigger;
	}
	return mnl_socket_recvfrom(sock, *buf, *size);
}

/* Read batches until the callbacks end it. seq 0: one batch of events. */
static int read_answer(struct mnl_socket *sock, unsigned int seq,
		       struct exchange *x)
{
	size_t size = 0;
	void *buf = NULL;
	ssize_t len;
	int ret = -1;

	do {
		len = receive(sock, &buf, &size);
		if (len < 0)
			break;
		ret = mnl_cb_run2(buf, len, seq, 0, on_message, x, control,
				  MNL_ARRAY_SIZE(control));
	} while (seq && ret == MNL_CB_OK);
	if (ret < 0 && !x->err->error && errno == EINTR)
		mapi_nl_fail(x->err, EINTR, 0, 0,
			     "the list changed while it was read");
	else if (ret < 0 && !x->err->error)
		fail_errno(x->err, "cannot read the kernel's answer");
	free(buf);
	return ret < 0 ? -1 : 0;
}

static int transact(struct mnl_socket *sock, struct nlmsghdr *req,
		    struct exchange *x)
{
	static const unsigned int seq = 1;

	x->err->error = 0;
	req->nlmsg_seq = seq;
	if (mnl_socket_sendto(sock, req, req->nlmsg_len) < 0)
		return fail_errno(x->err, "cannot send to the kernel");
	return read_answer(sock, seq, x);
}

/*
 * Each request has a socket of its own: in the network namespace that the thread
 * is in then, with its rights, and no other thread's. So it must cost little: the
 * kernel binds it with the first request.
 */
static struct mnl_socket *open_socket(struct mapi_nl_err *err)
{
	struct mnl_socket *sock = mnl_socket_open2(NETLINK_GENERIC, SOCK_CLOEXEC);
	int on = 1;

	if (!sock) {
		fail_errno(err, "cannot open a netlink socket");
		return NULL;
	}
	mnl_socket_setsockopt(sock, NETLINK_EXT_ACK, &on, sizeof(on));
	return sock;
}

struct family {
	uint16_t id;
	const char *group_name;		/* looked for */
	uint32_t group;			/* found */
};

static void find_group(const struct nlattr *groups, struct family *family)
{
	const struct nlattr *tb[CTRL_ATTR_MCAST_GRP_MAX + 1];
	struct nlattr *group;

	mnl_attr_for_each_nested(group, groups) {
		mapi_nl_nest(group, tb, CTRL_ATTR_MCAST_GRP_MAX);
		if (!strcmp(mapi_nl_str(tb[CTRL_ATTR_MCAST_GRP_NAME]),
			    family->group_name))
			family->group = mapi_nl_u32(tb[CTRL_ATTR_MCAST_GRP_ID]);
	}
}

static int on_family(const struct nlmsghdr *nlh, void *data)
{
	const struct nlattr *tb[CTRL_ATTR_MAX + 1];
	struct family *family = data;

	mapi_nl_attrs(nlh, tb, CTRL_ATTR_MAX);
	family->id = mapi_nl_u32(tb[CTRL_ATTR_FAMILY_ID]);
	if (family->group_name && tb[CTRL_ATTR_MCAST_GROUPS])
		find_group(tb[CTRL_ATTR_MCAST_GROUPS], family);
	return MNL_CB_OK;
}

/* Asking for the family by its name makes the kernel load the module. */
static int find_family(struct mnl_socket *sock, struct family *family,
		       struct mapi_nl_err *err)
{
	struct nlmsghdr *req = mapi_nl_new(CTRL_CMD_GETFAMILY);
	struct exchange x = { on_family, family, err, .once = true };
	int ret;

	if (!req)
		return mapi_nl_fail(err, ENOMEM, 0, 0, "out of memory");
	req->nlmsg_type = GENL_ID_CTRL;
	req->nlmsg_flags = NLM_F_REQUEST;
	mapi_nl_put_str(req, CTRL_ATTR_FAMILY_NAME, MAPI_FAMILY_NAME);
	ret = transact(sock, req, &x);
	mapi_nl_free(req);
	if (ret && err->error == ENOENT)
		mapi_nl_fail(err, ENOENT, MCOM_INIT_SOCKET_ERROR, 0,
			     "the mapi kernel module is not loaded and could not be loaded");
	return ret;
}

/* What the family had for a number when it was last asked for; 0: it never was. */
static _Atomic uint16_t known;

/*
 * A module that was loaded again has another number, and nobody its old one: they
 * are given out in turn. Then the kernel knows of no such family.
 */
static int transact_again(struct mnl_socket *sock, struct nlmsghdr *req,
			  struct exchange *x)
{
	struct mapi_nl_err err = *x->err;
	struct family family = { 0 };

	if (find_family(sock, &family, x->err))
		return -1;
	known = family.id;
	if (family.id == req->nlmsg_type) {
		*x->err = err;	/* it was not that */
		return -1;
	}
	req->nlmsg_type = family.id;
	return transact(sock, req, x);
}

static int transact_family(struct mnl_socket *sock, struct nlmsghdr *req,
			   uint16_t flags, struct exchange *x)
{
	struct family family = { .id = known };
	bool guessed = family.id;
	int ret;

	if (!guessed && find_family(sock, &family, x->err))
		return -1;
	known = family.id;
	req->nlmsg_type = family.id;
	req->nlmsg_flags = NLM_F_REQUEST | flags;
	ret = transact(sock, req, x);
	if (ret && guessed && x->err->error == ENOENT)
		ret = transact_again(sock, req, x);
	return ret;
}

static int call(struct nlmsghdr *req, uint16_t flags, struct exchange *x)
{
	struct mnl_socket *sock;
	int ret;

	if (!req)
		return mapi_nl_fail(x->err, ENOMEM, 0, 0, "out of memory");
	if (mapi_nl_is_full(req))
		return mapi_nl_fail(x->err, EMSGSIZE, 0, 0,
				    "the request is too long");
	sock = open_socket(x->err);
	if (!sock)
		return -1;
	ret = transact_family(sock, req, flags, x);
	mnl_socket_close(sock);
	return ret;
}

int mapi_nl_call(struct nlmsghdr *req, mnl_cb_t cb, void *data,
		 struct mapi_nl_err *err)
{
	struct exchange x = { cb, data, err, .once = cb };

	return call(req, cb ? 0 : NLM_F_ACK, &x);
}

int mapi_nl_dump(struct nlmsghdr *req, mnl_cb_t cb, void *data,
		 struct mapi_nl_err *err)
{
	struct exchange x = { .cb = cb, .data = data, .err = err };

	return call(req, NLM_F_DUMP, &x);
}

struct mnl_socket *mapi_nl_subscribe(const char *group, struct mapi_nl_err *err)
{
	struct mnl_socket *sock = open_socket(err);
	struct family family = { .group_name = group };

	if (!sock)
		return NULL;
	if (find_family(sock, &family, err))
		goto fail;
	if (!family.group) {
		mapi_nl_fail(err, ENOENT, 0, 0, "no event group \"%s\"", group);
		goto fail;
	}
	if (mnl_socket_setsockopt(sock, NETLINK_ADD_MEMBERSHIP, &family.group,
				  sizeof(family.group))) {
		fail_errno(err, "cannot listen to events");
		goto fail;
	}
	return sock;

fail:
	mnl_socket_close(sock);
	return NULL;
}

int mapi_nl_events(struct mnl_socket *sock, mnl_cb_t cb, void *data,
		   struct mapi_nl_err *err)
{
	struct exchange x = { .cb = cb, .data = data, .err = err };

	err->error = 0;
	return read_answer(sock, 0, &x);
}
