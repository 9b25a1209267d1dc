// SPDX-License-Identifier: GPL-2.0
/*
 * mappings DEVICE OTHER-END: what a flow's descriptor may be mapped as, and
 * that nothing else, and no trick, makes the kernel's pages writable.
 */
#include <fcntl.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>
#include <linux/mapi.h>
#include <mapi.h>
#include "frames.h"

#define PAGE	4096UL
#define RING	(1UL << 20)
#define COUNTER	1
#define BUFFER	2

static int fd;

static void *map(size_t len, int prot, int flags, __u64 off)
{
	return mmap(NULL, len, prot, flags, fd, off);
}

static void refused(const char *what, size_t len, int prot, int flags, __u64 off,
		    int error)
{
	void *p = map(len, prot, flags, off);
	int got = p == MAP_FAILED ? errno : 0;

	if (!ktap_ok(got == error, "refuses %s", what))
		ktap_diag("errno %d (%s), wanted %d", got, strerror(got), error);
	if (!got)
		munmap(p, len);
}

static size_t area_size(void)
{
	const struct mapi_result_hdr *hdr = map(PAGE, PROT_READ, MAP_SHARED, 0);
	size_t size;

	ktap_need(hdr != MAP_FAILED && hdr->magic == MAPI_RESULT_MAGIC);
	size = hdr->block_off + (hdr->nr_cpus + 1UL) * hdr->block_stride;
	size = ((size + PAGE - 1) & -PAGE) + hdr->nr_nodes *
	       ((hdr->nr_cpus * 64UL + PAGE - 1) & -PAGE);
	munmap((void *)hdr, PAGE);
	return size;
}

static void results(size_t size)
{
	refused("results for writing", PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, 0,
		EACCES);
	refused("results for writing alone", PAGE, PROT_WRITE, MAP_SHARED, 0,
		EACCES);
	refused("private results", PAGE, PROT_READ, MAP_PRIVATE, 0, EINVAL);
	refused("private results for writing", PAGE, PROT_READ | PROT_WRITE,
		MAP_PRIVATE, 0, EINVAL);
	refused("results as a program", PAGE, PROT_READ | PROT_EXEC, MAP_SHARED, 0,
		EINVAL);
	refused("more results than there are", size + PAGE, PROT_READ, MAP_SHARED,
		0, EINVAL);
	refused("very much more", 1UL << 38, PROT_READ, MAP_SHARED, 0, EINVAL);
	refused("results from the second page on", PAGE, PROT_READ, MAP_SHARED,
		PAGE, EINVAL);
}

