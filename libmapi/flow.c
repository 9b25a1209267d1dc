// SPDX-License-Identifier: MIT
/* The flows of this process, by descriptor. */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "error.h"
#include "flow.h"
#include "func.h"
#include "hand.h"
#include "learn.h"
#include "offline.h"

/*
 * Readers of results and packets hold the lock for a moment per call, again and
 * again: writers must go first, or they would never come in.
 */
static pthread_rwlock_t table_lock =
	PTHREAD_RWLOCK_WRITER_NONRECURSIVE_INITIALIZER_NP;
static struct mapi_flow **table;
static int table_size;

/*
 * Learning of a flow, held for writing, excludes closing descriptors, held for
 * reading: a descriptor that was looked at is not another's when it comes into
 * the table. Taken before table_lock.
 */
static pthread_rwlock_t close_lock = PTHREAD_RWLOCK_INITIALIZER;

static struct mapi_flow *entry(int fd)
{
	return fd > 0 && fd < table_size ? table[fd] : NULL;
}

static struct mapi_flow *find(int fd)
{
	struct mapi_flow *flow = entry(fd);

	return flow && !flow->closed ? flow : NULL;
}

struct mapi_flow *mapi_flow_new(int fd)
{
	struct mapi_flow *flow = calloc(1, sizeof(*flow));

	if (!flow) {
		mapi_error(MAPID_MEM_ALLOCATION_ERROR, NULL);
		return NULL;
	}
	flow->fd = fd;
	flow->wake = -1;
	atomic_init(&flow->refs, 2);	/* the caller's and the table's */
	pthread_mutex_init(&flow->lock, NULL);
	return flow;
}

void mapi_flow_free(struct mapi_flow *flow)
{
	for (unsigned int i = 0; i < flow->nr_funcs; i++)
		mapi_func_free(flow->funcs[i]);
	free(flow->funcs);
	mapi_area_unmap(&flow->area);
	pthread_mutex_destroy(&flow->lock);
	if (flow->wake >= 0)
		close(flow->wake);
	if (flow->fd >= 0)
		close(flow->fd);
	if (flow->offline)
		mapi_offline_free(flow->offline);
	free(flow);
}

/* Room for one more descriptor; table_lock is held for writing. */
static int grow(int fd)
{
	int size = table_size ? table_size : 64;
	struct mapi_flow **bigger;

	while (size <= fd)
		size *= 2;
	if (size == table_size)
		return 0;
	bigger = realloc(table, size * sizeof(*table));
	if (!bigger)
		return -1;
	memset(bigger + table_size, 0, (size - table_size) * sizeof(*table));
	table = bigger;
	table_size = size;
	return 0;
}

/* Make those who read packets of a flow, or wait for them, give up. */
static void wake_readers(struct mapi_flow *flow)
{
	pthread_mutex_lock(&flow->lock);
	flow->closed = true;
	if (flow->wake >= 0)
		eventfd_write(flow->wake, 1);
	for (unsigned int i = 0; flow->connected && i < flow->nr_funcs; i++)
		mapi_hand_drop(flow->funcs[i]);
	pthread_mutex_unlock(&flow->lock);
}

/*
 * Put *flow into the table. Returns what must go in exchange: NULL; an older
 * flow whose descriptor the program closed behind our back; or *flow itself,
 * which then becomes the same flow as another thread learned of it (NULL: it
 * was closed meanwhile, or there is no memory).
 */
static struct mapi_flow *insert(struct mapi_flow **flow)
{
	struct mapi_flow *new = *flow;
	struct mapi_flow *old;

	pthread_rwlock_wrlock(&table_lock);
	old = entry(new->fd);
	if (old && old->id == new->id) {
		*flow = old->closed ? NULL : old;
		if (*flow)
			old->refs++;
		new->fd = -1;
		old = new;
	} else if (grow(new->fd)) {
		*flow = NULL;
		old = new;
	} else {
		if (old && old->closed)
			old = NULL;	/* it is not the table's any more */
		else if (old)
			old->fd = -1;
		table[new->fd] = new;
	}
	pthread_rwlock_unlock(&table_lock);
	return old;
}

struct mapi_flow *mapi_flow_add(struct mapi_flow *new)
{
	struct mapi_flow *flow = new;
	struct mapi_flow *old = insert(&flow);

	if (!flow)
		mapi_error(new->fd < 0 ? MAPI_INVALID_FLOW :
					 MAPID_MEM_ALLOCATION_ERROR, NULL);
	if (old == new) {
		mapi_flow_free(old);
	} else if (old) {
		wake_readers(old);
		mapi_flow_put(old);
	}
	return flow;
}

