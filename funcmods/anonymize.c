// SPDX-License-Identifier: GPL-2.0
/*
 * ANONYMIZE: changes a field of packets. Where fields are, and what becomes of them,
 * is in anonymize/.
 */
#include <crypto/hash.h>
#include <linux/err.h>
#include <linux/random.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <mapi/pan.h>
#include "anonymize/anonymize.h"

/**
 * DOC: ANONYMIZE (string policy)
 *
 * Changes one field of packets, for the functions behind it in the flow; other flows see
 * the packets as they are. @policy is a protocol, a field of it, what becomes of that, and
 * what there is to say about it, with commas in between:
 *
 *	IP,SRC_IP,PREFIX_PRESERVING
 *	TCP,PAYLOAD,STRIP,0
 *	HTTP,COOKIE,HASHED,ANON_SHA_2,STRIP_REST
 *
 * The fields, by protocol:
 *
 * - IP: SRC_IP DST_IP TTL IP_PROTO PACKET_LENGTH PAYLOAD, and of IPv4 TOS ID
 *   FRAGMENT_OFFSET (with its flags) CHECKSUM OPTIONS
 * - TCP: SRC_PORT DST_PORT SEQUENCE_NUMBER ACK_NUMBER FLAGS WINDOW CHECKSUM URGENT_POINTER
 *   OPTIONS (also TCP_OPTIONS) PAYLOAD
 * - UDP: SRC_PORT DST_PORT UDP_DATAGRAM_LENGTH CHECKSUM PAYLOAD
 * - ICMP, also of IPv6: TYPE CODE CHECKSUM PAYLOAD (from the ninth byte on)
 * - HTTP: METHOD URI VERSION RESPONSE_CODE RESP_CODE_DESCR PAYLOAD, and the values of
 *   headers, by their names with _ for -: COOKIE, USER_AGENT and so on; Connection is
 *   CONNECTION_TYPE. In packets of TCP that begin with a request or a response of HTTP/1
 * - FTP, with port 21: what is behind a command, by its name: USER PASS RETR and so on; TYPE
 *   is also FTP_TYPE; RESPONSE_CODE and RESPONSE_ARG of replies
 *
 * What becomes of them:
 *
 * - UNCHANGED: nothing
 * - ZERO: zeros
 * - MAP: another value, the same each time in this flow, and different for each (numbers,
 *   addresses)
 * - MAP_DISTRIBUTION,UNIFORM|GAUSSIAN,median,deviation: a value of that distribution, the
 *   same for the same value, as far as the field can have it (numbers)
 * - RANDOM: something else each time; of text, small letters
 * - FILENAME_RANDOM: other letters and digits, but behind the last dot (text)
 * - STRIP[,bytes]: so many bytes are left of it, or none; of options a multiple of four
 *   (options, payload, text)
 * - HASHED,hash,PAD_WITH_ZERO|STRIP_REST[,key]: its hash, ANON_SHA, ANON_SHA_2, ANON_MD5 or
 *   ANON_CRC32, the first three with a key as HMAC; or its CMAC with ANON_AES, ANON_DES
 *   or ANON_TRIPLEDES, whose key is one that nobody knows if it is left out. Keys are
 *   hexadecimal. As many bytes as the field has; of a longer one the rest becomes zero or is
 *   taken out. Text gets hexadecimal digits
 * - PATTERN_FILL,INTEGER|STR,pattern: a number, or a text again and again
 * - REPLACE,value: a number, an address, or text; addresses of the other version of IP become
 *   zero
 * - PREFIX_PRESERVING[,key]: as ANONYMIZEIP, with 64 hexadecimal digits as its key, or one
 *   that nobody knows (addresses). PREFIX_PRESERVING_MAP is the same
 * - CHECKSUM_ADJUST: what it must be, if all that it covers was captured (checksums)
 *
 * Headers stay right: lengths follow what is taken out or put in, and checksums that were
 * right are right, unless they are the field. But fields whose change makes nonsense of
 * others, as IP_PROTO, are changed if you say so. Of tunnels it is the outer headers that
 * count. Later fragments have no fields of TCP, UDP, ICMP, HTTP and FTP.
 *
 * If a packet has a header of HTTP, or a command or reply of FTP, more than 64 times, it is
 * zero from the next on.
 *
 * Result: none.
 *
 * Errors: 7001 for an unknown protocol, 7002 for an unknown field, VERSION and IHL, 7003 for
 * what cannot become of it, REGEXP for one, 7004 for what follows that.
 *
 * Cost: for a packet of 60 bytes 1,221 instructions to zero the TTL, 928 for the second field
 * of a flow, 2,695 to map an address, 2,260 to strip the payload, 6,328 to hash its 18 bytes
 * with SHA-256; for 1,514 bytes 1,772, 929, 3,246, 2,810 and 86,845. Flows with the same
 * @policy share it, unless there is something random about it.
 *
 * Truncated packets: of what is longer than what was captured, that is changed which was.
 * Of fields of fixed length that were not captured whole, what was becomes zero.
 */

#define ARG_POLICY	1

#define PLACES_MAX	64	/* of a field, in a packet */

/**
 * anonymize_refuse - a part of the policy is wrong
 * @inst: the instance
 * @nr: which, from 1
 * @fmt: how
 *
 * Return: %-EINVAL.
 */