static void rings(void)
{
	const size_t len = PAGE + 2 * RING;
	const __u64 ring = MAPI_MMAP_RING(BUFFER, 0);
	const __u64 cons = MAPI_MMAP_RING_CONS(BUFFER, 0);
	const int ro = PROT_READ, rw = PROT_READ | PROT_WRITE;

	refused("a ring for writing", len, rw, MAP_SHARED, ring, EACCES);
	refused("a private ring", len, ro, MAP_PRIVATE, ring, EINVAL);
	refused("a ring as a program", len, ro | PROT_EXEC, MAP_SHARED, ring,
		EINVAL);
	refused("the first page of a ring", PAGE, ro, MAP_SHARED, ring, EINVAL);
	refused("half a ring", PAGE + RING, ro, MAP_SHARED, ring, EINVAL);
	refused("a page less than a ring", len - PAGE, ro, MAP_SHARED, ring,
		EINVAL);
	refused("a page more than a ring", len + PAGE, ro, MAP_SHARED, ring,
		EINVAL);
	refused("a ring from its second page on", len - PAGE, ro, MAP_SHARED,
		ring + PAGE, EINVAL);
	refused("a ring from its middle on", len, ro, MAP_SHARED, ring + RING,
		EINVAL);
	refused("a ring of a CPU that is not there", len, ro, MAP_SHARED,
		MAPI_MMAP_RING(BUFFER, 4095), EINVAL);
	refused("a ring of the last CPU there can be", len, ro, MAP_SHARED,
		MAPI_MMAP_RING(BUFFER, 65535), EINVAL);
	refused("a ring of a counter", len, ro, MAP_SHARED,
		MAPI_MMAP_RING(COUNTER, 0), EINVAL);
	refused("a ring of function 0", len, ro, MAP_SHARED,
		MAPI_MMAP_RING(0, 1), EINVAL);
	refused("a ring of an unknown function", len, ro, MAP_SHARED,
		MAPI_MMAP_RING(3, 0), EINVAL);
	refused("a ring of the last function there can be", len, ro, MAP_SHARED,
		MAPI_MMAP_RING(0x7ffffULL, 0), EINVAL);
	refused("two pages of an index", 2 * PAGE, rw, MAP_SHARED, cons, EINVAL);
	refused("a private index", PAGE, rw, MAP_PRIVATE, cons, EINVAL);
	refused("an index as a program", PAGE, rw | PROT_EXEC, MAP_SHARED, cons,
		EINVAL);
	refused("an index of a counter", PAGE, rw, MAP_SHARED,
		MAPI_MMAP_RING_CONS(COUNTER, 0), EINVAL);
	refused("an index of a CPU that is not there", PAGE, rw, MAP_SHARED,
		MAPI_MMAP_RING_CONS(BUFFER, 4095), EINVAL);
	refused("the page behind an index", PAGE, rw, MAP_SHARED, cons + PAGE,
		EINVAL);
}

