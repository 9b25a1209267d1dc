// SPDX-License-Identifier: GPL-2.0
/*
 * A flow as a file descriptor: poll, mmap, close.
 */
#include <linux/anon_inodes.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/poll.h>
#include "core.h"

/*
 * Once the flow has been connected, its area and its list of functions are
 * final, and the descriptor holds the flow: no lock is needed. The control
 * mutex must not be taken under mmap_lock, since rtnl is taken inside it.
 */
static bool flow_status(struct mapi_flow *flow, u32 *status)
{
	struct mapi_result_hdr *hdr = smp_load_acquire(&flow->area);

	if (!hdr)
		return false;
	*status = smp_load_acquire(&hdr->status);
	return *status != MAPI_FLOW_INIT;
}

static __poll_t flow_poll(struct file *file, struct poll_table_struct *wait)
{
	struct mapi_flow *flow = file->private_data;
	struct mapi_inst *inst;
	__poll_t mask = 0;
	u32 status;

	poll_wait(file, &flow->wq, wait);
	if (!flow_status(flow, &status))
		return READ_ONCE(flow->status) == MAPI_FLOW_CLOSED ? EPOLLHUP : 0;
	list_for_each_entry(inst, &flow->insts, list)
		if (inst->func->poll)
			mask |= inst->func->poll(inst, file, wait);
	if (status > MAPI_FLOW_ACTIVE)
		mask |= EPOLLHUP;
	return mask;
}

static int flow_mmap(struct file *file, struct vm_area_struct *vma)
{
	struct mapi_flow *flow = file->private_data;
	u64 off = (u64)vma->vm_pgoff << PAGE_SHIFT;
	u32 fid = off >> 44, cpu = (off >> 28) & 0xffff, status;
	struct mapi_inst *inst;

	if (!(vma->vm_flags & VM_SHARED) || vma->vm_flags & VM_EXEC)
		return -EINVAL;
	if (!flow_status(flow, &status))
		return -ENODATA;
	vm_flags_mod(vma, VM_DONTEXPAND | VM_DONTDUMP, VM_MAYEXEC);
	if (!off)
		return mapi_result_mmap(flow, vma);
	inst = mapi_flow_inst(flow, fid);
	if (!inst || !inst->func->mmap || cpu >= nr_cpu_ids)
		return -EINVAL;
	return inst->func->mmap(inst, vma, cpu, off & (BIT(28) - 1));
}

static int flow_release(struct inode *inode, struct file *file)
{
	mapi_flow_close(file->private_data);
	return 0;
}

static const struct file_operations flow_fops = {
	.owner		= THIS_MODULE,
	.poll		= flow_poll,
	.mmap		= flow_mmap,
	.release	= flow_release,
	.llseek		= noop_llseek,
};

/**
 * mapi_flow_file - an open file for a flow
 * @flow: the flow; on success one of its users is the file's
 *
 * Return: the file, or an ERR_PTR().
 */
struct file *mapi_flow_file(struct mapi_flow *flow)
{
	return anon_inode_getfile("[mapi]", &flow_fops, flow,
				  O_RDWR | O_CLOEXEC);
}

/**
 * mapi_flow_of_fd - the flow behind a descriptor of the caller
 * @fd: the descriptor
 *
 * Return: with a reference for the caller, or %NULL if it is not a flow.
 */
struct mapi_flow *mapi_flow_of_fd(int fd)
{
	struct mapi_flow *flow = NULL;
	struct file *file = fget(fd);

	if (!file)
		return NULL;
	if (file->f_op == &flow_fops) {
		flow = file->private_data;
		mapi_flow_get(flow);
	}
	fput(file);
	return flow;
}