int anonymize_refuse(struct mapi_inst *inst, u32 nr, const char *fmt, ...)
{
	static const char * const parts[] = {
		"the protocol", "the field", "what becomes of it", "what follows",
	};
	struct va_format vaf = { .fmt = fmt };
	va_list args;
	int ret;

	va_start(args, fmt);
	vaf.va = &args;
	ret = mapi_bad_arg_code(inst, ARG_POLICY, -EINVAL, MAPI_ERR_ARGUMENT + nr,
				"%s: %pV", parts[nr - 1], &vaf);
	va_end(args);
	return ret;
}

/* Of a field that goes beyond what was captured, nothing is to be seen. */
static void blank(struct mapi_pkt *pkt, const struct place *at)
{
	static const u8 zeros[16];

	if (at->off < pkt->caplen)
		mapi_pkt_put(pkt, at->off, zeros, pkt->caplen - at->off);
}

/* From the place on; whoever puts so many into a packet is to cost no more time. */
static void blank_rest(struct mapi_pkt *pkt, const struct place *at)
{
	u32 end = mapi_pkt_ip_end(pkt);
	struct mapi_edit edit;

	memset(mapi_edit_begin(&edit, pkt, at->off, end - at->off), 0, end - at->off);
	mapi_edit_end(&edit, pkt);
}

static int process(struct mapi_inst *inst, struct mapi_pkt *pkt)
{
	const struct spec *s = inst->priv;
	struct finder f = {};
	struct place at;
	u32 n;

	for (n = 0; s->field->next(s, pkt, &f, &at); n++) {
		if (at.off + at.len > pkt->caplen) {
			blank(pkt, &at);
		} else if (n == PLACES_MAX) {
			blank_rest(pkt, &at);
			break;
		} else {
			f.pos += s->how->change(s, pkt, &at) - at.len;
		}
	}
	return MAPI_PASS;
}

static int parse(struct mapi_inst *inst)
{
	struct spec *s = inst->priv;
	char *rest = s->text;
	const char *proto = strsep(&rest, ","), *field = strsep(&rest, ",");
	const char *how = strsep(&rest, ",");
	bool known;

	s->field = anonymize_field(proto, field ?: "", &s->header, &known);
	if (!known)
		return anonymize_refuse(inst, 1, "is none of IP, TCP, UDP, ICMP, HTTP and FTP");
	if (!s->field)
		return anonymize_refuse(inst, 2, "%s has none that is called '%s'",
					proto, field ?: "");
	s->how = how ? anonymize_how(how) : NULL;
	if (!s->how)
		return anonymize_refuse(inst, 3, "there is no '%s'", how ?: "");
	if (!(s->how->kinds & s->field->kind))
		return anonymize_refuse(inst, 3, "%s is not for fields like %s", how,
					field);
	if (s->how->parse)
		return s->how->parse(inst, rest);
	return rest ? anonymize_refuse(inst, 4, "%s needs nothing", how) : 0;
}

/* What it depends on, all of it: a key that nobody has twice, or the policy. */
static void set_key(struct mapi_inst *inst)
{
	struct spec *s = inst->priv;
	const char *policy = mapi_str(inst, ARG_POLICY);

	if (s->how->unlike)
		return;
	inst->key = policy;
	inst->key_len = strlen(policy);
	if (s->how->keyed || s->secret) {
		inst->key = &s->key;
		inst->key_len = sizeof(s->key);
	}
}

static int instance(struct mapi_inst *inst)
{
	struct spec *s = inst->priv;
	int ret;

	s->text = kstrdup(mapi_str(inst, ARG_POLICY), GFP_KERNEL_ACCOUNT);
	if (!s->text)
		return -ENOMEM;
	get_random_bytes(&s->key, sizeof(s->key));
	ret = parse(inst);
	if (ret)
		return ret;
	set_key(inst);
	return 0;
}

static int init(struct mapi_inst *inst)
{
	struct spec *s = inst->priv;

	return s->how->init ? s->how->init(inst) : 0;
}

static void cleanup(struct mapi_inst *inst)
{
	struct spec *s = inst->priv;

	mapi_pan_free(s->pan, inst);
	if (s->hash)
		crypto_free_shash(s->hash);
	kfree_sensitive(s->text);
	memzero_explicit(s, sizeof(*s));
}

static const struct mapi_argspec args[] = {
	MAPI_ARG_STR("policy"),
};

static struct mapi_func anonymize = {
	.name		= "ANONYMIZE",
	.library	= "anonflib",
	.devoid		= "1",
	.descr		= "Changes a field, for the functions behind it; policy is PROTOCOL,FIELD,WHAT and what there is to say about that",
	.args		= args,
	.nr_args	= ARRAY_SIZE(args),
	.flags		= MAPI_FUNC_F_FILTER | MAPI_FUNC_F_MODIFIES,
	.priv_size	= sizeof(struct spec),
	.instance	= instance,
	.init		= init,
	.process	= process,
	.cleanup	= cleanup,
};
module_mapi_func(anonymize, ANONYMIZE);

MODULE_DESCRIPTION("MAPI function ANONYMIZE");
MODULE_LICENSE("GPL");
