// SPDX-License-Identifier: MIT
/* The table of flows. */
#include <fcntl.h>
#include <unistd.h>

#include "unit.h"

void table(void);
void table_threads(void);
void closed_behind_our_back(void);

void table(void)
{
	int fds[300];

	for (int i = 0; i < 300; i++)
		fds[i] = fake_flow(i);
	for (int i = 0; i < 300; i++)
		CHECK(mapi_flow_fd_of_id(i) == fds[i]);
	CHECK(mapi_flow_next_fd(-1) == fds[0]);
	CHECK(mapi_flow_next_fd(fds[0]) == fds[1]);
	CHECK(mapi_flow_next_fd(fds[299]) == -1);
	for (int i = 0; i < 300; i++) {
		CHECK(mapi_get_scope_size(fds[i]) == 1);
		CHECK(!mapi_close_flow(fds[i]));
		CHECK(fcntl(fds[i], F_GETFD) == -1);
		CHECK(mapi_get_scope_size(fds[i]) == -1);
		CHECK_ERROR(MAPI_INVALID_FLOW);
	}
	CHECK(mapi_flow_next_fd(0) == -1);
}

static atomic_int current;
static atomic_bool stop;

static void *read_all(void *arg)
{
	mapi_u64_t val;

	while (!stop) {
		mapi_read_results(current, FAKE_COUNTER, &val);
		mapi_read_results(current, FAKE_TRIPLE);
		mapi_get_next_pkt(current, FAKE_BUFFER);
		mapi_flow_status(current, NULL);
	}
	return arg;
}

/* Flows come and go while other threads use them. */
void table_threads(void)
{
	pthread_t threads[4];

	for (int i = 0; i < 4; i++)
		pthread_create(&threads[i], NULL, read_all, NULL);
	for (int i = 0; i < 500; i++) {
		int fd = fake_flow(i);

		current = fd;
		if (i % 8 == 0)
			usleep(1000);
		CHECK(!mapi_close_flow(fd));
	}
	stop = true;
	for (int i = 0; i < 4; i++)
		pthread_join(threads[i], NULL);
}

/* close() instead of mapi_close_flow(), and the number is given out again. */
void closed_behind_our_back(void)
{
	int fd = fake_flow(1);
	mapi_u64_t val;

	close(fd);
	CHECK(fake_flow(2) == fd);
	CHECK(!mapi_read_results(fd, FAKE_COUNTER, &val));
	CHECK(mapi_flow_fd_of_id(1) == -1 && mapi_flow_fd_of_id(2) == fd);
	CHECK(!mapi_close_flow(fd));
	CHECK(mapi_close_flow(fd) == -1);
}
