// SPDX-License-Identifier: GPL-2.0
/* errors_threads: each thread has a last error of its own. */
#include <pthread.h>
#include "refuses.h"

#define THREADS	4
#define ROUNDS	20

static pthread_barrier_t barrier;

static int last(char *text)
{
	int code = -1;

	mapi_read_error(&code, text);
	return code;
}

/* Errors that tell one thread from another. */
static void *fail(void *arg)
{
	char name[16], text[MAPI_ERRORSTR_LENGTH];
	long nr = (long)arg, wrong = 0;

	for (int i = 0; i < ROUNDS; i++) {
		snprintf(name, sizeof(name), "nosuch%ld", nr);
		pthread_barrier_wait(&barrier);
		if (nr)
			mapi_create_flow(name);
		pthread_barrier_wait(&barrier);
		wrong += last(text) != (nr ? 3200 : 0);
		wrong += nr ? !strstr(text, name) : *text;
	}
	return (void *)wrong;
}

int main(void)
{
	pthread_t threads[THREADS];
	void *wrong;

	mapi_create_flow("nosuch9");
	pthread_barrier_init(&barrier, NULL, THREADS);
	for (long i = 0; i < THREADS; i++)
		ktap_need(!pthread_create(&threads[i], NULL, fail, (void *)i));
	for (long i = 0; i < THREADS; i++) {
		pthread_join(threads[i], &wrong);
		ktap_is((long)wrong, 0, i ? "thread %ld has its own last error" :
			"thread %ld, which did nothing wrong, has none", i);
	}
	ktap_is(last((char [MAPI_ERRORSTR_LENGTH]){ 0 }), 3200,
		"the error of the first thread is still there");
	return ktap_end();
}
