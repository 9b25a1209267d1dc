// SPDX-License-Identifier: MIT
/* unit NAME runs a test, unit without a name lists them. */
#include <string.h>

#include "unit.h"

#define TESTS(X) \
	X(results_sum) X(results_forms) X(results_consistent) X(results_reset) X(results_last) X(results_last_consistent) X(results_mixed) X(results_shared) X(results_joining) \
	X(results_errors) X(stats) X(stats_never_negative) X(no_syscalls) \
	X(packets_merged) X(packets_given_back) X(packets_all_arrive) \
	X(packets_end) X(packets_loop) X(packets_spoilt) X(close_ends_waiting) \
	X(table) X(table_threads) X(closed_behind_our_back) \
	X(varargs) X(varargs_missing) X(varargs_wrong) X(varargs_unknown) \
	X(strings) X(text) X(filters) X(filters_threads) X(file_result) \
	X(numbers) X(statistics) \
	X(errors) X(errors_per_thread) X(no_module) \
	X(messages) X(messages_too_long)

#define DECLARE(name)	void name(void);
TESTS(DECLARE)

#define ENTRY(name)	{ #name, name },
static const struct {
	const char *name;
	void (*run)(void);
} tests[] = { TESTS(ENTRY) };

int main(int argc, char **argv)
{
	for (size_t i = 0; i < sizeof(tests) / sizeof(*tests); i++) {
		if (argc < 2) {
			puts(tests[i].name);
		} else if (!strcmp(argv[1], tests[i].name)) {
			tests[i].run();
			return 0;
		}
	}
	return argc > 1;
}
