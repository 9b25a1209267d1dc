// SPDX-License-Identifier: GPL-2.0
/*
 * clients_threads DEVICE OTHER-END: four threads make, read and close flows of
 * their own while a fifth reads what all share; flows are closed under readers.
 *
 * A reader that is not told goes on for ever: then WATCHDOG ends the program. It
 * is many times what an emulated machine needs that others use as well.
 */
#include <fcntl.h>
#include <pthread.h>
#include <unistd.h>
#include <mapi.h>
#include "frames.h"

#define THREADS	4
#define ROUNDS	12
#define CLOSES	20
#define WATCHDOG 240	/* seconds */

static const char *device;
static int shared;
static volatile bool stop;

#define CHECK(cond) do {						\
	if (!(cond)) {							\
		mapi_read_error(&code, text);				\
		ktap_diag("line %d: %s: %d %s", __LINE__, #cond, code, text); \
		wrong++;						\
	}								\
} while (0)

static void *own_flows(void *arg)
{
	char text[MAPI_ERRORSTR_LENGTH], *pattern[] = { "x", "1", "9" };
	long wrong = 0;
	int code;

	for (int i = 0; i < ROUNDS; i++) {
		unsigned long long count = ~0ULL, seen = 0;
		int fd = mapi_create_flow(device);
		mapi_flow_info_t info;

		CHECK(fd > 0);
		CHECK(mapi_apply_function(fd, BPF_FILTER, "ether proto 0x88b5") == 1);
		CHECK(mapi_apply_function(fd, PKT_COUNTER) == 2);
		CHECK(mapi_apply_function(fd, TO_BUFFER, NOWAIT) == 3);
		CHECK(mapi_apply_function_array(fd, STR_SEARCH, pattern, 3) == 4);
		CHECK(!mapi_connect(fd));
		for (int j = 0; j < 200; j++) {
			CHECK(!mapi_read_results(fd, 2, &count));
			seen += !!mapi_get_next_pkt(fd, 3);
			CHECK(mapi_read_results(shared, 1));
		}
		CHECK(seen <= *(unsigned long long *)mapi_read_results(fd, 2)->res);
		CHECK(!mapi_get_flow_info(fd, &info) && info.num_functions == 4);
		CHECK(!mapi_reset(fd, 2));
		CHECK(!mapi_close_flow(fd));
		CHECK(mapi_read_error(&code, NULL) == 0 && !code);
	}
	return (void *)(wrong + (long)arg);
}

static void *read_shared(void *arg)
{
	long wrong = 0;

	while (!stop) {
		mapi_get_next_pkt(shared, 2);
		wrong += mapi_flow_status(shared, NULL) != FLOW_ACTIVE;
	}
	return (void *)(wrong + (long)arg);
}

/* One thread closes what others are reading: they are told, and nothing else. */
static void *read_until_closed(void *arg)
{
	int fd = *(int *)arg, code = 0;

	while (mapi_read_results(fd, 1))
		;
	mapi_read_error(&code, NULL);
	return (void *)(long)code;
}

static int close_under_readers(int told[THREADS])
{
	pthread_t threads[THREADS];
	void *code;
	int fd = mapi_create_flow(device), ret;

	ktap_need(mapi_apply_function(fd, PKT_COUNTER) == 1 && !mapi_connect(fd));
	for (int i = 0; i < THREADS; i++)
		ktap_need(!pthread_create(&threads[i], NULL, read_until_closed, &fd));
	usleep(20000);
	ret = mapi_close_flow(fd);
	for (int i = 0; i < THREADS; i++) {
		pthread_join(threads[i], &code);
		told[i] += (long)code == 6145;
	}
	return ret;
}

static void closed_under_readers(void)
{
	int told[THREADS] = { 0 }, failed = 0;

	for (int i = 0; i < CLOSES; i++)
		failed += !!close_under_readers(told);
	ktap_is(failed, 0, "%d flows are closed while others read them", CLOSES);
	for (int i = 0; i < THREADS; i++)
		ktap_is(told[i], CLOSES, "reader %d is told each time", i);
}

/* Until the handler returns the descriptor is open, but no flow any more. */
static int handled, handled_fd, found_again;

static void close_it(const struct mapipkt *pkt)
{
	int code = 0;

	handled += pkt->caplen == 100;
	ktap_is(mapi_close_flow(handled_fd), 0, "a handler closes the flow");
	found_again = !!mapi_read_results(handled_fd, 1);
	mapi_read_error(&code, NULL);
	ktap_is(code, 6145, "which nobody finds any more");
}

static void closed_in_handler(int tx)
{
	int fd = mapi_create_flow(device);

	ktap_need(mapi_apply_function(fd, PKT_COUNTER) == 1 &&
		  mapi_apply_function(fd, TO_BUFFER, WAIT) == 2 &&
		  !mapi_connect(fd));
	frames_send(tx, 3, 100);
	handled_fd = fd;
	ktap_is(mapi_loop(fd, 2, -1, close_it), 6145, "that ends the loop");
	ktap_ok(handled == 1 && !found_again && !mapi_read_results(fd, 1),
		"after one packet, and for good");
	ktap_ok(fcntl(fd, F_GETFD) == -1 && errno == EBADF,
		"and closes the descriptor");
}

int main(int argc, char **argv)
{
	pthread_t threads[THREADS], reader;
	void *wrong;
	int tx;

	ktap_need(argc == 3);
	alarm(WATCHDOG);
	device = argv[1];
	tx = frames_open(argv[2]);
	shared = mapi_create_flow(device);
	ktap_need(mapi_apply_function(shared, PKT_COUNTER) == 1 &&
		  mapi_apply_function(shared, TO_BUFFER, NOWAIT) == 2 &&
		  !mapi_connect(shared));
	ktap_need(!pthread_create(&reader, NULL, read_shared, NULL));
	for (long i = 0; i < THREADS; i++)
		ktap_need(!pthread_create(&threads[i], NULL, own_flows, NULL));
	for (int i = 0; i < 100; i++) {
		frames_send(tx, 5, 100);
		usleep(1000);
	}
	for (int i = 0; i < THREADS; i++) {
		pthread_join(threads[i], &wrong);
		ktap_is((long)wrong, 0, "thread %d made, read and closed %d flows", i,
			ROUNDS);
	}
	stop = true;
	pthread_join(reader, &wrong);
	ktap_is((long)wrong, 0, "the flow that all read was there all the time");
	ktap_is(*(long long *)mapi_read_results(shared, 1)->res, 500,
		"and has counted all");
	mapi_close_flow(shared);
	closed_in_handler(tx);
	closed_under_readers();
	return ktap_end();
}
