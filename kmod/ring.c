// SPDX-License-Identifier: GPL-2.0
/*
 * Memory of rings. The data pages are mapped twice in a row, in the kernel and
 * in the reader, so that every record is contiguous and no padding is needed.
 */
#include <linux/cpumask.h>
#include <linux/gfp.h>
#include <linux/log2.h>
#include <linux/slab.h>
#include <linux/topology.h>
#include <linux/vmalloc.h>
#include <mapi/func.h>
#include <mapi/ring.h>

/* Behind the data region of MAPI_MMAP_RING(): MAPI_MMAP_RING_CONS(). */
#define CONS_OFF	(1U << 27)

static_assert(PAGE_SIZE + 2 * (u64)MAPI_RING_SIZE_MAX <= CONS_OFF,
	      "the largest ring fits into its part of the mmap offsets");

#define PROD_PAGE	0
#define CONS_PAGE	1
#define DATA_PAGES	2

/* What the rings of all CPUs cost. */
static size_t rings_memory(u32 size)
{
	size_t nr = DATA_PAGES + size / PAGE_SIZE;

	return num_possible_cpus() * nr * (PAGE_SIZE + sizeof(struct page *));
}

static void free_pages_of(struct mapi_ring *ring)
{
	u32 i;

	for (i = 0; i < DATA_PAGES + ring->nr_data; i++)
		if (ring->pages[i])
			__free_page(ring->pages[i]);
	kvfree(ring->pages);
	ring->pages = NULL;
}

static void *map_twice(struct mapi_ring *ring)
{
	u32 i, n = ring->nr_data;
	struct page **twice;
	void *p;

	twice = kvmalloc_array(n, 2 * sizeof(*twice), GFP_KERNEL);
	if (!twice)
		return NULL;
	for (i = 0; i < 2 * n; i++)
		twice[i] = ring->pages[DATA_PAGES + i % n];
	p = vmap(twice, 2 * n, VM_MAP, PAGE_KERNEL);
	kvfree(twice);
	return p;
}

static int ring_init(struct mapi_ring *ring, u32 size, int node)
{
	const gfp_t gfp = GFP_KERNEL_ACCOUNT | __GFP_ZERO | __GFP_NOWARN;
	u32 i;

	if (!is_power_of_2(size) || size < PAGE_SIZE ||
	    size > MAPI_RING_SIZE_MAX)
		return -EINVAL;
	ring->size = size;
	ring->nr_data = size / PAGE_SIZE;
	ring->pages = kvcalloc(DATA_PAGES + ring->nr_data,
			       sizeof(*ring->pages), GFP_KERNEL_ACCOUNT);
	if (!ring->pages)
		return -ENOMEM;
	for (i = 0; i < DATA_PAGES + ring->nr_data; i++) {
		ring->pages[i] = alloc_pages_node(node, gfp, 0);
		if (!ring->pages[i])
			goto fail;
	}
	ring->data = map_twice(ring);
	if (!ring->data)
		goto fail;
	ring->prod = page_address(ring->pages[PROD_PAGE]);
	ring->cons = page_address(ring->pages[CONS_PAGE]);
	return 0;

fail:
	free_pages_of(ring);
	return -ENOMEM;
}

static void rings_free(struct mapi_ring *rings)
{
	int cpu;

	for_each_possible_cpu(cpu) {
		if (!rings[cpu].pages)
			continue;
		vunmap(rings[cpu].data);
		free_pages_of(&rings[cpu]);
	}
	kfree(rings);
}

/**
 * mapi_rings_free - free the rings of a function
 * @inst: the function, its &mapi_inst.ring_size as it was
 * @rings: no producer or consumer uses them any more; may be %NULL
 */
void mapi_rings_free(struct mapi_inst *inst, struct mapi_ring *rings)
{
	if (!rings)
		return;
	rings_free(rings);
	mapi_inst_uncharge(inst, rings_memory(inst->ring_size));
}
EXPORT_SYMBOL_GPL(mapi_rings_free);

/**
 * mapi_rings_alloc - make a ring for each CPU, and charge for them
 * @inst: the function; its &mapi_inst.ring_size is the bytes of data of each: a
 *	power of two of at least a page, at most %MAPI_RING_SIZE_MAX
 *
 * Context: init(). Return: an array by CPU number, or an ERR_PTR().
 */
struct mapi_ring *mapi_rings_alloc(struct mapi_inst *inst)
{
	struct mapi_ring *rings;
	int cpu, ret;

	ret = mapi_inst_charge(inst, rings_memory(inst->ring_size));
	if (ret)
		return ERR_PTR(ret);
	rings = kcalloc(nr_cpu_ids, sizeof(*rings), GFP_KERNEL_ACCOUNT);
	if (!rings)
		goto err_charge;
	for_each_possible_cpu(cpu)
		if (ring_init(&rings[cpu], inst->ring_size, cpu_to_node(cpu)))
			goto err_rings;
	return rings;

err_rings:
	rings_free(rings);
err_charge:
	mapi_inst_uncharge(inst, rings_memory(inst->ring_size));
	return ERR_PTR(-ENOMEM);
}
EXPORT_SYMBOL_GPL(mapi_rings_alloc);

static int insert(struct vm_area_struct *vma, u32 nth, struct page *page)
{
	return vm_insert_page(vma, vma->vm_start + nth * PAGE_SIZE, page);
}

/**
 * mapi_ring_mmap - show a ring to its reader
 * @ring: the ring
 * @vma: a whole mapping, as uapi/linux/mapi.h has it
 * @off: offset in the ring's part of the mmap offsets
 *
 * Only the consumer's page may be written.
 *
 * Context: mmap(). Return: 0 or a negative errno.
 */
int mapi_ring_mmap(struct mapi_ring *ring, struct vm_area_struct *vma, u32 off)
{
	size_t len = vma->vm_end - vma->vm_start;
	u32 i;
	int ret;

	if (off == CONS_OFF) {
		if (len != PAGE_SIZE)
			return -EINVAL;
		return insert(vma, 0, ring->pages[CONS_PAGE]);
	}
	if (off || len != PAGE_SIZE + 2 * (size_t)ring->size)
		return -EINVAL;
	if (vma->vm_flags & VM_WRITE)
		return -EACCES;
	vm_flags_clear(vma, VM_MAYWRITE);
	ret = insert(vma, 0, ring->pages[PROD_PAGE]);
	for (i = 0; !ret && i < 2 * ring->nr_data; i++)
		ret = insert(vma, 1 + i,
			     ring->pages[DATA_PAGES + i % ring->nr_data]);
	return ret;
}
EXPORT_SYMBOL_GPL(mapi_ring_mmap);
