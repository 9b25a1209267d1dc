// SPDX-License-Identifier: MIT
/* Errors, and messages to the kernel. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "error.h"
#include "unit.h"

void errors(void);
void errors_per_thread(void);
void no_module(void);
void messages(void);
void messages_too_long(void);

void errors(void)
{
	char text[MAPI_ERRORSTR_LENGTH];
	int code = -1;

	CHECK(mapi_read_error(NULL, NULL) == -1);
	CHECK(!mapi_read_error(&code, text) && code == 0 && !*text);
	CHECK(mapi_error(MAPI_INVALID_FLOW, NULL) == -1);
	CHECK(!mapi_read_error(&code, text) && code == 6145);
	CHECK(!strcmp(text, mapi_strerror(6145)));
	CHECK(!mapi_read_error(&code, text) && code == 0 && !*text);
	mapi_error(7001, "%01000d", 1);
	CHECK(!mapi_read_error(NULL, text));
	CHECK(strlen(text) == MAPI_ERRORSTR_LENGTH - 1);
	CHECK(!mapi_read_error(&code, NULL) && code == 0);
	CHECK(!strcmp(mapi_strerror(MCOM_UNKNOWN_ERROR), "Unknown error"));
	CHECK(!strcmp(mapi_strerror(-1), "Unknown error"));
	CHECK(strcmp(mapi_strerror(MFUNCT_INVALID_ARGUMENT_6), "Unknown error"));
	CHECK(mapi_read_error(&code, text) == 0);
}

static void *other_thread(void *arg)
{
	CHECK_ERROR(0);
	mapi_error(MAPI_SHM_ERR, NULL);
	return arg;
}

void errors_per_thread(void)
{
	pthread_t thread;

	mapi_error(MAPI_STATS_ERROR, NULL);
	pthread_create(&thread, NULL, other_thread, NULL);
	pthread_join(thread, NULL);
	CHECK_ERROR(MAPI_STATS_ERROR);
}

void no_module(void)
{
	char text[MAPI_ERRORSTR_LENGTH];
	int code;

	if (!access("/sys/module/mapi", F_OK))
		return;
	CHECK(mapi_create_flow("lo") == -1);
	CHECK(!mapi_read_error(&code, text) && code == MCOM_INIT_SOCKET_ERROR);
	CHECK(strstr(text, "module"));
}

void messages(void)
{
	const struct nlattr *tb[MAPI_A_FLOW_MAX + 1], *func[MAPI_A_FUNC_MAX + 1];
	struct nlmsghdr *req = mapi_nl_new(MAPI_CMD_FLOW_GET);
	const struct nlattr *attr;
	struct nlattr *nest;
	int nr = 0;

	CHECK(mapi_nl_cmd(req) == MAPI_CMD_FLOW_GET);
	mapi_nl_put_str(req, MAPI_A_FLOW_NAME, "name");
	mapi_nl_put_u64(req, MAPI_A_FLOW_IN, 1ULL << 40);
	mapi_nl_put_s32(req, MAPI_A_FLOW_FD, -2);
	for (int i = 1; i <= 3; i++) {
		nest = mapi_nl_nest_begin(req, MAPI_A_FLOW_FUNC);
		mapi_nl_put_u32(req, MAPI_A_FUNC_FID, i);
		mapi_nl_put_flag(req, MAPI_A_FUNC_RESET);
		mapi_nl_nest_end(req, nest);
	}
	mapi_nl_put_u32(req, MAPI_A_FLOW_MAX + 5, 1);	/* from a newer kernel */

	mapi_nl_attrs(req, tb, MAPI_A_FLOW_MAX);
	CHECK(!strcmp(mapi_nl_str(tb[MAPI_A_FLOW_NAME]), "name"));
	CHECK(mapi_nl_u64(tb[MAPI_A_FLOW_IN]) == 1ULL << 40);
	CHECK((int)mapi_nl_u32(tb[MAPI_A_FLOW_FD]) == -2);
	CHECK(!tb[MAPI_A_FLOW_ID] && !mapi_nl_u32(tb[MAPI_A_FLOW_ID]));
	CHECK(!*mapi_nl_str(tb[MAPI_A_FLOW_DEVICE]));
	CHECK(!*mapi_nl_str(tb[MAPI_A_FLOW_FD]));	/* not a string */
	mapi_nl_for_each(attr, req)
		nr += mnl_attr_get_type(attr) == MAPI_A_FLOW_FUNC;
	CHECK(nr == 3);
	mapi_nl_nest(tb[MAPI_A_FLOW_FUNC], func, MAPI_A_FUNC_MAX);
	CHECK(mapi_nl_u32(func[MAPI_A_FUNC_FID]) == 3);
	CHECK(func[MAPI_A_FUNC_RESET]);
	mapi_nl_nest(NULL, func, MAPI_A_FUNC_MAX);
	CHECK(!func[MAPI_A_FUNC_FID]);
	mapi_nl_free(req);
}

void messages_too_long(void)
{
	static char blob[70000];
	struct mapi_nl_err err;
	struct nlmsghdr *req;
	struct nlattr *nest;

	req = mapi_nl_new(MAPI_CMD_FLOW_GET);
	mapi_nl_put(req, 1, blob, sizeof(blob));
	CHECK(mapi_nl_call(req, NULL, NULL, &err) && err.error == EMSGSIZE);
	mapi_nl_free(req);

	req = mapi_nl_new(MAPI_CMD_FLOW_GET);
	for (int i = 0; i < 100; i++)
		mapi_nl_put(req, 1, blob, 4000);
	CHECK(mapi_nl_is_full(req));
	CHECK(!mapi_nl_nest_begin(req, 1));
	mapi_nl_nest_end(req, NULL);
	mapi_nl_free(req);

	/* every piece fits, the nest does not */
	req = mapi_nl_new(MAPI_CMD_FLOW_GET);
	nest = mapi_nl_nest_begin(req, 1);
	for (int i = 0; i < 17; i++)
		mapi_nl_put(req, 1, blob, 4000);
	mapi_nl_nest_end(req, nest);
	CHECK(mapi_nl_is_full(req));
	mapi_nl_free(req);

	CHECK(mapi_nl_call(NULL, NULL, NULL, &err) && err.error == ENOMEM);
}
