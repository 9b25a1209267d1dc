// SPDX-License-Identifier: MIT
/* What programs built with MAPI 2.x on 64-bit machines rely on. */
#include <stddef.h>

#include "mapi.h"

#ifdef __LP64__

#define IS_AT(type, field, offset) \
	_Static_assert(offsetof(type, field) == (offset), #type "." #field)
#define IS_SIZE(type, size) \
	_Static_assert(sizeof(type) == (size), #type)

IS_AT(struct mapipkt, ts, 0);
IS_AT(struct mapipkt, ifindex, 8);
IS_AT(struct mapipkt, caplen, 12);
IS_AT(struct mapipkt, wlen, 16);
IS_AT(struct mapipkt, pkt, 20);
IS_SIZE(struct mapipkt, 24);

IS_AT(mapi_results_t, res, 0);
IS_AT(mapi_results_t, ts, 8);
IS_AT(mapi_results_t, size, 16);
IS_SIZE(mapi_results_t, 24);

IS_AT(mapi_flow_info_t, uid, 0);
IS_AT(mapi_flow_info_t, fd, 4);
IS_AT(mapi_flow_info_t, devid, 8);
IS_AT(mapi_flow_info_t, device, 12);
IS_AT(mapi_flow_info_t, num_functions, 268);
IS_AT(mapi_flow_info_t, start, 272);
IS_AT(mapi_flow_info_t, end, 280);
IS_AT(mapi_flow_info_t, status, 288);
IS_SIZE(mapi_flow_info_t, 296);

IS_AT(mapi_function_info_t, fid, 0);
IS_AT(mapi_function_info_t, name, 4);
IS_AT(mapi_function_info_t, libname, 260);
IS_AT(mapi_function_info_t, devtype, 516);
IS_AT(mapi_function_info_t, pkts, 776);
IS_AT(mapi_function_info_t, passed_pkts, 784);
IS_AT(mapi_function_info_t, result_size, 792);
IS_SIZE(mapi_function_info_t, 800);

IS_AT(mapi_device_info_t, id, 0);
IS_AT(mapi_device_info_t, device, 4);
IS_AT(mapi_device_info_t, name, 260);
IS_AT(mapi_device_info_t, alias, 516);
IS_AT(mapi_device_info_t, description, 772);
IS_AT(mapi_device_info_t, link_speed, 1796);
IS_AT(mapi_device_info_t, mpls, 1800);
IS_AT(mapi_device_info_t, vlan, 1804);
IS_SIZE(mapi_device_info_t, 1808);

IS_AT(mapi_libfunct_info_t, name, 0);
IS_AT(mapi_libfunct_info_t, descr, 256);
IS_AT(mapi_libfunct_info_t, argdescr, 1280);
IS_AT(mapi_libfunct_info_t, devtype, 1536);
IS_SIZE(mapi_libfunct_info_t, 1792);

IS_AT(mapi_lib_info_t, id, 0);
IS_AT(mapi_lib_info_t, libname, 4);
IS_AT(mapi_lib_info_t, functs, 260);
IS_SIZE(mapi_lib_info_t, 264);

IS_AT(struct mapi_stat, ps_recv, 0);
IS_AT(struct mapi_stat, ps_drop, 4);
IS_AT(struct mapi_stat, ps_ifdrop, 8);
IS_AT(struct mapi_stat, hostname, 12);
IS_AT(struct mapi_stat, dev, 268);
IS_SIZE(struct mapi_stat, 524);

#endif
