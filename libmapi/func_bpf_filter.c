// SPDX-License-Identifier: MIT
/*
 * BPF_FILTER's client half: the kernel gets the expression for show and the
 * program that libpcap makes of it, which it checks for itself.
 */
#include <pcap/pcap.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "client.h"

#define SNAPLEN	262144

/* libpcap's compiler could serve one thread at a time until 1.8. */
static pthread_mutex_t compiler = PTHREAD_MUTEX_INITIALIZER;

/*
 * The kernel counts in link types of files (LINKTYPE_*), libpcap's calls in
 * DLT_*: the same numbers but for these few, which differ from system to system.
 */
static int dlt_of_linktype(uint32_t linktype)
{
	static const struct {
		uint32_t linktype;
		int dlt;
	} odd[] = {
		{ 100, DLT_ATM_RFC1483 },
		{ 101, DLT_RAW },
		{ 102, DLT_SLIP_BSDOS },
		{ 103, DLT_PPP_BSDOS },
	};

	for (size_t i = 0; i < sizeof(odd) / sizeof(*odd); i++)
		if (odd[i].linktype == linktype)
			return odd[i].dlt;
	return linktype;
}

static int keep_program(struct mapi_arg *arg, const struct bpf_program *prog)
{
	_Static_assert(sizeof(struct bpf_insn) == 8,
		       "the layout of struct sock_filter");
	arg->blob_len = prog->bf_len * sizeof(*prog->bf_insns);
	arg->blob = malloc(arg->blob_len);
	if (!arg->blob)
		return -1;
	memcpy(arg->blob, prog->bf_insns, arg->blob_len);
	return 0;
}

static int compile(struct mapi_call *call, pcap_t *pcap,
		   struct mapi_nl_err *err)
{
	struct mapi_arg *arg = &call->args[0];
	struct bpf_program prog;
	int ret;

	if (pcap_compile(pcap, &prog, arg->str, 1, PCAP_NETMASK_UNKNOWN))
		return mapi_arg_fail(call, 0, MAPI_ERR_FILTER, err, "%s",
				     pcap_geterr(pcap));
	if (prog.bf_len * sizeof(*prog.bf_insns) > MAPI_BLOB_MAX)
		ret = mapi_arg_fail(call, 0, MAPI_ERR_FILTER, err,
				    "the filter is too long: %u instructions",
				    prog.bf_len);
	else if (keep_program(arg, &prog))
		ret = mapi_arg_fail(call, 0, 0, err, "out of memory");
	else
		ret = 0;
	pcap_freecode(&prog);
	return ret;
}

static int apply(struct mapi_call *call, struct mapi_nl_err *err)
{
	const char *expr = call->args[0].str;
	pcap_t *pcap;
	int ret;

	if (!expr[strspn(expr, " \t\n")])
		return mapi_arg_fail(call, 0, 0, err,
				     "an empty filter expression");
	pcap = pcap_open_dead(dlt_of_linktype(call->linktype), SNAPLEN);
	if (!pcap)
		return mapi_arg_fail(call, 0, MAPI_ERR_FILTER, err,
				     "libpcap cannot be initialised");
	pthread_mutex_lock(&compiler);
	ret = compile(call, pcap, err);
	pthread_mutex_unlock(&compiler);
	pcap_close(pcap);
	return ret;
}

const struct mapi_client mapi_client_bpf_filter = {
	.name = "BPF_FILTER",
	.apply = apply,
};
