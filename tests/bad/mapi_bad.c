// SPDX-License-Identifier: GPL-2.0
/*
 * A module that does what no module may, for the test of those who are to notice
 * (tests/vm_selftest.sh). It is never loaded otherwise.
 */
#include <linux/delay.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/string.h>

static char *what = "";
module_param(what, charp, 0);
MODULE_PARM_DESC(what, "leak, write, sleep or warn");

static DEFINE_SPINLOCK(lock);

/* More than one: registers and stacks may keep the last. */
static noinline void mapi_bad_leak(void)
{
	int i;

	for (i = 0; i < 20; i++)
		if (!kmalloc(100, GFP_KERNEL))
			return;
}

static noinline void mapi_bad_write(void)
{
	char *p = kmalloc(100, GFP_KERNEL);

	OPTIMIZER_HIDE_VAR(p);
	if (p)
		p[100] = 1;
	kfree(p);
}

static int __init mapi_bad_init(void)
{
	if (!strcmp(what, "leak")) {
		mapi_bad_leak();
	} else if (!strcmp(what, "write")) {
		mapi_bad_write();
	} else if (!strcmp(what, "sleep")) {
		spin_lock(&lock);
		msleep(20);
		spin_unlock(&lock);
	} else if (!strcmp(what, "warn")) {
		WARN_ON(1);
	}
	return 0;
}
module_init(mapi_bad_init);

static void __exit mapi_bad_exit(void)
{
}
module_exit(mapi_bad_exit);

MODULE_DESCRIPTION("Does what no module may");
MODULE_LICENSE("GPL");
