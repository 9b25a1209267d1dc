// SPDX-License-Identifier: MIT
/* Arguments of a call given as text. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "apply.h"
#include "mapi.h"
#include "mapi/extraflib.h"
#include "mapi/stdflib.h"

static const struct {
	const char *name;
	int num;
} constants[] = {
	{ "WAIT", WAIT },
	{ "NOWAIT", NOWAIT },
	{ "PERIODIC", PERIODIC },
	{ "PROBABILISTIC", PROBABILISTIC },
	{ "BINOP_ADD", BINOP_ADD },
	{ "BINOP_SUB", BINOP_SUB },
	{ "PKT_TS", PKT_TS },
	{ "PKT_SIZE", PKT_SIZE },
	{ "TR_CHAR", TR_CHAR },
	{ "TR_INT", TR_INT },
	{ "TR_ULL", TR_ULL },
	{ "TR_POLL", TR_POLL },
	{ "TR_MW", TR_MW },
	{ "EQUAL", EQUAL },
	{ "GT", GT },
	{ "LT", LT },
	{ "EQUAL_D", EQUAL_D },
	{ "GT_D", GT_D },
	{ "LT_D", LT_D },
	{ "SORT_BY_PACKETS", SORT_BY_PACKETS },
	{ "SORT_BY_BYTES", SORT_BY_BYTES },
	{ "TOPX_IP", TOPX_IP },
	{ "TOPX_TCP", TOPX_TCP },
	{ "TOPX_UDP", TOPX_UDP },
	{ "TOPX_IP_TOS", TOPX_IP_TOS },
	{ "TOPX_IP_LENGTH", TOPX_IP_LENGTH },
	{ "TOPX_IP_ID", TOPX_IP_ID },
	{ "TOPX_IP_OFFSET", TOPX_IP_OFFSET },
	{ "TOPX_IP_TTL", TOPX_IP_TTL },
	{ "TOPX_IP_PROTOCOL", TOPX_IP_PROTOCOL },
	{ "TOPX_IP_CHECKSUM", TOPX_IP_CHECKSUM },
	{ "TOPX_IP_SRCIP", TOPX_IP_SRCIP },
	{ "TOPX_IP_DSTIP", TOPX_IP_DSTIP },
	{ "TOPX_TCP_SRCPORT", TOPX_TCP_SRCPORT },
	{ "TOPX_TCP_DSTPORT", TOPX_TCP_DSTPORT },
	{ "TOPX_TCP_SEQ", TOPX_TCP_SEQ },
	{ "TOPX_TCP_ACK", TOPX_TCP_ACK },
	{ "TOPX_TCP_FLAGS", TOPX_TCP_FLAGS },
	{ "TOPX_TCP_WIN", TOPX_TCP_WIN },
	{ "TOPX_TCP_CRC", TOPX_TCP_CRC },
	{ "TOPX_TCP_URGENT", TOPX_TCP_URGENT },
	{ "TOPX_UDP_SRCPORT", TOPX_UDP_SRCPORT },
	{ "TOPX_UDP_DSTPORT", TOPX_UDP_DSTPORT },
	{ "TOPX_UDP_LENGTH", TOPX_UDP_LENGTH },
	{ "TOPX_UDP_CHECKSUM", TOPX_UDP_CHECKSUM },
	{ "MFF_PCAP", MFF_PCAP },
	{ "MFF_TCPDUMP", MFF_TCPDUMP },
	{ "MFF_RAW", MFF_RAW },
	{ "MFF_DAG_ERF", MFF_DAG_ERF },
	{ "MFF_COMBO6", MFF_COMBO6 },
	{ "MFF_NAPATECH", MFF_NAPATECH },
	{ "MFF_PCAP_NSEC", MFF_PCAP_NSEC },
};

static bool read_constant(const char *text, int64_t *num)
{
	for (size_t i = 0; i < sizeof(constants) / sizeof(*constants); i++) {
		if (!strcmp(constants[i].name, text)) {
			*num = constants[i].num;
			return true;
		}
	}
	return false;
}

static bool read_number(const char *text, int64_t *num)
{
	char *end;

	errno = 0;
	*num = strtoll(text, &end, 0);
	return !errno && end != text && !*end;
}

static int set_text(struct mapi_call *call, unsigned int n, const char *text,
		    struct mapi_nl_err *err)
{
	struct mapi_arg *arg = &call->args[n];
	char type = call->spec->args[n].type;

	if (mapi_type_is_text(type)) {
		arg->str = strdup(text);
		return arg->str ? 0 :
		       mapi_nl_fail(err, ENOMEM, 0, 0, "out of memory");
	}
	/* The flow that the function is applied to, which may have no number yet. */
	if (type == 'r' && !strcmp(text, "self")) {
		arg->num = 0;
		return 0;
	}
	if (type == 'c' && strlen(text) == 1) {
		arg->num = text[0];
		return 0;
	}
	if (read_constant(text, &arg->num) || read_number(text, &arg->num))
		return 0;
	return mapi_arg_fail(call, n, 0, err, "\"%.64s\" is not a number", text);
}

int mapi_call_set_text(struct mapi_call *call, char *const *args,
		       unsigned int nargs, struct mapi_nl_err *err)
{
	if (nargs > call->spec->nargs)
		return mapi_nl_fail(err, EINVAL, MAPI_ERR_ARGUMENT, 0,
				    "%s: %u arguments given, it takes %u",
				    call->name, nargs, call->spec->nargs);
	call->nargs = nargs;
	for (unsigned int i = 0; i < nargs; i++) {
		if (!args[i] && mapi_type_is_text(call->spec->args[i].type))
			continue;
		if (!args[i])
			return mapi_arg_fail(call, i, 0, err, "is NULL");
		if (set_text(call, i, args[i], err))
			return -1;
	}
	return 0;
}
