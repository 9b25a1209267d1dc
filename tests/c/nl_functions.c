// SPDX-License-Identifier: GPL-2.0
/*
 * nl_functions DEVICE FLOWS: a user who may have FLOWS flows may have as many
 * functions as one flow can hold, and 16 more for each.
 */
#include <unistd.h>
#include "nl.h"

#define PER_FLOW	16

/* Applies functions until that is refused. Return: how many were. */
static int fill(int fd, struct nl_answer *ans)
{
	int nr = 0;

	while (nr <= MAPI_FUNCS_MAX) {
		*ans = nl_apply(fd, "PKT_COUNTER");
		if (ans->error)
			break;
		nr++;
	}
	return nr;
}

int main(int argc, char **argv)
{
	struct nl_answer ans;
	int flows, first, second;

	ktap_need(argc == 3);
	flows = atoi(argv[2]);
	nl_open();
	first = nl_flow(argv[1], NULL);
	second = nl_flow(argv[1], NULL);
	ktap_need(first >= 0 && second >= 0);

	ktap_is(fill(first, &ans), MAPI_FUNCS_MAX, "a flow may be full");
	ktap_is(ans.error, E2BIG, "and no more than that");
	ktap_is(fill(second, &ans), flows * PER_FLOW,
		"another has %d for each of %d flows", PER_FLOW, flows);
	ktap_ok(ans.error == EDQUOT && ans.code == MAPI_ERR_LIMIT &&
		strstr(ans.text, " functions reached"),
		"and the refusal says so: %s", ans.text);
	close(first);
	/* What a flow had is given back a moment later. */
	for (int i = 0; i < 200 && ans.error; i++) {
		usleep(50000);
		ans = nl_apply(second, "PKT_COUNTER");
	}
	ktap_is(ans.error, 0, "when the full one is closed there is room again");
	return ktap_end();
}