/* The table is locked for reading when this returns. */
static struct mapi_flow *lock_and_find(int fd)
{
	pthread_rwlock_rdlock(&table_lock);
	return find(fd);
}

/* Sets *known if the descriptor has a flow, be it closed. */
static struct mapi_flow *get_known(int fd, bool *known)
{
	struct mapi_flow *flow = lock_and_find(fd);

	*known = entry(fd);
	if (flow)
		flow->refs++;
	mapi_flow_unpeek();
	return flow;
}

struct mapi_flow *mapi_flow_get(int fd)
{
	struct mapi_flow *flow;
	bool known;

	flow = get_known(fd, &known);
	if (known || fd <= 0)
		return flow;
	pthread_rwlock_wrlock(&close_lock);
	flow = get_known(fd, &known);
	if (!known && fcntl(fd, F_GETFD) >= 0)
		flow = mapi_flow_learn(fd);
	pthread_rwlock_unlock(&close_lock);
	return flow;
}

struct mapi_flow *mapi_flow_peek(int fd)
{
	struct mapi_flow *flow = lock_and_find(fd);

	if (flow)
		return flow;
	mapi_flow_unpeek();
	flow = mapi_flow_get(fd);
	if (flow)
		mapi_flow_put(flow);
	return lock_and_find(fd);
}

void mapi_flow_unpeek(void)
{
	pthread_rwlock_unlock(&table_lock);
}

/* Close the descriptor; until then the table says that it is a closed flow's. */
static void close_fd(struct mapi_flow *flow)
{
	pthread_rwlock_rdlock(&close_lock);
	pthread_rwlock_wrlock(&table_lock);
	if (entry(flow->fd) == flow)
		table[flow->fd] = NULL;
	pthread_rwlock_unlock(&table_lock);
	if (flow->fd >= 0)
		close(flow->fd);
	flow->fd = -1;
	pthread_rwlock_unlock(&close_lock);
}

void mapi_flow_put(struct mapi_flow *flow)
{
	if (--flow->refs)
		return;
	if (flow->fd >= 0)
		close_fd(flow);
	mapi_flow_free(flow);
}

int mapi_flow_remove(struct mapi_flow *flow)
{
	bool found;

	pthread_rwlock_wrlock(&table_lock);
	found = find(flow->fd) == flow;
	if (found)
		flow->closed = true;
	pthread_rwlock_unlock(&table_lock);
	if (!found)
		return -1;
	wake_readers(flow);
	mapi_flow_put(flow);
	return 0;
}

int mapi_flow_next_fd(int fd)
{
	int next = -1;

	pthread_rwlock_rdlock(&table_lock);
	for (int i = fd < 0 ? 1 : fd + 1; i < table_size && next < 0; i++)
		if (find(i))
			next = i;
	pthread_rwlock_unlock(&table_lock);
	return next;
}

int mapi_flow_fd_of_id(__u32 id)
{
	int fd = -1;

	pthread_rwlock_rdlock(&table_lock);
	for (int i = 1; i < table_size && fd < 0; i++)
		if (find(i) && table[i]->id == id)
			fd = i;
	pthread_rwlock_unlock(&table_lock);
	return fd;
}

struct mapi_func *mapi_flow_add_func(struct mapi_flow *flow)
{
	struct mapi_func **bigger = realloc(flow->funcs, (flow->nr_funcs + 1) *
					    sizeof(*flow->funcs));
	struct mapi_func *func;

	if (!bigger)
		return NULL;
	flow->funcs = bigger;
	func = mapi_func_new();
	if (func)
		flow->funcs[flow->nr_funcs++] = func;
	return func;
}

/* Another process that has the descriptor may have applied functions, too. */
int mapi_flow_attach(struct mapi_flow *flow, size_t result_size)
{
	const struct mapi_result_desc *desc;

	if (mapi_area_map(&flow->area, flow->fd, result_size))
		return -1;
	for (unsigned int fid = 1; (desc = mapi_area_desc(&flow->area, fid));
	     fid++) {
		if ((fid > flow->nr_funcs && !mapi_flow_add_func(flow)) ||
		    mapi_func_attach(flow->funcs[fid - 1], flow->fd, desc))
			return mapi_error(MAPID_MEM_ALLOCATION_ERROR, NULL);
		flow->funcs[fid - 1]->hand = mapi_hand_of(flow->fd, fid);
	}
	flow->connected = true;
	return 0;
}