/* Which signal does it take to write there? */
static int signal_of_write(volatile char *p)
{
	int status;
	pid_t pid = fork();

	if (!pid) {
		*p = 'x';
		_exit(0);
	}
	ktap_need(waitpid(pid, &status, 0) == pid);
	return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

/* Not even the ways that debuggers have may write there. */
static void read_only(const char *what, char *p, size_t len)
{
	char old[8], new[8] = "trick";
	struct iovec local = { new, 8 }, remote = { p, 8 };
	int mem = open("/proc/self/mem", O_RDWR), zero = open("/dev/zero", O_RDONLY);

	memcpy(old, p, 8);
	ktap_is(signal_of_write(p), SIGSEGV, "%s: a write is a SIGSEGV", what);
	ktap_ok(mprotect(p, len, PROT_READ | PROT_WRITE) && errno == EACCES,
		"%s: mprotect does not make it writable", what);
	ktap_ok(mprotect(p, PAGE, PROT_WRITE) && errno == EACCES,
		"%s: nor one page of it", what);
	ktap_ok(mprotect(p, len, PROT_READ | PROT_EXEC) && errno == EACCES,
		"%s: nor executable", what);
	ktap_ok(mremap(p, len, len + PAGE, MREMAP_MAYMOVE) == MAP_FAILED,
		"%s: mremap does not let it grow", what);
	ktap_ok(mremap(p, 0, len, MREMAP_MAYMOVE) == MAP_FAILED,
		"%s: nor make another", what);
	ktap_ok(mem >= 0 && pwrite(mem, new, 8, (off_t)p) == -1,
		"%s: /proc/self/mem does not write it", what);
	ktap_ok(process_vm_writev(getpid(), &local, 1, &remote, 1, 0) == -1,
		"%s: nor does process_vm_writev", what);
	ktap_ok(read(zero, p, 8) == -1 && errno == EFAULT,
		"%s: nor does a read from a file", what);
	ktap_ok(madvise(p, PAGE, MADV_REMOVE) == -1,
		"%s: its pages cannot be taken away", what);
	ktap_ok(!memcmp(old, p, 8), "%s: it is as it was", what);
	close(mem);
	close(zero);
}

static void tricks(size_t size)
{
	const size_t len = PAGE + 2 * RING;
	char *area = map(size, PROT_READ, MAP_SHARED, 0);
	char *ring = map(len, PROT_READ, MAP_SHARED, MAPI_MMAP_RING(BUFFER, 0));
	char *cons = map(PAGE, PROT_READ | PROT_WRITE, MAP_SHARED,
			 MAPI_MMAP_RING_CONS(BUFFER, 0));

	ktap_need(area != MAP_FAILED && ring != MAP_FAILED && cons != MAP_FAILED);
	read_only("results", area, size);
	read_only("a ring", ring, len);
	ktap_is(signal_of_write(ring + len - 1), SIGSEGV,
		"a ring: its last byte, too");
	ktap_is(signal_of_write(cons), 0, "an index may be written");
	ktap_ok(mprotect(cons, PAGE, PROT_READ | PROT_EXEC) == -1,
		"an index: mprotect does not make it executable");
	ktap_ok(mremap(cons, PAGE, 2 * PAGE, MREMAP_MAYMOVE) == MAP_FAILED,
		"an index: mremap does not let it grow");
	ktap_ok(madvise(cons, PAGE, MADV_REMOVE) == -1,
		"an index: its page cannot be taken away");
	((struct mapi_ring_cons *)cons)->tail = 0;
	munmap(area, size);
	munmap(ring, len);
	munmap(cons, PAGE);
}

/* What is harmless works, and harms nobody. */
static void allowed(size_t size, int tx)
{
	const size_t len = PAGE + 2 * RING;
	char *area = map(size, PROT_READ, MAP_SHARED, 0);
	char *ring = map(len, PROT_READ, MAP_SHARED, MAPI_MMAP_RING(BUFFER, 0));
	char *moved, *part = map(PAGE, PROT_READ, MAP_SHARED, 0);
	int many = 0;

	ktap_ok(part != MAP_FAILED && !memcmp(part, area, 64),
		"the first page of the results alone may be mapped");
	moved = mremap(ring, len, len - RING, MREMAP_MAYMOVE);
	ktap_ok(moved != MAP_FAILED && !munmap(moved + 2 * PAGE, PAGE) &&
		!madvise(moved, PAGE, MADV_DONTNEED),
		"a ring may shrink, lose a page, be forgotten");
	munmap(moved, len - RING);
	while (many < 1000 && map(PAGE, PROT_READ, MAP_SHARED, 0) != MAP_FAILED)
		many++;
	ktap_is(many, 1000, "the results may be mapped a thousand times");
	frames_send(tx, 4, 100);
	ktap_is(*(__u64 *)mapi_read_results(fd, COUNTER)->res, 4,
		"the flow goes on");
	munmap(area, size);
	munmap(part, PAGE);
}

static void other_calls(void)
{
	char byte, path[40];

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	ktap_ok(read(fd, &byte, 1) == -1 && write(fd, "", 1) == -1,
		"a flow can be neither read nor written");
	ktap_ok(ioctl(fd, 0x5401, &byte) == -1 && ioctl(fd, ~0U, -1L) == -1,
		"it has no ioctl");
	ktap_ok(ftruncate(fd, 0) == -1 && fallocate(fd, 0, 0, 1) == -1,
		"it has no length");
	ktap_ok(open(path, O_RDWR) == -1, "it cannot be opened again");
	ktap_ok(fcntl(fd, F_GETFD) & FD_CLOEXEC, "it is closed on exec");
}

int main(int argc, char **argv)
{
	size_t size;
	int tx;

	ktap_need(argc == 3);
	tx = frames_open(argv[2]);
	fd = mapi_create_flow(argv[1]);
	ktap_need(mapi_apply_function(fd, PKT_COUNTER) == COUNTER &&
		  mapi_apply_function(fd, TO_BUFFER, NOWAIT) == BUFFER);
	refused("results before connect", PAGE, PROT_READ, MAP_SHARED, 0, ENODATA);
	refused("a ring before connect", PAGE + 2 * RING, PROT_READ, MAP_SHARED,
		MAPI_MMAP_RING(BUFFER, 0), ENODATA);
	ktap_need(!mapi_connect(fd));
	size = area_size();
	results(size);
	rings();
	tricks(size);
	allowed(size, tx);
	other_calls();
	return ktap_end();
}
