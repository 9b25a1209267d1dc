// SPDX-License-Identifier: MIT
/* Messages of the netlink layer: writing and reading attributes. */
#include <stdlib.h>
#include <string.h>

#include "nl.h"

struct nlmsghdr *mapi_nl_new(uint8_t cmd)
{
	void *buf = malloc(MAPI_NL_REQUEST_MAX);
	struct nlmsghdr *nlh;
	struct genlmsghdr *genl;

	if (!buf)
		return NULL;
	nlh = mnl_nlmsg_put_header(buf);
	genl = mnl_nlmsg_put_extra_header(nlh, sizeof(*genl));
	genl->cmd = cmd;
	genl->version = MAPI_FAMILY_VERSION;
	return nlh;
}

void mapi_nl_free(struct nlmsghdr *req)
{
	free(req);
}

/* The type of a request is not used until it is sent: it marks a full one. */
bool mapi_nl_is_full(const struct nlmsghdr *req)
{
	return req->nlmsg_type == NLMSG_OVERRUN;
}

void mapi_nl_put(struct nlmsghdr *req, uint16_t type, const void *data,
		 size_t len)
{
	if (!req || mapi_nl_is_full(req))
		return;
	if (len > UINT16_MAX - MNL_ATTR_HDRLEN ||
	    !mnl_attr_put_check(req, MAPI_NL_REQUEST_MAX, type, len, data))
		req->nlmsg_type = NLMSG_OVERRUN;
}

void mapi_nl_put_flag(struct nlmsghdr *req, uint16_t type)
{
	mapi_nl_put(req, type, "", 0);
}

void mapi_nl_put_u32(struct nlmsghdr *req, uint16_t type, uint32_t val)
{
	mapi_nl_put(req, type, &val, sizeof(val));
}

void mapi_nl_put_s32(struct nlmsghdr *req, uint16_t type, int32_t val)
{
	mapi_nl_put(req, type, &val, sizeof(val));
}

void mapi_nl_put_u64(struct nlmsghdr *req, uint16_t type, uint64_t val)
{
	mapi_nl_put(req, type, &val, sizeof(val));
}

void mapi_nl_put_s64(struct nlmsghdr *req, uint16_t type, int64_t val)
{
	mapi_nl_put(req, type, &val, sizeof(val));
}

void mapi_nl_put_str(struct nlmsghdr *req, uint16_t type, const char *str)
{
	mapi_nl_put(req, type, str, strlen(str) + 1);
}

struct nlattr *mapi_nl_nest_begin(struct nlmsghdr *req, uint16_t type)
{
	struct nlattr *nest;

	if (!req || mapi_nl_is_full(req))
		return NULL;
	nest = mnl_attr_nest_start_check(req, MAPI_NL_REQUEST_MAX, type);
	if (!nest)
		req->nlmsg_type = NLMSG_OVERRUN;
	return nest;
}

void mapi_nl_nest_end(struct nlmsghdr *req, struct nlattr *nest)
{
	if (!nest || mapi_nl_is_full(req))
		return;
	if ((char *)mnl_nlmsg_get_payload_tail(req) - (char *)nest > UINT16_MAX)
		req->nlmsg_type = NLMSG_OVERRUN;
	else
		mnl_attr_nest_end(req, nest);
}

static int collect(const struct nlattr *attr, void *data)
{
	const struct nlattr **tb = data;
	unsigned int max = (uintptr_t)tb[0];

	if (mnl_attr_get_type(attr) && mnl_attr_get_type(attr) <= max)
		tb[mnl_attr_get_type(attr)] = attr;
	return MNL_CB_OK;
}

/* No attribute set uses type 0, so tb[0] can tell collect() the maximum. */
static void prepare(const struct nlattr **tb, unsigned int max)
{
	memset(tb, 0, (max + 1) * sizeof(*tb));
	tb[0] = (const void *)(uintptr_t)max;
}

void mapi_nl_attrs_at(const struct nlmsghdr *nlh, unsigned int offset,
		      const struct nlattr **tb, unsigned int max)
{
	prepare(tb, max);
	mnl_attr_parse(nlh, offset, collect, tb);
	tb[0] = NULL;
}

void mapi_nl_attrs(const struct nlmsghdr *nlh, const struct nlattr **tb,
		   unsigned int max)
{
	mapi_nl_attrs_at(nlh, sizeof(struct genlmsghdr), tb, max);
}

void mapi_nl_nest(const struct nlattr *nest, const struct nlattr **tb,
		  unsigned int max)
{
	prepare(tb, max);
	if (nest)
		mnl_attr_parse_nested(nest, collect, tb);
	tb[0] = NULL;
}

static uint64_t get_uint(const struct nlattr *attr)
{
	uint64_t val = 0;

	if (!attr)
		return 0;
	switch (mnl_attr_get_payload_len(attr)) {
	case 1:
		return mnl_attr_get_u8(attr);
	case 2:
		return mnl_attr_get_u16(attr);
	case 4:
		return mnl_attr_get_u32(attr);
	case 8:
		memcpy(&val, mnl_attr_get_payload(attr), sizeof(val));
	}
	return val;
}

uint32_t mapi_nl_u32(const struct nlattr *attr)
{
	return get_uint(attr);
}

uint64_t mapi_nl_u64(const struct nlattr *attr)
{
	return get_uint(attr);
}

const char *mapi_nl_str(const struct nlattr *attr)
{
	const char *str = attr ? mnl_attr_get_payload(attr) : NULL;
	size_t len = attr ? mnl_attr_get_payload_len(attr) : 0;

	return len && !str[len - 1] ? str : "";
}

uint8_t mapi_nl_cmd(const struct nlmsghdr *nlh)
{
	const struct genlmsghdr *genl = mnl_nlmsg_get_payload(nlh);

	return mnl_nlmsg_get_payload_len(nlh) < sizeof(*genl) ? 0 : genl->cmd;
}
