/* SPDX-License-Identifier: GPL-2.0 */
/* Before 6.3, vm_flags is written directly. */
#include_next <linux/mm.h>

#if !defined(_MAPI_COMPAT_MM_H) && !defined(HAVE_VM_FLAGS_CLEAR)
#define _MAPI_COMPAT_MM_H

static inline void vm_flags_clear(struct vm_area_struct *vma,
				  unsigned long flags)
{
	vma->vm_flags &= ~flags;
}

static inline void vm_flags_mod(struct vm_area_struct *vma, unsigned long set,
				unsigned long clear)
{
	vma->vm_flags = (vma->vm_flags | set) & ~clear;
}

#endif
