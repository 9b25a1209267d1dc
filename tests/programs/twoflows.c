/* SPDX-License-Identifier: MIT */
/* The difference of what two flows count. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <mapi.h>
#include <mapi/stdflib.h>

int main(int argc, char *argv[])
{
	char *dev = argv[1];
	mapi_results_t *res;
	unsigned long long n;
	int all, some, ctr_all, ctr_some, end, sub, add;

	some = mapi_create_flow(dev);
	mapi_apply_function(some, "BPF_FILTER", "src host 10.0.0.1");
	ctr_some = mapi_apply_function(some, "PKT_COUNTER");
	mapi_connect(some);
	all = mapi_create_flow(dev);
	ctr_all = mapi_apply_function(all, "PKT_COUNTER");
	sub = mapi_apply_function(all, "BINOP", BINOP_SUB, all, ctr_all, some, ctr_some);
	add = mapi_apply_function(all, "BINOP", BINOP_ADD, all, ctr_all, some, ctr_some);
	end = mapi_apply_function(all, "PKT_COUNTER");
	mapi_connect(all);
	printf("connected\n");
	fflush(stdout);
	do {
		usleep(10000);
		mapi_read_results(all, end, &n);
	} while (n < 60);
	res = mapi_read_results(all, sub);
	printf("%llu ", *(unsigned long long *)res->res);
	res = mapi_read_results(all, add);
	printf("%llu\n", *(unsigned long long *)res->res);
	return 0;
}
