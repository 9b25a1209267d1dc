// SPDX-License-Identifier: GPL-2.0
/*
 * errors_files DEVICE FOLDER: files that TO_FILE cannot write. In FOLDER the
 * script has made: a read-only file system "ro", a named pipe "pipe".
 */
#include <fcntl.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>
#include "refuses.h"

static const char *folder;

static const char *path_of(const char *name)
{
	static char path[4096];

	if (*name == '/')
		return name;
	snprintf(path, sizeof(path), "%s/%s", folder, name);
	return path;
}

static void cannot(int fd, const char *what, const char *name, const char *part)
{
	char where[100];

	snprintf(where, sizeof(where), "to write %s", what);
	refuses(where,
		mapi_apply_function(fd, TO_FILE, MFF_PCAP, path_of(name), 0) == -1,
		MAPI_ERROR_FILE, part);
}

static void make_socket(const char *path)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	int sock = socket(AF_UNIX, SOCK_STREAM, 0);

	snprintf(addr.sun_path, sizeof(addr.sun_path), "%s", path);
	ktap_need(!bind(sock, (struct sockaddr *)&addr, sizeof(addr)));
}

static void unwritable(int fd)
{
	int reader;

	cannot(fd, "where there is no folder", "none/file", "No such file");
	cannot(fd, "a folder", ".", "directory");
	cannot(fd, "below a file", "/etc/passwd/file", "Not a directory");
	cannot(fd, "a read-only file system", "ro/file", "Read-only");
	cannot(fd, "a file without a name", "", "directory");
	cannot(fd, "a pipe nobody reads", "pipe", "No such device");
	reader = open(path_of("pipe"), O_RDONLY | O_NONBLOCK);
	ktap_need(reader >= 0);
	cannot(fd, "a pipe somebody reads", "pipe", "regular file");
	close(reader);
	make_socket(path_of("socket"));
	cannot(fd, "a socket", "socket", "No such device");
	cannot(fd, "a device", "/dev/null", "regular file");
	cannot(fd, "a full device", "/dev/full", "regular file");
	cannot(fd, "a file of /proc", "/proc/self/comm", "regular file");
	cannot(fd, "a setting of the kernel", "/proc/sys/kernel/printk",
	       "regular file");
	cannot(fd, "a file of /sys", "/sys/kernel/mm/ksm/run", "regular file");
	if (!access("/sys/kernel/tracing/trace_marker", F_OK))
		cannot(fd, "a file of tracefs", "/sys/kernel/tracing/trace_marker",
		       "regular file");
	else
		ktap_skip("refuses to write a file of tracefs",
			  "this kernel has none");
}

static off_t size_of(const char *name)
{
	struct stat st;

	return stat(path_of(name), &st) ? -1 : st.st_size;
}

static void write_file(const char *name, const char *text)
{
	int out = open(path_of(name), O_WRONLY | O_CREAT | O_TRUNC, 0600);

	ktap_need(out >= 0 && write(out, text, strlen(text)) > 0);
	close(out);
}

/* A file that is there keeps what it holds until the function is accepted. */
static void kept(int fd)
{
	char *small[] = { "0", NULL, "0", "0", "4097" };

	write_file("old", "what it holds");
	refuses("a format that is not written for this device",
		mapi_apply_function(fd, TO_FILE, MFF_DAG_ERF, path_of("old"), 0) == -1,
		7006, "TO_FILE");
	ktap_is(size_of("old"), 13, "the file is as it was");
	refuses("an unknown format",
		mapi_apply_function(fd, TO_FILE, 77, path_of("old"), 0) == -1, 7006,
		"77");
	small[1] = (char *)path_of("old");
	refuses("a buffer that is too small",
		mapi_apply_function_array(fd, TO_FILE, small, 5) == -1, 7005,
		"size");
	refuses("a negative number of packets",
		mapi_apply_function(fd, TO_FILE, MFF_PCAP, path_of("old"), -1LL) == -1,
		7003, "max");
	ktap_is(size_of("old"), 13, "the file is as it was");
	accepts("the file",
		mapi_apply_function(fd, TO_FILE, MFF_PCAP, path_of("old"), 0) > 0);
	ktap_is(size_of("old"), 0, "then it is empty");
	accepts("to connect", mapi_connect(fd) == 0);
	accepts("to close", mapi_close_flow(fd) == 0);
	ktap_is(size_of("old"), 24, "then it has the header of a pcap file");
}

static int open_descriptors(void)
{
	int nr = 0;

	for (int fd = 0; fd < 256; fd++)
		nr += fcntl(fd, F_GETFD) >= 0;
	return nr;
}

int main(int argc, char **argv)
{
	int fd, before;

	ktap_need(argc == 3);
	folder = argv[2];
	fd = mapi_create_flow(argv[1]);
	ktap_need(fd > 0);
	before = open_descriptors();
	unwritable(fd);
	/* The socket of make_socket() stays open. */
	ktap_is(open_descriptors(), before + 1, "no descriptor stays behind");
	kept(fd);
	return ktap_end();
}
