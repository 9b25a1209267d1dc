// SPDX-License-Identifier: GPL-2.0
/* How much can be kept of the packets that come next. */
#include <linux/rculist.h>
#include <linux/smp.h>
#include "plan.h"

static u32 flow_room(struct mapi_flow *flow, u32 cpu)
{
	struct mapi_inst *inst;
	u32 room = U32_MAX;

	list_for_each_entry(inst, &flow->insts, list)
		if (inst->func->room)
			room = min(room, inst->func->room(inst, cpu));
	return room;
}

/**
 * mapi_plan_room - bytes for which all functions that keep packets have room
 * @plan: &mapi_pkt.plan
 *
 * For sources that wait rather than lose packets. A function keeps no more of a
 * packet than %MAPI_ROOM_HDR bytes and what was captured.
 *
 * Context: as mapi_dev_rx(); true for this CPU.
 */
u32 mapi_plan_room(const struct mapi_plan *plan)
{
	u32 room = U32_MAX, cpu = smp_processor_id();
	struct mapi_flow *flow;

	list_for_each_entry_rcu(flow, &plan->flows, on_plan)
		if (flow->keeps)
			room = min(room, flow_room(flow, cpu));
	return room;
}
EXPORT_SYMBOL_GPL(mapi_plan_room);
