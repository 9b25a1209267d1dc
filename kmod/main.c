// SPDX-License-Identifier: GPL-2.0
#include <linux/module.h>
#include <net/genetlink.h>
#include "plan.h"

DEFINE_MUTEX(mapi_mutex);
struct workqueue_struct *mapi_wq;

static int __init mapi_init(void)
{
	int ret;

	mapi_wq = alloc_workqueue("mapi", WQ_UNBOUND, 0);
	if (!mapi_wq)
		return -ENOMEM;
	ret = mapi_period_init();
	if (ret)
		goto err_wq;
	ret = mapi_result_init();
	if (ret)
		goto err_period;
	ret = mapi_flow_init();
	if (ret)
		goto err_result;
	ret = mapi_netlink_init();
	if (ret)
		goto err_flow;
	return 0;

err_flow:
	mapi_flow_exit();
err_result:
	mapi_result_exit();
err_period:
	mapi_period_exit();
err_wq:
	destroy_workqueue(mapi_wq);
	return ret;
}

/* No flow, device, function or source is left: each holds the module. */
static void __exit mapi_exit(void)
{
	mapi_netlink_exit();
	mapi_group_exit();
	rcu_barrier();
	destroy_workqueue(mapi_wq);
	mapi_period_exit();
	mapi_flow_exit();
	mapi_result_exit();
	mapi_user_exit();
	mapi_copies_exit();
	mapi_pkt_exit();
}

module_init(mapi_init);
module_exit(mapi_exit);

MODULE_DESCRIPTION("MAPI passive network monitoring core");
MODULE_LICENSE("GPL");
MODULE_ALIAS_GENL_FAMILY(MAPI_FAMILY_NAME);
